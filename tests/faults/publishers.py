"""Publishers that speak to the pretend network, one of each kind: real requests through the door."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings

from advocacy import http
from people.networks.base import Kind
from people.networks.errors import NotNow, Refused, Unknown
from people.networks.sending import body_of, failure_of, send_once
from people.networks.types import OwnPost, Payload, Picture, Published, Rate, Uploaded, Writer
from people.networks.x_publish import XPublisher
from tests.faults.network import GONE


class _Fake:
    network = "fake"
    kind: Kind = "N"
    key_good = 0
    delete_mills = 10
    alt_mills = read_mills = 5
    rates: tuple[Rate, ...] = ()

    def publish(self, writer: Writer, payload: Payload) -> Published:
        body = {"text": payload.text, "reply_to": payload.reply_to, "media": list(payload.media), **self._more(payload)}
        answer = send_once(
            self._method, self._path(payload), base=settings.FAKE_NETWORK, headers=_headers(writer), json=body
        )
        said = body_of(answer)
        if answer.status_code in {200, 201}:
            if not said.get("id"):
                raise Unknown("an answer without an id")
            return Published(str(said["id"]), _time(said["at"]))
        words = str(said.get("detail", ""))
        if words == GONE:
            return Published("", gone=True)
        if "duplicate content" in words:
            raise Refused(words, "duplicate", candidate=str(said.get("id", "")))
        raise failure_of(answer, words)

    _method = "POST"

    def _path(self, payload: Payload) -> str:
        return "/posts"

    def _more(self, payload: Payload) -> dict[str, Any]:
        return {}

    def mills(self, text: str) -> int:
        return 200 if "https://" in text else 0

    def delete(self, writer: Writer, remote_id: str) -> None:
        _ask("DELETE", f"/posts/{remote_id}", writer)

    def upload(self, writer: Writer, picture: Picture) -> Uploaded:
        return Uploaded(f"media-{len(picture.body)}")


class FakeN(_Fake):
    """Nothing makes a second send harmless; own posts can be read."""

    def own_recent(self, writer: Writer, *, since: datetime) -> Sequence[OwnPost]:
        posts = _ask("GET", "/posts", writer)["posts"]
        return [OwnPost(p["id"], _time(p["at"]), p["text"]) for p in posts if _time(p["at"]) >= since]


class FakeX(FakeN):
    """Kind N with X's own limits and prices, so that what all workers share is asked as often as for X."""

    network = "fakeX"
    rates = XPublisher.rates

    def mills(self, text: str) -> int:
        return XPublisher().mills(text)


class FakeK(FakeN):
    """A key makes a second send harmless for a while."""

    kind: Kind = "K"
    key_good = 3_000

    def _more(self, payload: Payload) -> dict[str, Any]:
        return {"key": payload.key}

    def edit(self, writer: Writer, remote_id: str, payload: Payload) -> Published:
        _ask("PATCH", f"/posts/{remote_id}", writer, {"text": payload.text})
        return Published(remote_id)


class FakeP(_Fake):
    """The id is ours, so that a second send writes the same."""

    kind: Kind = "P"
    _method = "PUT"

    def _path(self, payload: Payload) -> str:
        return f"/records/{quote(payload.rkey)}"

    def record(self, writer: Writer, payload: Payload) -> dict[str, object]:
        return {"text": payload.text, "createdAt": payload.made_at.isoformat()}

    def find(self, writer: Writer, rkey: str) -> Published | None:
        answer = http.call("GET", f"/records/{quote(rkey)}", **_where(writer))
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise NotNow("the network is in trouble", datetime(2000, 1, 1, tzinfo=UTC))
        found = answer.json()
        return Published(found["id"], _time(found["at"]))


class FakeU(_Fake):
    """Nothing makes a second send harmless, and nothing can be read."""

    kind: Kind = "U"


def _ask(method: str, path: str, writer: Writer, body: Any = None) -> Any:
    answer = http.call(method, path, json=body, **_where(writer))
    if answer.status_code != 200:
        raise NotNow("the network is in trouble", datetime(2000, 1, 1, tzinfo=UTC))
    return answer.json()


def _where(writer: Writer) -> dict[str, Any]:
    return {"base": settings.FAKE_NETWORK, "total_seconds": 5, "headers": _headers(writer)}


def _headers(writer: Writer) -> dict[str, str]:
    return {"Authorization": f"Bearer {writer.token}"}


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
