"""Headers that every answer carries."""

from collections.abc import Callable

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from advocacy.behind import FAN

PERMISSIONS = ", ".join(
    f"{power}=()"
    for power in ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
)
# the same for everybody: pictures and looks hold nothing of the reader's
PUBLIC_KINDS = ("image/", "text/css", "text/javascript", "font/")
_OF_DJANGO = {404, 500}  # with DEBUG these are Django's own pages, which have styles and scripts in them

Answer = Callable[[HttpRequest], HttpResponse]


def headers(answer: Answer) -> Answer:
    """Middleware: nothing runs or loads from elsewhere, powers of the browser that no page uses are off.

    What a reader sees whom we know is kept nowhere. The policy is the same for every page, so it is written once, and
    not for each answer as django-csp's own middleware does: that took a fifth of the time of a page that is kept.
    """
    policy = build_policy()

    def with_headers(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not settings.DEBUG or response.status_code not in _OF_DJANGO:
            response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)  # on pages from memory
        known = _reads_as_somebody(request)
        if known and not response.headers.get("Content-Type", "").startswith(PUBLIC_KINDS):
            response.headers["Cache-Control"] = "no-store"
        if known or request.path.startswith((*settings.BEHIND_SIGN_IN, "/sign-in/")):
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    return with_headers


def _reads_as_somebody(request: HttpRequest) -> bool:
    """Return whether somebody is signed in, or came by the link of a letter.

    Look at the session only if the browser sent one, so that public pages stay the same for all.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = getattr(request, "user", None)  # an answer of an outer middleware comes before there is one
    return user is not None and (user.is_authenticated or FAN in request.session)
