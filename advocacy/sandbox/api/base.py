"""What all endpoints share: the app's bearer, faults, rate limits, headers."""

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

from advocacy.sandbox import faults, limits
from advocacy.sandbox.api import problems
from advocacy.sandbox.models import Fault


class AppBearer(BaseAuthentication):
    """The one app that may read: Authorization: Bearer SANDBOX_BEARER_TOKEN."""

    def authenticate(self, request: Request) -> tuple[None, str] | None:
        """Return the token as the request's auth; raise the 401 for none or a wrong one."""
        words = get_authorization_header(request).split()
        if len(words) != 2 or words[0].lower() != b"bearer":
            raise problems.of_status(401)
        token = words[1].decode("latin-1")
        if not constant_time_compare(token, settings.SANDBOX_BEARER_TOKEN):
            raise problems.of_status(401)
        return None, token


class AnyApp(BasePermission):
    """Whoever has the bearer may read everything that is public."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return True: AppBearer has refused all others."""
        return True


class Endpoint(APIView):
    """One endpoint: counted, spoiled by its faults, and answered with X's headers."""

    authentication_classes = (AppBearer,)
    permission_classes = (AnyApp,)
    renderer_classes = (JSONRenderer,)
    endpoint: ClassVar[str]
    fault: Fault | None = None
    allowance: limits.Allowance | None = None

    def get_exception_handler(self) -> Callable[..., Any]:
        """Return the one that makes problem bodies."""
        return problems.answer

    def name(self, request: Request) -> str:
        """Return the endpoint's key in the table of limits."""
        return self.endpoint

    def page(self, request: Request) -> int:
        """Return which page of a list is asked for, from 1."""
        return 1

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a wrong bearer, count the call, meet a fault."""
        super().initial(request, *args, **kwargs)
        name = self.name(request)
        self.allowance = limits.take(name)
        if self.allowance.remaining < 0:
            raise problems.of_status(429)
        account = int(kwargs["id"]) if str(kwargs.get("id", "")).isdecimal() else None
        self.fault = faults.meet(name, page=self.page(request), account=account)
        if self.fault and self.fault.status:
            raise problems.of_status(self.fault.status)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the rate-limit headers: those of the window, or those that a fault tells of."""
        response = super().finalize_response(request, response, *args, **kwargs)
        fault = self.fault
        if fault and fault.status == 429 and self.allowance:
            if fault.reset_in is not None:
                self._limit_headers(response, 0, limits.Allowance(self.allowance.limit, 0, fault.resets_at()))
        elif self.allowance:
            self._limit_headers(response, max(0, self.allowance.remaining), self.allowance)
        return response

    def _limit_headers(self, response: Response, remaining: int, allowance: limits.Allowance) -> None:
        response["x-rate-limit-limit"] = str(allowance.limit)
        response["x-rate-limit-remaining"] = str(remaining)
        response["x-rate-limit-reset"] = str(allowance.resets_at)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, and let a fault spoil the finished answer."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if self.fault is not None and isinstance(response, Response):
            rendered: HttpResponse = response.render()
            return faults.spoiled(self.fault, request, rendered)
        return response


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer for an address that the API does not have: an empty 404, as X gives it."""
    return HttpResponse(status=404)
