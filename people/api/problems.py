"""What goes wrong, as RFC 9457 problem details."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

KIND = "application/problem+json"
_SAID = {
    400: "The query was not understood.",
    404: "There is nothing at this address. Addresses of the API end with a slash.",
    405: "The API is read with GET.",
    500: "Something broke here. It was noted, and somebody looks at it.",
}
_LONGEST_NAME = 60


class ParameterSerializer(serializers.Serializer[Any]):
    """A parameter that was not understood."""

    name = serializers.CharField()
    detail = serializers.CharField(help_text="What to do.")


class ProblemSerializer(serializers.Serializer[Any]):
    """Why there is no answer (RFC 9457)."""

    type = serializers.CharField(help_text="about:blank: the status says what it is.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    parameters = ParameterSerializer(many=True, required=False, help_text="Only with status 400.")


class WrongParameters(APIException):
    """The query holds parameters that are unknown or say nothing that can be."""

    status_code = 400

    def __init__(self, wrong: Mapping[str, str]) -> None:
        """wrong: name of each such parameter -> what to do."""
        super().__init__(_SAID[400])
        self.wrong = wrong


def body(status: int, detail: str = "", wrong: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return a problem's body."""
    title = HTTPStatus(status).phrase
    problem: dict[str, object] = {"type": "about:blank", "title": title, "status": status}
    problem["detail"] = detail or _SAID.get(status, f"{title}.")
    if wrong is not None:
        problem["parameters"] = [{"name": name[:_LONGEST_NAME], "detail": said} for name, said in wrong.items()]
    return problem


def answer(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn what a view raised into a problem (REST framework's exception handler); None for what nobody foresaw."""
    found = exception_handler(error, dict(context))
    if found is None:
        return None
    said = "" if isinstance(error, Http404) or found.status_code in (404, 405) else str(getattr(error, "detail", ""))
    wrong = error.wrong if isinstance(error, WrongParameters) else None
    headers = {name: value for name, value in found.items() if name in ("WWW-Authenticate", "Retry-After")}
    return Response(body(found.status_code, said, wrong), found.status_code, headers=headers, content_type=KIND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after an error that nobody foresaw and Django has logged: the API with a problem, all else with a page."""
    if request.path.startswith("/api/"):
        return JsonResponse(body(500), status=500, content_type=KIND, headers={"Cache-Control": "no-store"})
    page: HttpResponse = defaults.server_error(request)
    return page
