"""Which addresses the door opens to: the rules for a URL as it is written, and for the address a name stands for."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import idna
from django.conf import settings

from advocacy.http.errors import Blocked

LONGEST_URL = 2048
PORTS = {"http": 80, "https": 443}
# Python's is_global differs from release to release; these are refused on all of them (security.md, "SSRF")
REFUSED = tuple(
    ipaddress.ip_network(n)
    for n in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
    )
)
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})  # the middle of an interface id that carries an IPv4 address
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")


@dataclass(frozen=True)
class Target:
    """A URL that passed the rules of writing: host is ASCII, lower case, without brackets; path begins with /."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What two URLs must share for a header to be sent to both."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """The URL in its plain spelling."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if self.port == PORTS[self.scheme] else f':{self.port}'}{self.path}"


def is_public(address: str) -> bool:
    """Return whether an address (as ipaddress reads it) is in the open Internet and carries no other one inside.

    IPv4 inside IPv6 (mapped, 6to4, Teredo, NAT64, ISATAP) is refused as such: nothing is left to unwrap.
    """
    found = ipaddress.ip_address(address)
    if not found.is_global or found.is_multicast or any(found in network for network in REFUSED):
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return True
    return found in GLOBAL_UNICAST and (int(found) >> 32) & 0xFFFF_FFFF not in ISATAP


def is_allowed(host: str, port: int) -> bool:
    """Return whether exactly this host and port is on the allow-list of development and tests."""
    return f"{f'[{host}]' if ':' in host else host}:{port}" in settings.DOOR_ALLOW


def parse(url: str) -> Target:
    """Read a URL that came from outside by the rules of writing. Raises Blocked.

    http and https on their own ports, no user name, no control character, space or backslash, no %-encoding in the
    host; the name becomes ASCII (IDNA) before anything is compared; a number for a host is an address in four parts.
    """
    if len(url) > LONGEST_URL:
        raise Blocked("the address is too long")
    if any(c in "\\\x7f" or c <= " " or "\x80" <= c <= "\xa0" for c in url):
        raise Blocked("the address holds a character that no address has")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Blocked("the address cannot be read") from None
    if parts.scheme not in PORTS:
        raise Blocked("the address must begin with http:// or https://")
    if not host or "@" in parts.netloc or "%" in parts.netloc:
        raise Blocked("the address must name a host and nobody else")
    if ("[" in parts.netloc) != (":" in host):
        raise Blocked("the address cannot be read")
    host = _ascii(host)
    port = PORTS[parts.scheme] if port is None else port
    if port not in PORTS.values() and not is_allowed(host, port):
        raise Blocked("the address names a port that is not the web's")
    path = quote(parts.path or "/", safe="/%!$&'()*+,;=:@~-._")
    query = f"?{quote(parts.query, safe='/%!$&()*+,;=:@~-._?')}" if parts.query else ""
    return Target(parts.scheme, host, port, path + query)


def plain(url: str) -> str:
    """Return a URL in its plain spelling, by the rules of writing: the same for two ways to write one. Raises Blocked.

    Where it leads is not known before a connection is made: this says nothing about that.
    """
    return parse(url).url


def _ascii(host: str) -> str:
    """Return the host as it goes over the wire, or raise Blocked."""
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise Blocked("the address cannot be read") from None
    try:
        host = host.lower() if host.isascii() else idna.encode(host, uts46=True).decode()
    except UnicodeError:  # idna's errors are UnicodeErrors
        raise Blocked("the address names a host that cannot exist") from None
    host = host.removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.match(label) for label in labels):
        raise Blocked("the address names a host that cannot exist")
    if _NUMBER.match(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise Blocked("the address names a host that cannot exist") from None
    return host
