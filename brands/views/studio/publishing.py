"""The brand's switch for a bad day, and what posts that speak for it may cost."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from brands import policies, speaking, spending
from brands.models import Brand
from brands.views.studio.actor import actor_of
from people.models import Delivery
from people.publishing import budget, epoch

WAITING = (Delivery.State.SCHEDULED, Delivery.State.CLAIMED, Delivery.State.HELD)


class LineForm(forms.Form):
    """What the brand's people read while it pauses."""

    line = forms.CharField(
        label="The line that your people read",
        required=False,
        max_length=speaking.LONGEST_LINE,
        help_text=f"Agree on it first, such as: we look for the words first. {speaking.LONGEST_LINE} characters.",
    )


class CapForm(forms.Form):
    """What posts that speak for the brand may cost in a month."""

    cap = forms.IntegerField(
        label="Most of a month, in USD",
        required=False,
        min_value=0,
        max_value=speaking.HIGHEST_CAP,
        help_text="Whole dollars. Leave it empty and only the site’s cap holds; 0 lets nothing out that costs.",
        error_messages={"invalid": "Write whole dollars, such as 20."},
    )


@require_safe
def publishing(request: HttpRequest, slug: str) -> HttpResponse:
    """Show whether the brand pauses, and what its month cost."""
    return _page(request, policies.brand_for(request, slug, policies.SETTINGS))


@require_POST
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the pause, change its line, or end it."""
    brand = policies.brand_for(request, slug, policies.SETTINGS)
    if request.POST.get("do") == "resume":
        if speaking.resume_publishing(brand=brand, actor=actor_of(request)):
            messages.success(request, "The pause is over. Held posts go out in a moment, unless they are too late now.")
        return redirect("studio-publishing", brand.slug)
    form = LineForm(request.POST)
    if not form.is_valid():
        return _page(request, brand, line=form)
    new = speaking.pause_publishing(brand=brand, actor=actor_of(request), line=form.cleaned_data["line"])
    messages.success(request, f"{brand.name} pauses from this moment on." if new else "Your people read the new line.")
    return redirect("studio-publishing", brand.slug)


@require_POST
def cap(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what a month may cost."""
    brand = policies.brand_for(request, slug, policies.SETTINGS)
    form = CapForm(request.POST)
    if not form.is_valid():
        return _page(request, brand, cap=form)
    speaking.set_cap(brand=brand, usd=form.cleaned_data["cap"], actor=actor_of(request))
    messages.success(request, "Saved. What the old cap held is looked at again.")
    return redirect("studio-publishing", brand.slug)


def _page(
    request: HttpRequest, brand: Brand, *, line: LineForm | None = None, cap: CapForm | None = None
) -> HttpResponse:
    open_ones = Delivery.objects.filter(speaks_for=brand.pk, next_due_at__isnull=False, state__in=WAITING)
    context = {
        "still": not epoch.goes(epoch.copy()),
        "brand": brand,
        "line_form": line or LineForm(initial={"line": brand.pause_line}),
        "cap_form": cap or CapForm(initial={"cap": brand.posting_cap_usd}),
        "waiting": open_ones.count(),
        "spent": spending.spent(brand),
        "site_cap": budget.cap() // 1000,
    }
    wrong = (line and line.errors) or (cap and cap.errors)
    return render(request, "studio/publishing.html", context, status=422 if wrong else 200)
