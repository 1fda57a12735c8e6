"""Passwords that are tried at many logins: one count over the whole site, and the browsers that it holds up nowhere.

The limits of one login and of one address stop neither one password tried at ten thousand logins nor ten thousand
addresses of senders. Over the count, no password is compared for a while; a code by mail and a passkey go on. Whoever
signed in here before from the same browser is not held up, and their slips do not count: the limits of their login do.

One sender's address has but a small share of the count, and is itself held up when that is used: it takes some of them
to hold up everybody else, and none guesses on beside the count.

Requests that are compared at this very moment are not stopped by the count: one more for each thread at most.
"""

import datetime as dt
import logging

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from advocacy import limits
from people.models import User
from people.models.user import fold_address

log = logging.getLogger(__name__)
COUNT = "passwords:wrong"
WINDOW = 600  # seconds, in which settings.WRONG_PASSWORDS may be wrong
SHARE = 10  # of these, from one sender's address (IPv6: from one /64)
PAUSE = dt.timedelta(minutes=15)
KNOWN_FOR = 180 * 86_400  # seconds after the last sign-in
LOGINS = 3  # that one browser is known for
HELD_UP = (
    "Too many wrong passwords were tried on this site, so for some minutes no password is looked at. "
    "Sign in by a code or a passkey."
)
SENDER_HELD_UP = (
    "Too many failed login attempts came from your network, so for some minutes no password is looked at. "
    "Sign in by a code or a passkey."
)
_SALT = "people.guessing"


def refuse_when_held_up(request: HttpRequest, address: str) -> None:
    """Refuse to compare a password while too many are wrong: with the same words whether the login is known.

    Raises ValidationError.
    """
    words = HELD_UP if limits.parked(COUNT) else SENDER_HELD_UP if limits.used_up(_sender(request)) else ""
    if words and not is_known(request, address):
        raise ValidationError(words, code="too_many_login_attempts")


def note_wrong(request: HttpRequest, address: str) -> None:
    """Count a password that was compared and wrong, unless this browser is known for the login."""
    if is_known(request, address) or not limits.count(_sender(request), cap=SHARE, seconds=WINDOW):
        return
    if limits.count(COUNT, cap=settings.WRONG_PASSWORDS, seconds=WINDOW):
        return
    until = limits.park(COUNT, until=timezone.now() + PAUSE)
    log.warning("no password of an unknown browser is compared until %s: too many were wrong", until.isoformat())


def is_known(request: HttpRequest, address: str) -> bool:
    """Return whether somebody signed in to this login from this browser before, or is signed in to it now."""
    address = fold_address(address)
    if request.user.is_authenticated and request.user.email == address:
        return True
    logins = _logins(request)  # no query for a browser without the cookie: the time it takes tells nothing
    return bool(logins) and User.objects.filter(pk__in=logins, email=address).exists()


def remember(request: HttpRequest, answer: HttpResponse, user: User) -> None:
    """Let this browser be known for a login that has just signed in: by a signed cookie with the logins' numbers."""
    logins = [user.pk, *(pk for pk in _logins(request) if pk != user.pk)][:LOGINS]
    answer.set_signed_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        ".".join(map(str, logins)),
        salt=_SALT,
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _sender(request: HttpRequest) -> str:
    """Return the key by which a sender's address is counted; the address is not kept."""
    return f"once:passwords:{salted_hmac(_SALT, get_ip(request), algorithm='sha256').hexdigest()[:32]}"


def _logins(request: HttpRequest) -> list[int]:
    name = settings.KNOWN_BROWSER_COOKIE_NAME
    value = request.get_signed_cookie(name, default="", salt=_SALT, max_age=KNOWN_FOR)
    return [int(pk) for pk in (value or "").split(".") if pk]
