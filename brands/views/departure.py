"""The desk's part about leaving a brand: before, with what the followers read, and what is still said afterwards."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from brands import alumni, choosing, farewell
from brands.enrolling import NotMoved
from brands.models import Enrolment
from brands.queries import showing
from people.models import Opening, Person
from people.views.desk.room import at_desk, reader, refusal

_CHANGED = "This changed in the meantime. Look at what is so now, then choose again."


@require_safe
@at_desk
def leaving(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Say what happens when the reader leaves, before they do."""
    enrolment = get_object_or_404(showing.enrolments_of(person), pk=enrolment_id)
    others = showing.enrolments_of(person).exclude(pk=enrolment.pk)
    context = {"enrolment": enrolment, "person": person, "others": others, "room": Opening.WORDS}
    return render(request, "desk/leaving.html", context | {"followed": person.followers.exists()})


@require_POST
@at_desk
def leave(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """End the enrolment, tell the followers, and note what the reader wants said of it."""
    enrolment, words = get_object_or_404(showing.enrolments_of(person), pk=enrolment_id), _words(request)
    if len(words) > Opening.WORDS:
        return refusal(request, f"There is room for {Opening.WORDS} characters. Shorten your words; you have not left.")
    try:
        choosing.leave(enrolment=enrolment, words=words, actor=reader(request))
    except NotMoved:
        return refusal(request, _CHANGED)
    if request.POST.get("named") or request.POST.get("on_own_page"):
        _want(request, enrolment)
    messages.success(request, f"You have left {enrolment.brand.name}. Its pages no longer show you.")
    return redirect(f"{reverse('desk-appearances')}#was-{enrolment.pk}")


@require_POST
@at_desk
def was_here(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Write what the reader wants said of a brand that they left."""
    enrolment = _left(person, enrolment_id)
    _want(request, enrolment)
    messages.success(request, "Saved.")
    return redirect(f"{reverse('desk-appearances')}#was-{enrolment.pk}")


@require_POST
@at_desk
def tell(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Tell the reader's followers that they left, in their own words."""
    enrolment, words = _left(person, enrolment_id), _words(request)
    if len(words) > Opening.WORDS:
        return refusal(request, f"There is room for {Opening.WORDS} characters. Shorten your words.")
    if alumni.tell(enrolment=enrolment, words=words, actor=reader(request)):
        messages.success(request, "Your followers are being told.")
    else:
        messages.info(request, "Your followers know already: they are told once.")
    return redirect(f"{reverse('desk-appearances')}#was-{enrolment.pk}")


@require_POST
@at_desk
def farewell_card(request: HttpRequest, person: Person, enrolment_id: int) -> HttpResponse:
    """Ask for a farewell card in the reader's own words, say yes to the brand's, or take it away."""
    enrolment, actor = _left(person, enrolment_id), reader(request)
    deed, line = request.POST.get("do", ""), request.POST.get("line", "")
    try:
        if deed == "write":
            farewell.write(enrolment=enrolment, line=line, by_brand=False, actor=actor)
            said = f"Your words stand on the page of {enrolment.brand.name} as soon as it wants them too."
        elif deed == "agree":
            farewell.agree(enrolment=enrolment, line=line, by_brand=False, actor=actor)
            said = f"The farewell card stands on the page of {enrolment.brand.name}."
        else:
            farewell.take_away(enrolment=enrolment, by_brand=False, actor=actor)
            said = "The farewell card is gone."
    except farewell.NotWritten as why:
        return refusal(request, str(why))
    except NotMoved:
        return refusal(request, _CHANGED)
    messages.success(request, said)
    return redirect(f"{reverse('desk-appearances')}#was-{enrolment.pk}")


def _want(request: HttpRequest, enrolment: Enrolment) -> None:
    alumni.want(
        enrolment=enrolment,
        now_at=request.POST.get("now_at", "").replace("\0", ""),
        on_own_page=request.POST.get("on_own_page") == "on",
        named=request.POST.get("named") == "on",
        actor=reader(request),
    )


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "").replace("\0", "").replace("\r\n", "\n").strip()


def _left(person: Person, enrolment_id: int) -> Enrolment:
    ended = Enrolment.objects.filter(person=person, state=Enrolment.State.LEFT, consented_at__isnull=False)
    return get_object_or_404(ended.select_related("brand", "person"), pk=enrolment_id)
