"""Whoever looks after a brand signs in with a second step (REQUIRE_MFA)."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from brands.models import Role

MUST = (Role.Name.OWNER, Role.Name.MARKETER)

Answer = Callable[[HttpRequest], HttpResponse]


def is_missing(request: HttpRequest) -> bool:
    """Return whether the reader must have a second step and has none, in one query."""
    user = request.user
    if not settings.REQUIRE_MFA or not user.is_authenticated:
        return False
    steps = Authenticator.objects.filter(user=OuterRef("user"))  # as allauth's own question asks it
    return Role.objects.filter(~Exists(steps), user=user, name__in=MUST).exists()


def second_step(answer: Answer) -> Answer:
    """Middleware: lead owners and marketers to setting one up before they see anything behind sign-in."""

    def with_second_step(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.BEHIND_SIGN_IN) and is_missing(request):
            return redirect("mfa_index")
        # the page about second steps says why somebody was led there
        request.second_step_missing = request.path == reverse("mfa_index") and is_missing(request)  # type: ignore[attr-defined]
        return answer(request)

    return with_second_step
