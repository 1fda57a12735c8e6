"""Whoever reads here: signed in, or by the link of a letter. It opens /home/ and following, nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.core.internal.ratelimit import get_ip
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac

from people.following import reader
from people.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]


def reading_user(request: HttpRequest) -> User | None:
    """Return the user who reads; None for a stranger."""
    if isinstance(request.user, User):
        return request.user
    fan = reader(request)
    return fan.user if fan else None


def for_readers(view: "View[P]") -> "Callable[Concatenate[HttpRequest, P], HttpResponseBase]":
    """Hand the view the user who reads; strangers are led to signing in. No browser keeps these pages."""

    @wraps(view)
    def found(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = reading_user(request)
        if user is None:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "")
        answer = view(request, user, *args, **kwargs)
        patch_vary_headers(answer, ["HX-Request", "Cookie"])
        answer["Cache-Control"] = "no-store, private"
        return answer

    return found


def client_of(request: HttpRequest) -> str:
    """Return a key of the address where a request comes from, by which it is counted; the address is not kept."""
    return salted_hmac("people.views.readers", get_ip(request), algorithm="sha256").hexdigest()[:32]
