"""A server on loopback that answers exactly as a test tells it to, byte by byte."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

Script = Callable[["Request"], Iterable[bytes]]


@dataclass
class Request:
    """What arrived: the path of the request line, and the headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Outside:
    """The server. `pages` maps a path to a script that yields the bytes of the answer, status line included."""

    listener: socket.socket
    tls: ssl.SSLContext | None = None
    pages: dict[str, Script] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    keep: bool = False  # take further requests on the same connection

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.listener.getsockname()[1])

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, *pieces: bytes) -> str:
        """Answer these bytes at path; return its address."""
        self.pages[path] = lambda request: pieces
        return f"{self.base}{path}"

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), sock:  # ValueError: what came was no HTTP
            sock.settimeout(10)
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            with sock, sock.makefile("rb") as file:
                while request := _read(file):
                    self.requests.append(request)
                    script = self.pages.get(request.path.partition("?")[0], lambda request: [answer(status=404)])
                    for piece in script(request):
                        sock.sendall(piece)
                    if not self.keep:
                        break


def _read(file: BinaryIO) -> Request | None:
    if not (line := file.readline()):
        return None
    method, path, _ = line.decode("latin-1").split(" ")
    headers = {}
    while header := file.readline().decode("latin-1").strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return Request(method, path, headers, file.read(int(headers.get("content-length", 0))))


def answer(body: bytes = b"", *, status: int = 200, kind: str = "", length: bool = True, **headers: str) -> bytes:
    """Return the bytes of a whole answer; location="..." and the like become headers."""
    lines = [f"HTTP/1.1 {status} Words", "Connection: close"]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    if kind:
        lines.append(f"Content-Type: {kind}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def dribble(piece: bytes, *, pause: float, most: int = 400) -> Iterator[bytes]:
    """Yield the same piece again and again with a pause before each."""
    for _ in range(most):
        time.sleep(pause)
        yield piece


@contextlib.contextmanager
def outside(host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Outside]:
    """Run a server for the time of a with statement."""
    server = Outside(socket.create_server((host, port)), tls)
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        yield server
    finally:
        server.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for connections
        server.listener.close()
