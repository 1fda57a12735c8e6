"""One person of a brand: what is known, how the accounts are, the yes, and what may be done."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy.celery import ring
from brands import alumni, farewell, policies, tasks, tending
from brands.consenting import HOLDING
from brands.enrolling import NotMoved, subject_of
from brands.models import Alumnus, Brand, Enrolment, Farewell
from brands.queries import events, roster
from brands.views.studio.actor import actor_of
from brands.views.studio.forms import ADDRESS_STAYS, PersonForm, ReasonForm
from people.models import User

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
    "take-off": Deed(policies.TAKE_OFF, "{} is off your pages, and reads why in a letter."),
    "put-back": Deed(policies.TAKE_OFF, "{} is back on your pages, and reads it in a letter."),
    "alumni-offer": Deed(policies.PEOPLE, "{} is named among those who were here, as soon as they want it too."),
    "alumni-end": Deed(policies.PEOPLE, "{} is not named on your page any longer."),
    "farewell-write": Deed(policies.PEOPLE, "The card for {} stands on your page once they want these words too."),
    "farewell-agree": Deed(policies.PEOPLE, "The farewell of {} stands on your page."),
    "farewell-end": Deed(policies.PEOPLE, "Your page shows no farewell card of {} any longer."),
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
    return _page(request, brand, row, PersonForm(enrolment=row.enrolment))


@require_POST
def edit(request: HttpRequest, slug: str, enrolment_id: int) -> HttpResponse:
    """Write what is known of a person."""
    brand = policies.brand_for(request, slug, policies.PEOPLE)
    row = found(brand, enrolment_id)
    form = PersonForm(request.POST, enrolment=row.enrolment)
    if not form.is_valid():
        return _page(request, brand, row, form)
    try:
        tending.edit(enrolment=row.enrolment, facts=form.facts, actor=actor_of(request))
    except tending.AddressStays:  # asked at this moment: the form as it is now says why
        form.add_error("email" if "email" in form.fields else None, ADDRESS_STAYS)
        return _page(request, brand, row, form)
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
    asked = _asks_reason(deed, enrolment)
    reason = ReasonForm(request.POST, prefix="end" if deed == "end" else None)
    if asked and not reason.is_valid():
        forms = {"end_reason" if deed == "end" else "reason": reason}
        return _page(request, brand, row, PersonForm(enrolment=enrolment), **forms)
    why = reason.cleaned_data["reason"] if asked else ""
    try:
        if deed == "pause":
            tending.pause(enrolment=enrolment, actor=actor)
        elif deed == "resume":
            tending.resume(enrolment=enrolment, actor=actor)
        elif deed == "take-off":
            tending.take_off(enrolment=enrolment, reason=why, actor=actor)
        elif deed == "put-back":
            tending.put_back(enrolment=enrolment, actor=actor)
        elif deed == "alumni-offer":
            alumni.offer(enrolment=enrolment, actor=actor)
        elif deed == "alumni-end":
            alumni.withdraw(enrolment=enrolment, actor=actor)
        elif deed in _FAREWELLS:
            _FAREWELLS[deed](enrolment, request.POST.get("line", ""), actor)
        else:
            tending.end(enrolment=enrolment, reason=why, actor=actor)
    except farewell.NotWritten as why:
        messages.error(request, str(why))
    except NotMoved:
        messages.error(request, "Something else happened to this enrolment meanwhile. Look at the state below.")
    else:
        ring(tasks.send_letters)
        messages.success(request, DEEDS[deed].said.format(enrolment.person.name))
    return redirect("studio-person", brand.slug, enrolment_id)


_FAREWELLS: dict[str, Callable[[Enrolment, str, User], None]] = {
    "farewell-write": lambda who, line, by: farewell.write(enrolment=who, line=line, by_brand=True, actor=by),
    "farewell-agree": lambda who, line, by: farewell.agree(enrolment=who, line=line, by_brand=True, actor=by),
    "farewell-end": lambda who, line, by: farewell.take_away(enrolment=who, by_brand=True, actor=by),
}


def _asks_reason(deed: str, enrolment: Enrolment) -> bool:
    """Return whether the person reads why: who never said yes learns of the invitation's end alone."""
    return deed == "take-off" or (deed == "end" and enrolment.state in HOLDING)


def _page(
    request: HttpRequest,
    brand: Brand,
    row: roster.Row,
    form: PersonForm,
    reason: ReasonForm | None = None,
    end_reason: ReasonForm | None = None,
) -> HttpResponse:
    enrolment = row.enrolment
    # the log names who acted, and when: for those who may read it
    reads_log = policies.may(request.user, brand, policies.AUDIT)
    history = events.events(brand).filter(subject=subject_of(enrolment))[:HISTORY] if reads_log else []
    context = {
        "brand": brand,
        "row": row,
        "enrolment": enrolment,
        "person": enrolment.person,
        "shown": enrolment.shown_accounts.select_related("account").order_by("pk"),
        "topics": enrolment.topics.order_by("name"),
        "history": events.in_words(brand, history),
        "form": form,
        "reason": reason or ReasonForm(),
        "end_reason": end_reason or ReasonForm(prefix="end"),
        "said_yes": enrolment.consented_at is not None,
        "on_page": enrolment.state in (State.ACTIVE, State.PAUSED),
        "farewell": Farewell.objects.filter(pk=enrolment.pk).first() if enrolment.state == State.LEFT else None,
        "room": Farewell.LINE,
        "wishes": Alumnus.objects.filter(pk=enrolment.pk).first() or Alumnus(enrolment=enrolment),
        "may_end": enrolment.state in Enrolment.OPEN and row.standing != "ended",
        "may_invite": row.standing == "unasked" and enrolment.email,
    }
    return render(request, "studio/person.html", context)
