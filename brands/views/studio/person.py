"""One person of a brand: what is known, how the accounts are, the yes, and what may be done."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from brands import policies, tending
from brands.enrolling import NotMoved, subject_of
from brands.models import Brand, Enrolment
from brands.queries import events, roster
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import ADDRESS_STAYS, PersonForm, ReasonForm

HISTORY = 30
_BEYOND = 2**63  # databases have no such number
State = Enrolment.State


class Deed(NamedTuple):
    """One button of the page: its word in the address, which right it needs, what is said afterwards."""

    act: str
    said: str


DEEDS = {
    "pause": Deed(policies.PEOPLE, "{} is paused. The card stays; nothing new is shown."),
    "resume": Deed(policies.PEOPLE, "{} is shown again."),
    "take-off": Deed(policies.TAKE_OFF, "{} is off your pages, and reads why."),
    "put-back": Deed(policies.TAKE_OFF, "{} is back on your pages."),
    "end": Deed(policies.PEOPLE, "The enrolment of {} has ended."),
}


def found(brand: Brand, enrolment_id: int) -> roster.Row:
    """Return a person of the brand. Raises Http404 for anybody else's."""
    rows = roster.rows(brand, [enrolment_id]) if enrolment_id < _BEYOND else []
    if not rows:
        raise Http404
    return rows[0]


@require_safe
def person(request: HttpRequest, slug: str, enrolment_id: int) -> HttpResponse:
    """Show one person."""
    brand = policies.brand_for(request, slug, policies.SEE)
    row = found(brand, enrolment_id)
    return _page(request, brand, row, PersonForm(enrolment=row.enrolment), ReasonForm())


@require_POST
def edit(request: HttpRequest, slug: str, enrolment_id: int) -> HttpResponse:
    """Write what is known of a person."""
    brand = policies.brand_for(request, slug, policies.PEOPLE)
    row = found(brand, enrolment_id)
    form = PersonForm(request.POST, enrolment=row.enrolment)
    if not form.is_valid():
        return _page(request, brand, row, form, ReasonForm())
    try:
        tending.edit(enrolment=row.enrolment, facts=form.facts, actor=actor_of(request))
    except tending.AddressStays:  # asked at this moment: the form as it is now says why
        form.add_error("email" if "email" in form.fields else None, ADDRESS_STAYS)
        return _page(request, brand, row, form, ReasonForm())
    messages.success(request, "Saved.")
    return redirect("studio-person", brand.slug, enrolment_id)


@require_POST
def do(request: HttpRequest, slug: str, enrolment_id: int, deed: str) -> HttpResponse:
    """Pause, resume, take off, put back, or end one enrolment."""
    if deed not in DEEDS:
        raise Http404
    brand = policies.brand_for(request, slug, DEEDS[deed].act)
    row = found(brand, enrolment_id)
    enrolment, actor = row.enrolment, actor_of(request)
    reason = ReasonForm(request.POST)
    if deed == "take-off" and not reason.is_valid():
        return _page(request, brand, row, PersonForm(enrolment=enrolment), reason)
    try:
        if deed == "pause":
            tending.pause(enrolment=enrolment, actor=actor)
        elif deed == "resume":
            tending.resume(enrolment=enrolment, actor=actor)
        elif deed == "take-off":
            tending.take_off(enrolment=enrolment, reason=reason.cleaned_data["reason"], actor=actor)
        elif deed == "put-back":
            tending.put_back(enrolment=enrolment, actor=actor)
        else:
            tending.end(enrolment=enrolment, actor=actor)
    except NotMoved:
        messages.error(request, "Something else happened to this enrolment meanwhile. Look at the state below.")
    else:
        messages.success(request, DEEDS[deed].said.format(enrolment.person.name))
    return redirect("studio-person", brand.slug, enrolment_id)


def _page(request: HttpRequest, brand: Brand, row: roster.Row, form: PersonForm, reason: ReasonForm) -> HttpResponse:
    enrolment = row.enrolment
    history = events.events(brand).filter(subject=subject_of(enrolment))[:HISTORY]
    context = {
        "brand": brand,
        "row": row,
        "enrolment": enrolment,
        "person": enrolment.person,
        "shown": enrolment.shown_accounts.select_related("account").order_by("pk"),
        "topics": enrolment.topics.order_by("name"),
        "history": events.in_words(brand, history),
        "form": form,
        "reason": reason,
        "said_yes": enrolment.consented_at is not None,
        "on_page": enrolment.state in (State.ACTIVE, State.PAUSED),
        "may_end": enrolment.state in Enrolment.OPEN and row.standing != "ended",
        "may_invite": row.standing == "unasked" and enrolment.email,
    }
    return render(request, "studio/person.html", context)
