"""The same answer to every link that opens nothing, and a limit on how often one address may try.

The count lies in the cache: reading a page writes no row. A right link is never refused, for 256 bits cannot be
guessed; the limit spares the database and tells a crawler to stop.
"""

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from advocacy.answers import unseen

TRIES = 30
WINDOW = 600  # seconds


def closed(request: HttpRequest) -> HttpResponse:
    """Answer a link that is wrong, used, over or taken back: nobody who guesses learns which."""
    key = f"guesses:{get_ip(request)}"
    cache.add(key, 0, WINDOW)
    try:
        tries = cache.incr(key)
    except ValueError:  # it went between the two calls
        tries = 1
    status = 404 if tries <= TRIES else 429
    return unseen(render(request, "public/invitation_closed.html", status=status))
