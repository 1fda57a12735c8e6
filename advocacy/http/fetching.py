"""One guarded fetcher for every address that comes from outside: avatars, feeds, link previews."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urljoin

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout
from urllib3.exceptions import HTTPError, ReadTimeoutError, SSLError

from advocacy.http import addresses
from advocacy.http.errors import Blocked, BrokenOff, TooLarge, TooSlow, Unreachable, WrongType
from advocacy.http.sessions import PIECE, user_agent
from advocacy.http.sockets import PlainPool, SecurePool, Watch

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 3
ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
KEPT_HEADERS = ("etag", "last-modified", "retry-after", "cache-control")
CA_BUNDLE = DEFAULT_CA_BUNDLE_PATH
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Fetched:
    """An answer. url is where it came from after redirects; content_type is lower case, without parameters.

    charset is what the header names, or "". body is empty unless the status is 2xx. headers: only KEPT_HEADERS.
    """

    url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    headers: Mapping[str, str]


class _Wish(NamedTuple):
    accept: tuple[str, ...]
    max_bytes: int
    watch: Watch


def fetch(
    url: str,
    *,
    accept: tuple[str, ...],
    max_bytes: int,
    timeout_total: float = 10,
    headers: Mapping[str, str] = NO_HEADERS,
) -> Fetched:
    """Get a URL that somebody else wrote. Any status is an answer; only one of 2xx is read and must be of `accept`.

    accept holds content types such as "image/png"; max_bytes counts after decompression; timeout_total is in
    seconds and covers everything: names, redirects, reading. headers are sent to the first origin only.
    Raises Blocked, Unreachable, TooSlow, TooLarge, WrongType, BrokenOff.
    """
    wish = _Wish(accept, max_bytes, Watch(timeout_total))
    target = addresses.parse(url)
    origin = target.origin
    for _ in range(MOST_REDIRECTS + 1):
        found = _get(target, wish, headers if target.origin == origin else NO_HEADERS)
        if isinstance(found, Fetched):
            return found
        try:
            following = addresses.parse(urljoin(target.url, found))
        except ValueError:  # urljoin takes it apart before we look at it
            raise Blocked("a redirect leads to an address that cannot be read") from None
        if target.scheme == "https" and following.scheme == "http":
            raise Blocked("a redirect leads from https to http")
        target = following
    raise Blocked(f"more than {MOST_REDIRECTS} redirects")


def _get(target: addresses.Target, wish: _Wish, headers: Mapping[str, str]) -> Fetched | str:
    """Ask once; return the answer, or where a redirect points."""
    pool = _pool(target, wish.watch)
    sent = {**headers, "User-Agent": user_agent(), "Accept": ", ".join(wish.accept), "Accept-Encoding": "gzip"}
    try:
        response = pool.urlopen(
            "GET", target.path, headers=sent, redirect=False, retries=False, preload_content=False, decode_content=True
        )
        try:
            return _answer(target, response, wish)
        finally:
            response.close()
    except SSLError:
        raise Unreachable(f"the certificate of {target.host} is not to be trusted") from None
    except ReadTimeoutError:
        raise TooSlow(f"{target.host} fell silent") from None
    except (HTTPError, OSError):
        raise BrokenOff(f"{target.host} broke off in the middle of an answer") from None
    finally:
        pool.close()


def _pool(target: addresses.Target, watch: Watch) -> HTTPConnectionPool:
    """Return a pool for one request: a connection is never shared between two strangers' URLs."""
    left = watch.left()
    limits: dict[str, Any] = {"maxsize": 1, "timeout": Timeout(left), "total": left, "watch": watch}
    if target.scheme == "https":
        return SecurePool(target.host, target.port, ca_certs=CA_BUNDLE, cert_reqs="CERT_REQUIRED", **limits)
    return PlainPool(target.host, target.port, **limits)


def _answer(target: addresses.Target, response: BaseHTTPResponse, wish: _Wish) -> Fetched | str:
    location = response.headers.get("location")
    if response.status in REDIRECTS and location:
        return location
    kind, _, parameters = response.headers.get("content-type", "").lower().partition(";")
    body = b""
    if 200 <= response.status < 300:
        if kind.strip() not in wish.accept:
            raise WrongType(f"{target.host} answers with something other than {', '.join(wish.accept)}")
        if response.headers.get("content-encoding", "").lower().strip() not in ENCODINGS:
            raise WrongType(f"{target.host} packs its answer in an unknown way")
        body = _body(response, wish.max_bytes)
    _, _, charset = parameters.partition("charset=")
    kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Fetched(target.url, response.status, kind.strip(), charset.partition(";")[0].strip(" \"'"), body, kept)


def _body(response: BaseHTTPResponse, max_bytes: int) -> bytes:
    """Read up to max_bytes after decompression, in small pieces."""
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > max_bytes:
        raise TooLarge(f"the answer is larger than {max_bytes:,} bytes")
    body = bytearray()
    for piece in response.stream(PIECE, decode_content=True):
        body += piece
        if len(body) > max_bytes:
            raise TooLarge(f"the answer is larger than {max_bytes:,} bytes")
    return bytes(body)
