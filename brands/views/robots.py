"""What search engines are told."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from advocacy.loglines import SECRET_ROOMS
from people.outgoing.addresses import page

_OWN_ROOMS = ("sign-in", "home", "desk", "studio", "erased", "sandbox", "mail")  # of somebody, or of nobody outside
_LINES = ("User-agent: *", *(f"Disallow: /{room}/" for room in (*_OWN_ROOMS, *SECRET_ROOMS)))


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """Give robots.txt: public pages may be read; links that are secrets, and rooms behind a door, may not."""
    lines = (*_LINES, f"Sitemap: {page('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
