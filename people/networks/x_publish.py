"""Posting on X in a person's name, by their own token. Sources: X API v2 as docs.x.com has it (August 2026).

X knows no key by which a second send would be harmless (kind N), and bills each post: 0.015 USD, 0.200 with a link.
"""

import base64
import html
import io
import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.views.decorators.debug import sensitive_variables
from PIL import Image

from advocacy import http
from people.networks.base import Kind
from people.networks.errors import NotNow, Refused, Unknown
from people.networks.sending import body_of, failure_of, send_once
from people.networks.types import OwnPost, Payload, Picture, Published, Rate, Uploaded, Writer
from people.writing import x_text

PLAIN_MILLS, LINK_MILLS = 15, 200  # 0.001 USD
OUT_OF_CREDITS = timedelta(hours=1)
PIECE = 1_000_000  # bytes of a picture in one call
LARGEST_PICTURE = 5 * 1024 * 1024
LONGEST_ALT = 1_000
WORK_SECONDS = 20.0  # how long X may take to make a picture ready
TAKES = ("image/jpeg", "image/png", "image/webp", "image/gif")
_OWN_MEDIA = re.compile(r"/status/\d+/(?:photo|video)/\d+\Z")


class XPublisher:
    """Implements Publisher, ReadsOwn, Uploads and Deletes of base.py."""

    network = "x"
    kind: Kind = "N"
    key_good = 0
    delete_mills = 10  # "Interaction: Delete" of X's price list
    alt_mills = 5  # POST /2/media/metadata
    read_mills = 5  # per post returned; somebody else's app pays no "Owned Reads" price
    rates = (Rate("account", 100, 900), Rate("app", 10_000, 86_400))

    @sensitive_variables("writer")
    def publish(self, writer: Writer, payload: Payload) -> Published:
        """See Publisher.publish: POST /2/tweets."""
        asked: dict[str, Any] = {"text": payload.text}
        if payload.media:
            asked["media"] = {"media_ids": list(payload.media)}
        if payload.reply_to:
            asked["reply"] = {"in_reply_to_tweet_id": payload.reply_to}
        answer = _send(writer, "POST", "/2/tweets", asked)
        said = body_of(answer).get("data")
        number = said.get("id") if isinstance(said, dict) else None
        if not answer.ok or not isinstance(number, str) or not number.isdecimal():
            raise Unknown("X answered, but not with the number of the post")
        words = said.get("text") if isinstance(said, dict) else None
        return Published(number, text=html.unescape(words) if isinstance(words, str) else None)

    def mills(self, text: str) -> int:
        """See Publisher.mills. X makes a link, and bills one, also of a name without https://."""
        return LINK_MILLS if x_text.urls(text) else PLAIN_MILLS

    @sensitive_variables("writer")
    def own_recent(self, writer: Writer, *, since: datetime) -> Sequence[OwnPost]:
        """See ReadsOwn.own_recent: GET /2/users/:id/tweets; X bills the posts that it returns."""
        begin = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = "attachments,created_at,entities,note_tweet"
        words = f"max_results=100&exclude=retweets&start_time={begin}&tweet.fields={fields}"
        said = body_of(_send(writer, "GET", f"/2/users/{writer.remote_id}/tweets?{words}"))
        if "meta" not in said:
            raise Unknown("X does not show the account's own posts")
        try:
            return [_own(post) for post in _list(said)]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Unknown("X gave an answer that makes no sense") from None

    @sensitive_variables("writer")
    def delete(self, writer: Writer, remote_id: str) -> None:
        """See Deletes.delete: DELETE /2/tweets/:id."""
        try:
            said = body_of(_send(writer, "DELETE", f"/2/tweets/{remote_id}")).get("data")
        except _Gone:
            return
        if not isinstance(said, dict) or said.get("deleted") is not True:
            raise Unknown("X does not say that it deleted the post")

    @sensitive_variables("writer")
    def upload(self, writer: Writer, picture: Picture) -> Uploaded:
        """See Uploads.upload: initialize, append, finalize, status, then the words for who cannot see it."""
        body, kind = _fitting(picture)
        words = {"media_type": kind, "total_bytes": len(body), "media_category": "tweet_image"}
        said = _data(_send(writer, "POST", "/2/media/upload/initialize", words))
        number = str(said.get("id", ""))
        if not number.isdecimal():
            raise Unknown("X did not say how it calls the picture")
        for place, begin in enumerate(range(0, len(body), PIECE)):
            piece = base64.b64encode(body[begin : begin + PIECE]).decode()
            _send(writer, "POST", f"/2/media/upload/{number}/append", {"media": piece, "segment_index": place})
        said = _data(_send(writer, "POST", f"/2/media/upload/{number}/finalize", {}))
        _wait(writer, number, said)
        if picture.alt.strip():
            alt = {"id": number, "metadata": {"alt_text": {"text": picture.alt[:LONGEST_ALT]}}}
            _send(writer, "POST", "/2/media/metadata", alt)
        left = said.get("expires_after_secs")
        return Uploaded(number, timedelta(seconds=left if isinstance(left, int) else 3600))


