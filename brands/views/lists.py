"""A brand's list of people as a file, narrowed as the page is."""

import hashlib
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from advocacy import versions
from brands.lists.formats import FORMATS
from brands.lists.rows import asked, rows
from brands.models import Brand

RECIPE = 1  # another one makes every file a new one for those who have it
_ENOUGH = 16_000  # characters that go out together


@require_safe
def people_file(request: HttpRequest, slug: str, ending: str) -> HttpResponseBase:
    """Give everybody who matches as a file, written while it is sent."""
    brand = get_object_or_404(Brand, slug=slug)
    form, tag = FORMATS[ending], _tag(request, brand)  # the tag first: a change while people are read makes it old
    known = get_conditional_response(request, etag=tag)
    if known:
        return known
    people = rows(brand, asked(brand, request.GET))
    answer = StreamingHttpResponse(_gathered(form.write(brand, people)), content_type=form.content_type)
    answer["Cache-Control"], answer["ETag"] = "public, no-cache", tag
    if form.saved:
        answer["Content-Disposition"] = f'attachment; filename="{brand.slug}-people.{ending}"'
    return answer


def _tag(request: HttpRequest, brand: Brand) -> str:
    """Return what names the file as it is now; weak, for nobody has written it yet."""
    number = versions.current(versions.brand(brand.pk))
    named = f"{RECIPE} {settings.SITE_URL} {request.get_full_path()} {number}"
    return f'W/"{hashlib.sha256(named.encode()).hexdigest()[:32]}"'


def _gathered(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces together, so that a list of thousands is not sent line by line."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _ENOUGH:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)
