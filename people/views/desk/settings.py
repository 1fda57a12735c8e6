"""The desk's settings: sign-in, sessions, the page open or closed, and everything to take along."""

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy.audit import record
from advocacy.celery import ring
from people import taking_along
from people.letters.opening import how_many, tidy
from people.models import Opening, Parcel, Person
from people.profile_changes import close_own_page, open_own_page, tell_of_closed_page, told_of_closed_page
from people.tasks import pack_parcels
from people.views.desk.room import at_desk, reader, refusal


@require_safe
@at_desk
def settings(request: HttpRequest, person: Person) -> HttpResponse:
    """Show how the reader signs in, where they are signed in, and what they may take along."""
    user = reader(request)
    sessions = UserSession.objects.filter(user_id=user.pk).order_by("-created_at")
    context = {
        "person": person,
        "has_second_step": is_mfa_enabled(user),
        "sessions": [(row, row.session_key == request.session.session_key) for row in sessions],
        "parcel": taking_along.newest(person),
        "may_tell": not person.page_open and how_many(person) and not told_of_closed_page(person),
        "room": Opening.WORDS,
    }
    return render(request, "desk/settings.html", context)


@require_POST
@at_desk
def end_sessions(request: HttpRequest, person: Person) -> HttpResponse:
    """Sign the reader out everywhere but here."""
    user = reader(request)
    end_other_sessions(request, user)
    record("sessions.ended", actor=user, subject=f"person:{person.pk}")
    messages.success(request, "You are signed out everywhere else.")
    return redirect("desk-settings")


@require_POST
@at_desk
def turn_page(request: HttpRequest, person: Person) -> HttpResponse:
    """Close the reader's page, tell their followers that it is closed, or open it again."""
    if request.POST.get("page") == "close":
        close_own_page(person=person, actor=reader(request))
        messages.success(request, "You are hidden: your page is closed, and no page of this site shows you.")
    elif request.POST.get("page") == "open" and person.slug:
        open_own_page(person=person, actor=reader(request))
        messages.success(request, "You are back: your page is open again.")
    elif request.POST.get("page") == "tell":
        return _tell(request, person)
    return redirect("desk-settings")


def _tell(request: HttpRequest, person: Person) -> HttpResponse:
    words = tidy(request.POST.get("words", ""))
    if len(words) > Opening.WORDS:
        return refusal(
            request, f"There is room for {Opening.WORDS} characters. Shorten your words: nobody is told yet."
        )
    try:
        new = tell_of_closed_page(person=person, words=words, actor=reader(request))
    except ValueError:
        return refusal(request, "Your page is open: there is nothing to tell.")
    if new:
        messages.success(request, "Your followers are being told.")
    else:
        messages.info(request, "Your followers know already: they are told once.")
    return redirect("desk-settings")


@require_POST
@at_desk
def ask_parcel(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask a worker to pack everything."""
    taking_along.ask(person=person, actor=reader(request))
    ring(pack_parcels)
    return redirect("desk-settings")


@require_safe
@at_desk
def fetch_parcel(request: HttpRequest, person: Person) -> HttpResponseBase:
    """Hand the reader their own file, as long as it is kept."""
    parcel = taking_along.newest(person)
    if parcel is None or parcel.state != Parcel.State.READY:
        raise Http404
    try:
        file = taking_along.file_of(parcel).open("rb")
    except OSError:
        raise Http404 from None
    day = parcel.asked_at.date().isoformat()
    answer = FileResponse(file, as_attachment=True, filename=f"mine-{day}.zip", content_type="application/zip")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
