"""Addresses that a person gives for others to follow: their form is checked, nothing is fetched."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
LONGEST = 1000


def checked_link(words: str) -> str:
    """Return an address that may be linked. Raises ValueError with what to do, in words for the person."""
    words = words.strip()
    if any(c.isspace() or ord(c) < 32 or c in '<>"\\' for c in words):
        raise ValueError("An address has no blanks and no quotation marks. Copy it once more.")
    if len(words) > LONGEST:
        raise ValueError(f"The address is longer than {LONGEST} characters. Copy a shorter one.")
    try:
        parts = urlsplit(words)
        host, port, user = parts.hostname or "", parts.port, parts.username
    except ValueError:
        raise ValueError(
            "This is no web address. Copy it from the browser, such as https://example.org/page."
        ) from None
    if parts.scheme != "https":
        raise ValueError("The address must begin with https://.")
    if user is not None or port is not None:
        raise ValueError("The address must name a site, without a login and without a port.")
    if not _HOST.fullmatch(_in_ascii(host)):
        raise ValueError("The address must name a site, such as https://example.org/page.")
    return words


def host_of(link: str) -> str:
    """Return the site that a checked address leads to, as readers know it."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _in_ascii(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""
