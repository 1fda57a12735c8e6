"""A pretend network of each kind, speaking HTTP on loopback; what it really made is in its own log, the judge.

An account is named by its token. Each account has a script: how its next sends are answered, then "ok" for ever.
"""

import json
import socket
import struct
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

# first answers: what the network does with a send. "after": it took the post before it failed
ANSWERS = (
    *("ok", "slow", "429", "400", "403", "422", "401", "404"),
    *("500-before", "500-after", "502-before", "503-before", "504-after", "408-after", "302-after"),
    *("reset-before", "reset-after", "silent-before", "silent-after", "late-accept", "late-visible"),
    *("bad-json", "no-body", "html", "no-id", "half", "duplicate-none", "duplicate-hand"),
)


GONE = "Record not found"


@dataclass
class Made:
    """A post that exists."""

    id: str
    text: str
    at: float  # seconds since 1970, by the network's clock
    by: str = "api"
    key: str = ""
    visible_at: float = 0.0
    deleted: bool = False
    remade: int = 0  # how often the same id was written again after it was deleted


@dataclass
class Room:
    """All of one account."""

    posts: list[Made] = field(default_factory=list)
    script: list[str] = field(default_factory=list)
    sends: list[float] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)
    read_faults: list[int] = field(default_factory=list)


class Network:
    """The state of the pretend network, and its server."""

    def __init__(self, *, port: int = 0) -> None:
        self.lock = threading.Lock()
        self.rooms: dict[str, Room] = {}
        self.last = 0
        self.seconds = 0.0  # what an answer to a send takes
        network = self

        class Answering(_Answering):
            pass

        Answering.network = network
        self.server = _Server(("127.0.0.1", port), Answering)
        self.port = self.server.server_address[1]

    @property
    def base(self) -> str:
        """The network's address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Network":
        """Answer in threads of this process."""
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Answer no longer."""
        self.server.shutdown()
        self.server.server_close()

    def room(self, account: str) -> Room:
        """Return what belongs to an account."""
        with self.lock:
            return self.rooms.setdefault(account, Room())

    def make(self, account: str, text: str, *, record: bool = False, **fields: Any) -> Made:
        """Take a post; the same key or id again gives the one that is there, record: or writes it again."""
        room = self.room(account)
        with self.lock:
            if fields.get("key"):
                for post in room.posts:
                    if post.key == fields["key"]:
                        if post.deleted and record:
                            post.deleted, post.remade = False, post.remade + 1
                        return post
            self.last += 1
            post = Made(str(10**17 + self.last), text, time.time(), **fields)
            room.posts.append(post)
            return post


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no trouble of ours."""


class _Answering(BaseHTTPRequestHandler):
    network: Network
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None: ...

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/control/log":
            self._say(200, asdict(self.network.room(parse_qs(parts.query)["account"][0])))
            return
        if parts.path == "/control/rooms":
            self._say(200, {name: [asdict(post) for post in one.posts] for name, one in self.network.rooms.items()})
            return
        room = self.network.room(self._account())
        if room.read_faults:
            self._say(room.read_faults.pop(0), {})
            return
        seen = [p for p in room.posts if not p.deleted and p.visible_at <= time.time()]
        if parts.path.startswith("/records/"):
            found = [p for p in seen if p.key == parts.path.rpartition("/")[2]]
            self._say(200 if found else 404, _shape(found[0]) if found else {"error": "RecordNotFound"})
            return
        self._say(200, {"posts": [_shape(p) for p in reversed(seen)]})

    def do_POST(self) -> None:
        body = self._body()
        if self.path == "/control/script":
            room = self.network.room(body["account"])
            room.script, room.times = list(body["answers"]), dict(body["times"])
            room.read_faults = list(body.get("read_faults", []))
            self._say(200, {})
        elif self.path == "/control/delete":
            for post in self.network.room(body["account"]).posts:
                post.deleted = True
            self._say(200, {})
        elif self.path == "/control/forget":
            for post in self.network.room(body["account"]).posts:
                post.key = ""
            self._say(200, {})
        elif self.path == "/control/hand":
            self._say(200, _shape(self.network.make(body["account"], body["text"], by="hand")))
        else:
            self._send(body)

    def do_PUT(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        for post in self.network.room(self._account()).posts:
            if post.id == self.path.rpartition("/")[2]:
                post.deleted = True
        self._say(200, {})

    def do_PATCH(self) -> None:
        body = self._body()
        for post in self.network.room(self._account()).posts:
            if post.id == self.path.rpartition("/")[2]:
                post.text = body["text"]
        self._say(200, {"id": self.path.rpartition("/")[2]})

    def _send(self, body: dict[str, Any]) -> None:
        account = self._account()
        time.sleep(self.network.seconds)
        room = self.network.room(account)
        with self.network.lock:
            room.sends.append(time.time())
            answer = room.script.pop(0) if room.script else "ok"
        rkey = self.path.rpartition("/")[2] if self.path.startswith("/records/") else ""
        key = str(body.get("key") or rkey)
        takes = answer.endswith("-after") or answer in {
            *("ok", "slow", "late-visible", "bad-json", "no-body", "html", "no-id", "half", "late-accept")
        }
        if answer == "late-accept":  # the client has given up when it is taken
            time.sleep(room.times["late"])
        if answer == "slow":
            time.sleep(room.times["slow"])
        post = None
        if takes:
            visible = time.time() + (room.times["hidden"] if answer == "late-visible" else 0)
            post = self.network.make(account, body["text"], key=key, visible_at=visible, record=bool(rkey))
        if post and post.deleted:  # as Mastodon answers a key whose post is gone
            self._say(404, {"detail": GONE})
            return
        self._answer(answer, post, room)

    def _answer(self, answer: str, post: Made | None, room: Room) -> None:
        if answer in {"ok", "slow"} and post:
            self._say(201, _shape(post))
        elif answer.startswith(("reset", "late")):
            self._reset()
        elif answer.startswith("silent"):
            time.sleep(room.times["silent"])
            self._reset()
        elif answer.startswith("duplicate"):
            self._say(403, {"detail": "You are not allowed to create a post with duplicate content."})
        elif answer == "half":
            self.send_response(201)
            self.send_header("Content-Length", "500")
            self.end_headers()
            self.wfile.write(b'{"id": "1')
            self.wfile.flush()
            self._reset()
        elif answer in {"bad-json", "no-body", "html", "no-id"}:
            body = {"bad-json": b'{"id": ', "no-body": b"", "html": b"<html>busy</html>", "no-id": b"{}"}[answer]
            self._bytes(201 if answer != "html" else 200, body)
        else:
            self._say(
                int(answer[:3]), {"detail": f"scripted {answer}"}, reset=time.time() + room.times.get("reset", 60)
            )

    def _account(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def _body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        return found

    def _say(self, status: int, body: dict[str, Any], *, reset: float = 0) -> None:
        self._bytes(status, json.dumps(body).encode(), reset if status == 429 else 0)

    def _bytes(self, status: int, body: bytes, reset: float = 0) -> None:
        self.send_response(status)
        if reset:
            self.send_header("x-ratelimit-reset", datetime.fromtimestamp(reset, UTC).isoformat())
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def _shape(post: Made) -> dict[str, Any]:
    return {"id": post.id, "text": post.text, "at": post.at, "by": post.by}
