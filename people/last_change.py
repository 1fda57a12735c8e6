"""When a session last changed something: what can be known while reading a page writes nothing.

A session that only reads leaves no trace, so the desk says "last change", and never "last seen".
"""

from collections.abc import Callable
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

EVERY = timedelta(hours=1)  # of one session at most
_READING = ("GET", "HEAD", "OPTIONS")
Answer = Callable[[HttpRequest], HttpResponse]


def note_last_change(answer: Answer) -> Answer:
    """Middleware: after a form that somebody who is signed in has sent, note the time with their session."""

    def noted(request: HttpRequest) -> HttpResponse:
        given = answer(request)
        if request.method in _READING:
            return given  # not even asked who it was: what is the same for everybody stays free of Vary: Cookie
        user = request.user
        # a view of the REST framework that knows no login (the sandbox's API) leaves none behind
        signed_in = user is not None and user.is_authenticated
        if signed_in and request.session.session_key:
            now = timezone.now()
            mine = UserSession.objects.filter(session_key=request.session.session_key, user=user.pk)
            mine.filter(last_seen_at__lt=now - EVERY).update(last_seen_at=now)
        return given

    return noted
