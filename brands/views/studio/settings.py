"""How the brand's page looks, and whose lines open and close it."""

from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from brands import policies, presenting
from brands.contrast import DARK_PAPER, LIGHT_PAPER, contrast
from brands.models import Brand, Enrolment
from brands.queries.cards import listed
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import BrandForm, ClosingForm
from people.profiles import fold_name

MOST_LINES = 200  # that the chorus page shows at once; a search finds the others


class Measured(NamedTuple):
    """A colour on one of the two papers."""

    name: str
    paper: str
    colour: str
    contrast: str


@require_safe
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the settings."""
    return _page(request, policies.brand_for(request, slug, policies.SETTINGS))


@require_POST
def save(request: HttpRequest, slug: str) -> HttpResponse:
    """Save name and colours."""
    brand = policies.brand_for(request, slug, policies.SETTINGS)
    form = BrandForm(_lower(request), instance=brand)
    if not form.is_valid():
        return _page(request, Brand.objects.get(pk=brand.pk), form)
    presenting.change(brand=brand, fields=form.changed_data, actor=actor_of(request))
    messages.success(request, "Saved. Your page shows it from now on.")
    return redirect("studio-settings", brand.slug)


@require_POST
def closing(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the closing line under one's own name, or take it away."""
    brand = policies.brand_for(request, slug, policies.SETTINGS)
    form = ClosingForm(request.POST)
    if form.is_valid():
        try:
            presenting.close_with(brand=brand, line=form.cleaned_data["closing_line"], actor=actor_of(request))
        except presenting.NotSigned as why:
            form.add_error("closing_line", str(why))
        else:
            messages.success(request, "Saved.")
            return redirect("studio-settings", brand.slug)
    return _page(request, brand, closing_form=form)


@require_safe
def chorus(request: HttpRequest, slug: str) -> HttpResponse:
    """List the people who wrote a line, to choose from."""
    brand = policies.brand_for(request, slug, policies.SETTINGS)
    words = request.GET.get("q", "").replace("\0", "")[:100]
    lines = _lines(brand).order_by("person__sort_name", "pk")
    for word in fold_name(words).split():
        lines = lines.filter(person__sort_name__contains=word)
    page = Paginator(lines.select_related("person"), MOST_LINES).get_page(request.GET.get("page"))
    return render(request, "studio/settings_chorus.html", {"brand": brand, "page": page, "words": words})


@require_POST
def save_chorus(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose among the people whom the form listed; the others stay as they were."""
    brand = policies.brand_for(request, slug, policies.SETTINGS)
    asked = {int(word) for word in request.POST.get("listed", "").split() if _is_id(word)}
    ticked = {int(word) for word in request.POST.getlist("who") if _is_id(word)} & asked
    others = _lines(brand).filter(in_chorus=True).exclude(pk__in=asked).values_list("pk", flat=True)
    chosen = {*others, *_lines(brand).filter(pk__in=ticked).values_list("pk", flat=True)}
    presenting.open_with(brand=brand, enrolments=chosen, actor=actor_of(request))
    if chosen:
        messages.success(request, f"Your page opens with the lines of {len(chosen)}, a few each day in turn.")
    else:
        messages.success(request, "Your page opens with everybody who wrote a line, a few each day in turn.")
    return redirect("studio-settings", brand.slug)


def _is_id(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 19


def _lines(brand: Brand) -> "QuerySet[Enrolment]":
    return listed(brand).filter(~Q(line="") | ~Q(person__line=""), state=Enrolment.State.ACTIVE)


def _page(
    request: HttpRequest, brand: Brand, form: BrandForm | None = None, closing_form: ClosingForm | None = None
) -> HttpResponse:
    lines = _lines(brand)
    context = {
        "brand": brand,
        "form": form or BrandForm(instance=brand),
        "closing_form": closing_form or ClosingForm(initial={"closing_line": brand.closing_line}),
        "signer": presenting.may_sign(brand, actor_of(request)),
        "measured": [
            Measured("light", LIGHT_PAPER, brand.colour, f"{contrast(brand.colour, LIGHT_PAPER):.1f}"),
            Measured("dark", DARK_PAPER, brand.colour_dark, f"{contrast(brand.colour_dark, DARK_PAPER):.1f}"),
        ],
        "lines": lines.count(),
        "chosen": lines.filter(in_chorus=True).count(),
    }
    return render(request, "studio/settings.html", context)


def _lower(request: HttpRequest) -> dict[str, str]:
    """Return what was sent, colours in small letters as they are kept."""
    sent = {name: request.POST.get(name, "") for name in BrandForm.Meta.fields}
    return sent | {name: sent[name].strip().lower() for name in ("colour", "colour_dark")}
