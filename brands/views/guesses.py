"""The same answer to every link that opens nothing, and a limit on how often one address may try.

The count lies in the cache: reading a page writes no row; where the cache is away nothing is counted, and the answer
is the same. A right link is never refused, for 256 bits cannot be
guessed; the limit spares the database and tells a crawler to stop.
"""

import logging

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

from advocacy.answers import unseen

TRIES = 30
WINDOW = 600  # seconds
log = logging.getLogger(__name__)


def closed(request: HttpRequest) -> HttpResponse:
    """Answer a link that is wrong, used, over or taken back: nobody who guesses learns which."""
    key = f"guesses:{get_ip(request)}"
    try:
        cache.add(key, 0, WINDOW)
        tries = cache.incr(key)
    except (RedisError, OSError, ValueError) as error:  # the last: it was forgotten between the two lines
        log.warning("a wrong link was not counted: %s", type(error).__name__)
        tries = 1
    status = 404 if tries <= TRIES else 429
    return unseen(render(request, "public/invitation_closed.html", status=status))
