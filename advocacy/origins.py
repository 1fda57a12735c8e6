"""Where a form came from, for the few views that can ask for no token.

Browsers say it by themselves and no page can make them say otherwise: Sec-Fetch-Site, and older ones Origin. What says
neither is no browser that carries another's session, or the phone's own system.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest

_OURS = frozenset({"none", "same-origin"})


def is_foreign(request: HttpRequest) -> bool:
    """Return whether a page of another site made the browser send this."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said not in _OURS
    origin = request.headers.get("Origin", "null")  # null: a page that names itself to nobody, as some of ours
    return origin != "null" and urlsplit(origin).netloc != request.get_host()
