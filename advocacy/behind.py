"""What lies behind sign-in: whoever is logged out is led there from every such address, also from wrong ones."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def behind_sign_in(answer: Answer) -> Answer:
    """Middleware: lead the logged out to signing in, and back to the page that they wanted."""

    def led(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.BEHIND_SIGN_IN) and not request.user.is_authenticated:
            # where a form was sent to is nothing to come back to
            wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
            return redirect_to_login(wanted or settings.LOGIN_REDIRECT_URL)
        return answer(request)

    return led
