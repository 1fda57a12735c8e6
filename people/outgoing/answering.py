"""How feeds and files answer: the same for everybody, asked for anew each time, and 304 where nothing changed."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from people.outgoing import atom, json_feed
from people.outgoing.feeds import Feed

WRITERS: dict[str, tuple[Callable[[Feed], str], str]] = {
    "atom": (atom.atom, atom.TYPE),
    "json": (json_feed.json_feed, json_feed.TYPE),
}


def feed(request: HttpRequest, found: Feed, ending: str) -> HttpResponse:
    """Answer with a feed in one of WRITERS, or with 304."""
    write, kind = WRITERS[ending]
    return document(request, write(found), f"{kind}; charset=utf-8", found.updated)


def document(request: HttpRequest, body: str, content_type: str, changed: datetime | None = None) -> HttpResponse:
    """Answer with a document, or with 304 where the reader has exactly this one.

    Only the ETag decides: a time cannot tell that something was taken away since.
    """
    content = body.encode()
    answer = HttpResponse(content, content_type=content_type)
    answer["ETag"] = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    answer["Cache-Control"] = "public, no-cache"
    if changed:
        answer["Last-Modified"] = http_date(int(changed.timestamp()))
    found = get_conditional_response(request, etag=answer["ETag"], response=answer)
    assert isinstance(found, HttpResponse)  # noqa: S101 - it is the answer, a 304 or a 412
    return found
