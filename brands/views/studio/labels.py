"""Teams and topics: the same page for each of the two."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from brands import labels, policies
from brands.models import Brand, Team, Topic
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import LabelForm

KINDS: dict[str, labels.Kind] = {"teams": Team, "topics": Topic}
_ONE = {"teams": "team", "topics": "topic"}


@require_safe
def listing(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """List them, each with how many people have it."""
    return _page(request, policies.brand_for(request, slug, policies.LABELS), kind)


@require_POST
def add(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Make one."""
    brand = policies.brand_for(request, slug, policies.LABELS)
    form = LabelForm(request.POST)
    if form.is_valid():
        try:
            made = labels.add(KINDS[kind], brand=brand, name=form.cleaned_data["name"], actor=actor_of(request))
        except labels.Taken as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, f"“{made.name}” is there.")
            return redirect(f"studio-{kind}", brand.slug)
    return _page(request, brand, kind, form)


@require_POST
def rename(request: HttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    """Give one another name."""
    brand = policies.brand_for(request, slug, policies.LABELS)
    label = _label(brand, kind, pk)
    form = LabelForm(request.POST)
    try:
        if form.is_valid():
            labels.rename(label, name=form.cleaned_data["name"], actor=actor_of(request))
            messages.success(request, f"It is called “{label.name}” now.")
        else:
            messages.error(request, "Write a name of up to 120 characters.")
    except labels.Taken as taken:
        messages.error(request, str(taken))
    return redirect(f"studio-{kind}", brand.slug)


@require_POST
def delete(request: HttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    """Delete one; the people stay."""
    brand = policies.brand_for(request, slug, policies.LABELS)
    label = _label(brand, kind, pk)
    labels.delete(label, actor=actor_of(request))
    messages.success(request, f"“{label.name}” is deleted. The people who had it stay.")
    return redirect(f"studio-{kind}", brand.slug)


def _label(brand: Brand, kind: str, pk: int) -> labels.Label:
    """Return one of the brand's own. Raises Http404."""
    if kind == "teams":
        return get_object_or_404(Team, brand=brand, pk=pk)
    return get_object_or_404(Topic, brand=brand, pk=pk)


def _page(request: HttpRequest, brand: Brand, kind: str, form: LabelForm | None = None) -> HttpResponse:
    found = KINDS[kind]._default_manager.filter(brand=brand)
    context = {
        "brand": brand,
        "kind": kind,
        "one": _ONE[kind],
        "labels": found.annotate(people=Count("enrolments")).order_by("name", "pk"),
        "form": form or LabelForm(),
        "names": {part: f"studio-{kind}-{part}" for part in ("add", "rename", "delete")},
    }
    return render(request, "studio/teams.html", context)
