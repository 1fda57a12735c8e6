"""Headers that every answer carries."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS = ", ".join(
    f"{power}=()"
    for power in ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
)
# the same for everybody: pictures and looks hold nothing of the reader's
PUBLIC_KINDS = ("image/", "text/css", "text/javascript", "font/")

Answer = Callable[[HttpRequest], HttpResponse]


def headers(answer: Answer) -> Answer:
    """Middleware: powers of the browser that no page uses are off; what a signed-in reader sees is kept nowhere."""

    def with_headers(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        signed_in = _is_signed_in(request)
        if signed_in and not response.headers.get("Content-Type", "").startswith(PUBLIC_KINDS):
            response.headers["Cache-Control"] = "no-store"
        if signed_in or request.path.startswith((*settings.BEHIND_SIGN_IN, "/sign-in/")):
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    return with_headers


def _is_signed_in(request: HttpRequest) -> bool:
    """Look at the session only if the browser sent one, so that public pages stay the same for all."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = getattr(request, "user", None)  # an answer of an outer middleware comes before there is one
    return user is not None and user.is_authenticated
