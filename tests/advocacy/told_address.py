"""A site that answers with the address by which limits count its reader, and whether it takes the way for encrypted."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest

from advocacy.wsgi import application as _site  # noqa: F401 - sets Django up as the real one does
from people.api.throttles import address_of


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer."""
    request = WSGIRequest(environ)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{address_of(request)} {request.path}".encode()]
