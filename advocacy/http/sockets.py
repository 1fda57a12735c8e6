"""Connections that check the address they connect to, at the socket, and read against the clock.

The name is resolved once, every answer must be public, and the connection goes to one of exactly these addresses:
a resolver that answers differently the next time is not asked a next time.
"""

import contextlib
import http.client
import io
import queue
import socket
import threading
import time
from functools import partial
from typing import Any, cast

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from advocacy.http.addresses import is_allowed, is_public
from advocacy.http.errors import Blocked, TooSlow, Unreachable

CONNECT_SECONDS = 5.0


class Watch:
    """A time limit over everything that is done for one request, in seconds."""

    def __init__(self, total: float) -> None:
        self.total = total
        self.sent = False  # whether a byte of a request may have left
        self.restart()

    def restart(self) -> None:
        """Begin anew, for the next request on a connection that is kept."""
        self.ends = time.monotonic() + self.total

    def left(self) -> float:
        """Return the seconds left, always more than 0. Raises TooSlow when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TooSlow(f"no whole answer within {self.total:g} seconds")
        return left


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system's resolver gives them. Raises OSError. Tests replace this."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def connect(host: str, port: int, *, seconds: float) -> socket.socket:
    """Connect to a checked address of this host. Raises Blocked, Unreachable."""
    watch = Watch(seconds)
    addresses = _addresses(host, port, seconds)
    if not is_allowed(host, port) and not all(is_public(address) for address in addresses):
        raise Blocked(f"{host} is not in the open Internet")
    for address in addresses:
        with contextlib.suppress(OSError, TooSlow):
            sock = socket.create_connection((address, port), timeout=watch.left())
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
    raise Unreachable(f"{host} does not take the connection")


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """Resolve in a thread of its own: the system's resolver knows no time limit."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    with contextlib.suppress(queue.Empty):
        if found := answers.get(timeout=seconds):
            return found
    raise Unreachable(f"there is no address for {host}")


class _TimedReader(io.RawIOBase):
    """Reads a socket's file, each time with what is left on the watch: slow drops do not add up."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, watch: Watch) -> None:
        self.raw, self.sock, self.watch = raw, sock, watch
        self.pause = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        left = self.watch.left()
        self.sock.settimeout(left if self.pause is None else min(self.pause, left))
        try:
            return cast("int | None", self.raw.readinto(buffer))
        except TimeoutError:
            self.watch.left()  # says so if it was the whole time that ran out
            raise

    def close(self) -> None:
        self.raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """An answer whose every byte, from the status line on, is read by the watch."""

    def __init__(self, sock: socket.socket, *args: Any, watch: Watch, **words: Any) -> None:
        super().__init__(sock, *args, **words)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_TimedReader(raw, sock, watch))


class _Checked:
    """The part that both kinds of connection share. A watch given from outside runs on; an own one restarts."""

    host: str
    port: int
    timeout: float | None
    sock: socket.socket | None

    def __init__(self, *args: Any, total: float, watch: Watch | None = None, **words: Any) -> None:
        super().__init__(*args, **words)
        self.runs_on = watch is not None
        self.watch = watch or Watch(total)
        self.response_class = partial(_TimedResponse, watch=self.watch)

    def _new_conn(self) -> socket.socket:
        seconds = CONNECT_SECONDS if self.timeout is None else self.timeout
        return connect(self.host, self.port, seconds=min(seconds, self.watch.left() if self.runs_on else seconds))

    def request(self, *args: Any, **words: Any) -> None:
        if not self.runs_on:
            self.watch.restart()
        super().request(*args, **words)  # type: ignore[misc]  # of the connection that this is mixed into

    def send(self, part: Any) -> None:
        if self.sock is None:
            self.connect()  # type: ignore[attr-defined]
        if self.sock is not None and self.runs_on:
            pause, left = self.sock.gettimeout(), self.watch.left()
            self.sock.settimeout(left if pause is None else min(pause, left))
        self.watch.sent = True
        super().send(part)  # type: ignore[misc]


class _PlainConnection(_Checked, HTTPConnection):  # type: ignore[misc]  # host is a property there
    pass


class _SecureConnection(_Checked, HTTPSConnection):  # type: ignore[misc]
    pass


class PlainPool(HTTPConnectionPool):
    """Checked connections to one host over http."""

    ConnectionCls = _PlainConnection


class SecurePool(HTTPSConnectionPool):
    """Checked connections to one host over https; name and certificate are the host's, not the address's."""

    ConnectionCls = _SecureConnection


class Pools(PoolManager):
    """Pools of checked connections, `total` seconds for each request, or as long as a watch given from outside runs."""

    def __init__(self, *args: Any, total: float, watch: Watch | None = None, **words: Any) -> None:
        super().__init__(*args, **words)
        self.total = total
        self.watch = watch
        self.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def _new_pool(self, *args: Any, **words: Any) -> HTTPConnectionPool:
        pool = super()._new_pool(*args, **words)
        pool.conn_kw["total"] = self.total
        if self.watch:
            pool.conn_kw["watch"] = self.watch
        return pool
