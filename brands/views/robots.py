"""What search engines are told."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

_CLOSED = ("sign-in", "home", "listing", "invitations", "sandbox")
_LINES = ("User-agent: *", *(f"Disallow: /{room}/" for room in _CLOSED))


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """Give robots.txt: public pages may be read, links that are secrets may not."""
    return HttpResponse("\n".join(_LINES) + "\n", content_type="text/plain; charset=utf-8")
