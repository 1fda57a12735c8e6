"""Problem bodies as X sends them, and the partial errors of a 200."""

from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

Json = dict[str, Any]

BASE = "https://api.twitter.com/2/problems/"
INVALID = "One or more parameters to your request was invalid."
TITLES = {
    400: "Invalid Request",
    401: "Unauthorized",
    402: "CreditsDepleted",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class Problem(APIException):
    """An answer that is a problem body."""

    def __init__(self, status: int, body: Json) -> None:
        """Keep the status and the body that goes out with it."""
        super().__init__(body.get("detail") or body.get("title"))
        self.status_code = status
        self.body = body


def of_status(status: int) -> Problem:
    """Return the problem that X gives for a status without more to say."""
    if status == 400:
        return invalid("The request is malformed")
    if status == 402:
        detail = "Your enrolled account [1000000000000000001] does not have any credits to fulfill this request."
        body = {"account_id": 1000000000000000001, "title": TITLES[402], "detail": detail, "type": BASE + "credits"}
        return Problem(402, body)
    title = TITLES.get(status, "Error")
    return Problem(status, {"title": title, "detail": title, "type": "about:blank", "status": status})


def app_only() -> Problem:
    """Return the 403 for the app's own token where somebody's is needed."""
    detail = (
        "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  "
        "Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context]."
    )
    title = "Unsupported Authentication"
    return Problem(403, {"title": title, "detail": detail, "type": BASE + "unsupported-authentication", "status": 403})


def refused(detail: str) -> Problem:
    """Return the 403 for what X does not let somebody post."""
    return Problem(403, {"detail": detail, "type": "about:blank", "title": "Forbidden", "status": 403})


def invalid(message: str, **parameters: str) -> Problem:
    """Return the 400 for a parameter that cannot be: one error, with the parameters and their values."""
    error = {"parameters": {name: [value] for name, value in parameters.items()}, "message": message}
    body = {"errors": [error], "title": "Invalid Request", "detail": INVALID, "type": BASE + "invalid-request"}
    return Problem(400, body)


def _partial(kind: str, parameter: str, value: str, title: str, detail: str, problem: str, section: str) -> Json:
    error = {
        "value": value,
        "detail": detail,
        "title": title,
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": BASE + problem,
    }
    return error | ({"section": section} if section else {})


def not_found(kind: str, parameter: str, value: str) -> Json:
    """Return the partial error for a user or tweet that is not there."""
    detail = f"Could not find {kind} with {parameter}: [{value}]."
    return _partial(kind, parameter, value, "Not Found Error", detail, "resource-not-found", "")


def suspended(parameter: str, value: str) -> Json:
    """Return the partial error for a suspended user."""
    detail = f"User has been suspended: [{value}]."
    return _partial("user", parameter, value, "Forbidden", detail, "resource-not-found", "")


def not_authorized(kind: str, parameter: str, value: str, section: str = "data") -> Json:
    """Return the partial error for what a protected or suspended account hides."""
    name = "Tweet" if kind == "tweet" else "user"
    detail = f"Sorry, you are not authorized to see the {name} with {parameter}: [{value}]."
    problem = "not-authorized-for-resource"
    return _partial(kind, parameter, value, "Authorization Error", detail, problem, section)


def answer(error: Exception, context: Json) -> Response | None:
    """Turn what a view raised into a problem body (DRF's exception handler)."""
    if not isinstance(error, Problem):
        found = exception_handler(error, context)
        if found is None:
            return None
        error = of_status(found.status_code)
    return Response(error.body, status=error.status_code, content_type="application/problem+json")
