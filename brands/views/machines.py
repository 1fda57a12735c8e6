"""What software asks of every site: where its pages are, and whom to tell of a hole."""

import datetime as dt
from collections.abc import Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from brands.queries import sitemap
from people.outgoing.addresses import page

_XML = "application/xml; charset=utf-8"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_EXPIRES = dt.timedelta(days=180)
_TOGETHER = 200  # pages that go out in one piece


@require_safe
@cache_control(public=True, no_cache=True)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Name the parts of the list of all pages."""
    parts = [page("sitemap-part", kind, number) for kind, number in sitemap.parts()]
    lines = "".join(f"<sitemap><loc>{escape(part)}</loc></sitemap>\n" for part in parts)
    return HttpResponse(f"{_HEAD}<sitemapindex {_SPACE}>\n{lines}</sitemapindex>\n", content_type=_XML)


@require_safe
@cache_control(public=True, no_cache=True)  # a page that was closed a moment ago must be named by no cache either
def sitemap_part(request: HttpRequest, kind: str, number: str) -> StreamingHttpResponse:
    """Name the pages of one part, with when each last changed."""
    if int(number) >= 2**63 // sitemap.MOST:
        raise Http404
    return StreamingHttpResponse(_part(kind, int(number)), content_type=_XML)


def _part(kind: str, number: int) -> Iterator[str]:
    yield f"{_HEAD}<urlset {_SPACE}>\n"
    waiting = []
    for url, changed in sitemap.pages(kind, number):
        when = f"<lastmod>{changed.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
        waiting.append(f"<url><loc>{escape(url)}</loc>{when}</url>\n")
        if len(waiting) == _TOGETHER:
            yield "".join(waiting)
            waiting = []
    yield f"{''.join(waiting)}</urlset>\n"


@require_safe
@cache_control(public=True, max_age=86_400)
def security(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a hole (RFC 9116); not there until SECURITY_CONTACT names somebody."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + _EXPIRES).astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {page('security')}",
    )
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
