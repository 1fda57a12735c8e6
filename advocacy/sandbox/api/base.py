"""What all endpoints share: who calls, faults, rate limits, headers."""

import json
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from advocacy.sandbox import faults, grants, limits
from advocacy.sandbox.api import problems
from advocacy.sandbox.models import Fault, Grant


class Bearer(BaseAuthentication):
    """The one app that may read, by SANDBOX_BEARER_TOKEN, or somebody's access token."""

    def authenticate(self, request: Request) -> tuple[None, Grant | None] | None:
        """Return the grant of an access token as the request's auth, None for the app; raise the 401 for others."""
        words = get_authorization_header(request).split()
        if len(words) != 2 or words[0].lower() != b"bearer":
            raise problems.of_status(401)
        token = words[1].decode("latin-1")
        if constant_time_compare(token, settings.SANDBOX_BEARER_TOKEN):
            return None, None
        grant = grants.of_access(token)
        if grant is None:
            raise problems.of_status(401)
        return None, grant


def grant_of(request: Request) -> Grant | None:
    """Return what the caller's token came of; None for the app's own."""
    grant: Grant | None = request.auth  # type: ignore[assignment] # Bearer puts it there, not DRF's own token
    return grant


def person_of(request: Request) -> Grant:
    """Return what the caller's token came of, at an endpoint that lets nobody else in."""
    grant = grant_of(request)
    if grant is None:
        raise problems.app_only()
    return grant


class Allowed(BasePermission):
    """The app may read everything that is public; somebody's token may do what they allowed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True, or raise the 403 that tells what is missing."""
        assert isinstance(view, Endpoint)  # noqa: S101 - only these name it
        grant = grant_of(request)
        if grant is None:
            if view.person_only(request):
                raise problems.app_only()
            return True
        if not set(view.scopes_for(request)) <= set(grant.scopes):
            raise problems.of_status(403)
        return True


class Endpoint(APIView):
    """One endpoint: counted, spoiled by its faults, and answered with X's headers."""

    authentication_classes = (Bearer,)
    permission_classes = (Allowed,)
    renderer_classes = (JSONRenderer,)
    endpoint: ClassVar[str]
    scopes: ClassVar[tuple[str, ...]] = ("tweet.read", "users.read")
    fault: Fault | None = None
    allowance: limits.Allowance | None = None
    of_day: limits.Allowance | None = None  # of the app, over all persons

    def get_exception_handler(self) -> Callable[..., Any]:
        """Return the one that makes problem bodies."""
        return problems.answer

    def name(self, request: Request) -> str:
        """Return the endpoint's key in the table of limits."""
        return self.endpoint

    def scopes_for(self, request: Request) -> tuple[str, ...]:
        """Return what somebody must have allowed."""
        return self.scopes

    def person_only(self, request: Request) -> bool:
        """Return whether the app's own token is not enough."""
        return self.name(request) not in limits.QUOTAS

    def page(self, request: Request) -> int:
        """Return which page of a list is asked for, from 1."""
        return 1

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a wrong bearer, count the call, meet a fault."""
        super().initial(request, *args, **kwargs)
        name = self.name(request)
        grant = grant_of(request)
        person = grant.inhabitant_id if grant else None
        self.allowance = limits.take(name, person)
        self.of_day = limits.take_of_day(name) if self.allowance.remaining >= 0 else None
        if self.allowance.remaining < 0 or (self.of_day and self.of_day.remaining < 0):
            raise problems.of_status(429)
        account = int(kwargs["id"]) if str(kwargs.get("id", "")).isdecimal() else None
        if self.person_only(request):  # what a person does is met by their own id
            account = person
        self.fault = faults.meet(name, page=self.page(request), account=account)
        if self.fault and not self.fault.after:
            if self.fault.status:
                raise problems.of_status(self.fault.status)
            if self.fault.spoils and request.method != "GET":
                raise problems.of_status(500)  # nothing is done; how it looks is the fault's matter

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the rate-limit headers: those of the window, or those that a fault tells of."""
        response = super().finalize_response(request, response, *args, **kwargs)
        fault = self.fault
        if fault and fault.status == 429 and self.allowance:
            if fault.reset_in is not None:
                self._limit_headers(response, 0, limits.Allowance(self.allowance.limit, 0, fault.resets_at()))
        elif self.allowance:
            self._limit_headers(response, max(0, self.allowance.remaining), self.allowance)
        if self.of_day:
            self._limit_headers(response, max(0, self.of_day.remaining), self.of_day, "x-app-limit-24hour")
        return response

    def _limit_headers(
        self, response: Response, remaining: int, allowance: limits.Allowance, name: str = "x-rate-limit"
    ) -> None:
        response[f"{name}-limit"] = str(allowance.limit)
        response[f"{name}-remaining"] = str(remaining)
        response[f"{name}-reset"] = str(allowance.resets_at)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and let a fault spoil the finished answer."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if self.fault is not None and isinstance(response, Response):
            rendered: HttpResponse = response.render()
            if self.fault.after:
                faults.wait(self.fault)
                rendered = self._instead(rendered)
            return faults.spoiled(self.fault, request, rendered)
        return response

    def _instead(self, rendered: HttpResponse) -> HttpResponse:
        """Return what goes out in place of the answer to a call that was done."""
        if self.fault is None or not self.fault.status:
            return rendered
        body = json.dumps(problems.of_status(self.fault.status).body)
        return HttpResponse(body, status=self.fault.status, content_type="application/problem+json")


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer for an address that the API does not have: an empty 404, as X gives it."""
    return HttpResponse(status=404)