class _Gone(Refused):
    """X knows no such post."""


@sensitive_variables("writer")
def _send(writer: Writer, method: str, path: str, asked: Mapping[str, Any] | None = None) -> http.Response:
    """Make one call by the writer's token; return a success, or raise what the answer means."""
    headers = {"Authorization": f"Bearer {writer.token}"}
    answer = send_once(method, path, base=settings.X_API_BASE, headers=headers, json=asked)
    if answer.ok:
        return answer
    said = body_of(answer)
    words = str(said.get("detail") or said.get("title") or "")
    if answer.status_code == 402:
        until = datetime.now(UTC) + OUT_OF_CREDITS
        raise NotNow("X says that the app's credits are used up: the operator must add credits", until, limit="app")
    if answer.status_code == 429 and (end := _end_of_day(answer.headers)):
        raise NotNow("the posts that X lets this site's app make in a day are used up", end, limit="app")
    if answer.status_code == 403 and "duplicate content" in words:
        raise Refused(f"X says: {words[:200]}", "duplicate")
    if answer.status_code == 404 and method == "DELETE":
        raise _Gone("X knows no such post")
    raise failure_of(answer, words)


def _end_of_day(headers: Mapping[str, str]) -> datetime | None:
    """Return when the app's day at X begins anew, if that is what is used up; X tells of it beside the 15 minutes."""
    if headers.get("x-app-limit-24hour-remaining") != "0":
        return None
    try:
        return datetime.fromtimestamp(int(headers["x-app-limit-24hour-reset"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def _data(answer: http.Response) -> Mapping[str, Any]:
    said = body_of(answer).get("data")
    if not isinstance(said, dict):
        raise Unknown("X gave an answer that makes no sense")
    return said


def _list(said: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    rows = said.get("data", [])
    return rows if isinstance(rows, list) else []


@sensitive_variables("writer")
def _wait(writer: Writer, number: str, said: Mapping[str, Any]) -> None:
    """Wait until X has made a picture ready; most are at once."""
    began = time.monotonic()
    while (work := said.get("processing_info")) and work.get("state") != "succeeded":
        pause = work.get("check_after_secs")
        pause = float(pause) if isinstance(pause, int | float) else 1.0
        if work.get("state") == "failed":
            raise Refused("X cannot use the picture")
        if time.monotonic() - began + pause > WORK_SECONDS:
            raise NotNow("X is still working on the picture", datetime.now(UTC) + timedelta(seconds=60))
        time.sleep(max(0.1, pause))
        said = _data(_send(writer, "GET", f"/2/media/upload?command=STATUS&media_id={number}"))


def _fitting(picture: Picture) -> tuple[bytes, str]:
    """Return a picture as X takes it: what is of another kind, or too large, becomes a JPEG."""
    if picture.content_type in TAKES and len(picture.body) <= LARGEST_PICTURE:
        return picture.body, picture.content_type
    with Image.open(io.BytesIO(picture.body)) as image:
        plain = image.convert("RGB")
    for quality in (90, 75, 50):
        made = io.BytesIO()
        plain.save(made, "JPEG", quality=quality)
        if made.tell() <= LARGEST_PICTURE:
            break
    return made.getvalue(), "image/jpeg"


def _own(post: Mapping[str, Any]) -> OwnPost:
    pictures = len((post.get("attachments") or {}).get("media_keys") or [])
    return OwnPost(str(post["id"]), datetime.fromisoformat(post["created_at"]), _written(post), pictures)


def _written(post: Mapping[str, Any]) -> str:
    """Return a post's words as they were written: whole links in place of t.co, without the link to its pictures."""
    long = post.get("note_tweet") or {}
    text = long.get("text") or post["text"]
    entities = (long.get("entities") if long.get("text") else post.get("entities")) or {}
    links = {url["url"]: url.get("expanded_url") or url["url"] for url in entities.get("urls", [])}
    for short, whole in links.items():
        text = text.replace(short, "" if _OWN_MEDIA.search(whole) else whole)
    return html.unescape(text).strip()
