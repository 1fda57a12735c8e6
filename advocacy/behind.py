"""What lies behind sign-in: whoever is logged out is led there from every such address, also from wrong ones."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

KEEPS_WORDS = ("/desk/write/", "/desk/share/")  # these keep what was sent to them, and lead to signing in themselves
# what stands behind the question mark there is a secret, good once: it must end in no history, log or sign-in page
SECRET_QUERIES = ("/desk/accounts/callback/",)
# a fan whose letter opened a session reads there without a login; the views there ask who it is
FOR_FANS, FAN = "/home/", "fan"
Answer = Callable[[HttpRequest], HttpResponse]


def behind_sign_in(answer: Answer) -> Answer:
    """Middleware: lead the logged out to signing in, and back to the page that they wanted."""

    def led(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.BEHIND_SIGN_IN) and not request.user.is_authenticated:
            if request.method == "POST" and request.path.startswith(KEEPS_WORDS):
                return answer(request)
            if request.path.startswith(FOR_FANS) and FAN in request.session:
                return answer(request)
            # where a form was sent to is nothing to come back to
            wanted = way_back(request) if request.method in {"GET", "HEAD"} else ""
            return redirect_to_login(wanted or settings.LOGIN_REDIRECT_URL)
        return answer(request)

    return led


def way_back(request: HttpRequest) -> str:
    """Return the address to come back to after signing in, without what must stand in no address any longer."""
    return request.path if request.path.startswith(SECRET_QUERIES) else request.get_full_path()
