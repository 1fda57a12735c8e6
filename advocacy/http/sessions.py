"""Sessions for clients of an API that the operator configured, such as tweepy."""

from http.cookiejar import DefaultCookiePolicy
from typing import Any, NamedTuple

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ReadTimeoutError

from advocacy.http import addresses
from advocacy.http.errors import Blocked, TooLarge, TooSlow, Unreachable
from advocacy.http.sockets import CONNECT_SECONDS, Pools, Watch

VERSION = "0.1"
READ_SECONDS = 20.0
TOTAL_SECONDS = 60.0
LARGEST = 10_000_000
PIECE = 16_384


def user_agent() -> str:
    """Return who we say we are: the software, the site's name (as far as ASCII goes) and where it is."""
    name = settings.SITE_NAME.encode("ascii", "ignore").decode().strip() or "Chorus"
    return f"Chorus/{VERSION} ({name}; +{settings.SITE_URL})"


def api_session(
    *, base: str, stands_for: str, total_seconds: float = TOTAL_SECONDS, largest: int = LARGEST
) -> requests.Session:
    """Return a session whose calls to `stands_for` go to `base`, which the operator configured.

    `base` and `stands_for` are scheme, host and perhaps a prefix, such as "https://api.x.com". Any other address
    (found in an answer) is held to the rules for addresses from outside. Where the client names no time limit, 5 s
    to connect and 20 s for each read count; always `total_seconds` for a request and `largest` bytes for an answer.
    No redirect is followed, nothing is tried twice, no cookie kept, no proxy or netrc of the environment used.

    Calls raise Blocked and Unreachable when nothing was sent; TooSlow and TooLarge when something was; and
    requests.RequestException when the answer broke off.
    """
    session = _Session()
    limits = _Limits(total_seconds, largest)
    session.mount("https://", _Limited(limits))
    session.mount("http://", _Limited(limits))
    session.mount(f"{stands_for.rstrip('/')}/", _Configured(limits, base=base, stands_for=stands_for))
    return session


class _Once(NamedTuple):
    """One call and no other."""

    session: requests.Session
    watch: Watch


def once(*, base: str, stands_for: str, total_seconds: float, largest: int = LARGEST) -> _Once:
    """Return a session for a single call, on a connection of its own, and the watch that runs from now on.

    The watch's time covers names, connecting, sending and reading; watch.sent tells whether a byte may have left.
    """
    watch = Watch(total_seconds)
    session = _Session()
    limits = _Limits(total_seconds, largest, watch)
    session.mount(f"{stands_for.rstrip('/')}/", _Configured(limits, base=base, stands_for=stands_for))
    session.headers["Connection"] = "close"
    return _Once(session, watch)


class _Limits(NamedTuple):
    total: float  # seconds for one request
    largest: int  # bytes of one answer, after decompression
    watch: Watch | None = None  # runs over everything, where there is a single call


class _Session(requests.Session):
    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Never follow: an API that moves is configured anew, and a token goes nowhere else."""
        return None


class _Limited(HTTPAdapter):
    """An adapter with limits of time and size, on checked connections."""

    def __init__(self, limits: _Limits) -> None:
        self.limits = limits
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **words: Any) -> None:
        words |= {"num_pools": connections, "maxsize": maxsize, "block": block}
        self.poolmanager = Pools(total=self.limits.total, watch=self.limits.watch, **words)

    def address(self, url: str) -> str:
        """Return the address that a call to `url` goes to: by the rules for addresses from outside. Raises Blocked."""
        return addresses.parse(url).url

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        request = request.copy()
        request.url = self.address(request.url or "")
        request.headers["User-Agent"] = user_agent()
        timeout = (CONNECT_SECONDS, READ_SECONDS) if timeout is None else timeout
        try:
            response = super().send(request, stream=True, timeout=timeout, verify=True, cert=cert, proxies=None)
            self._read(response)
        except requests.exceptions.SSLError:
            raise Unreachable("the certificate of the other side is not to be trusted") from None
        except requests.Timeout:
            raise TooSlow("the other side fell silent") from None
        except requests.ConnectionError as error:
            if isinstance(error.args[0] if error.args else None, ReadTimeoutError):
                raise TooSlow("the other side fell silent in the middle of an answer") from None
            raise
        return response

    def _read(self, response: requests.Response) -> None:
        """Read the whole answer, so that the limits hold whatever the client does with it."""
        body = bytearray()
        with response:
            for piece in response.iter_content(PIECE):
                body += piece
                if len(body) > self.limits.largest:
                    raise TooLarge(f"the answer is larger than {self.limits.largest:,} bytes")
        response._content, response._content_consumed = bytes(body), True  # type: ignore[attr-defined]  # noqa: SLF001


class _Configured(_Limited):
    """Sends what a client means for `stands_for` to the host that the operator configured."""

    def __init__(self, limits: _Limits, *, base: str, stands_for: str) -> None:
        self.base, self.stands_for = base.rstrip("/"), stands_for.rstrip("/")
        super().__init__(limits)

    def address(self, url: str) -> str:
        if not url.startswith(f"{self.stands_for}/"):
            raise Blocked("the client asks for another address than it was made for")
        return self.base + url[len(self.stands_for) :]
