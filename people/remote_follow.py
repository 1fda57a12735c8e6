"""Following somebody from one's own Mastodon server: its address for that is asked for by WebFinger (RFC 7033).

The reader types their own address; their server names a template, and their browser goes there by a link. Whatever they
type is asked through the door that refuses private addresses.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from advocacy import limits
from advocacy.http import DoorError, fetch

PER_HOUR = 30  # questions from one address of a reader
SECONDS = 6.0
LARGEST = 64_000  # bytes of an answer
LONGEST = 2_000  # characters of an address
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
_KINDS = ("application/jrd+json", "application/json", "application/activity+json", "application/ld+json")
_USER = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?"
_CALLED = re.compile(r"mastodon|fediverse", re.IGNORECASE)
_PROFILE = re.compile(rf"https://(?P<host>[A-Za-z0-9.-]{{3,253}})/@(?P<user>{_USER})/?")
_OWN = re.compile(rf"@?(?P<user>{_USER})@(?P<host>[^\s@/?#\\]{{3,253}})")


class NotFound(Exception):
    """The reader's server could not be asked, or does not say where to go on; the words say what to do."""


class Way(NamedTuple):
    """Where the reader goes on: an address at their own server, and its name."""

    url: str
    host: str


def addresses_in(links: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the addresses, without "@" before them, by which Mastodon servers find somebody.

    links: what the person says of themself, each with label and url; one counts that they call Mastodon or Fediverse.
    """
    called = (link.get("url", "") for link in links if _CALLED.search(link.get("label", "")))
    found = (_PROFILE.fullmatch(url) for url in called)
    return list(dict.fromkeys(f"{one['user']}@{one['host'].lower()}" for one in found if one))


def way(*, own: str, address: str, client: str) -> Way:
    """Ask the server of a reader's own address where they follow somebody. client: a key of the reader's address.

    address is the other's, such as ingrid@rail.example. Raises NotFound. It goes out to the network: only for a form
    that was sent.
    """
    user, host = _parts(own)
    if not limits.count(f"once:remote-follow:{client}", cap=PER_HOUR, seconds=3600):
        raise NotFound("Too many questions came from where you are. Try again in an hour.")
    # a server beside the tests speaks http; in production no host is let through
    scheme = "http" if host in settings.DOOR_ALLOW else "https"
    asked = urlencode({"resource": f"acct:{user}@{host}"})
    try:
        answer = fetch(
            f"{scheme}://{host}/.well-known/webfinger?{asked}",
            accept=_KINDS,
            max_bytes=LARGEST,
            timeout_total=SECONDS,
        )
        template = _template(answer.body if answer.status == 200 else b"")
        url = template.replace("{uri}", quote(address, safe=""))
        parts = urlsplit(url) if template else None
    except (DoorError, ValueError, RecursionError):  # the latter: lists in lists without end
        parts = None
    if parts is None or not _is_sound(parts.scheme, parts.netloc, url):
        raise NotFound(f"{host} does not answer as a Mastodon server does. Look whether the address is right.")
    return Way(url, parts.hostname or host)


def _parts(own: str) -> tuple[str, str]:
    found = _OWN.fullmatch(own.strip())
    try:
        host = found["host"].encode("idna").decode().lower() if found else ""
    except UnicodeError:
        host = ""
    if found is None or not host:
        raise NotFound("Write your whole address, such as @you@mastodon.example.")
    return found["user"], host


def _template(body: bytes) -> str:
    """Return the template of an answer, "" where it has none. Raises ValueError for what is not JSON."""
    found = json.loads(body)
    links = found.get("links") if isinstance(found, dict) else None
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == SUBSCRIBE:
            template = link.get("template")
            return template if isinstance(template, str) and "{uri}" in template else ""
    return ""


def _is_sound(scheme: str, host: str, url: str) -> bool:
    """Return whether a reader may be shown the link: a web address of a host with a name, nothing else in it."""
    secure = scheme == "https" or (scheme == "http" and host in settings.DOOR_ALLOW)
    return secure and bool(host) and "@" not in host and len(url) <= LONGEST and not re.search(r"[\s\x00-\x1f\\]", url)
