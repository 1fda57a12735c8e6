"""The demo's posts, moved in time by whole days: what was said at 03:40 stays said at 03:40."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_MILLISECONDS_IN_AN_ID = 22  # bits to the right of them
_DAY = 86_400_000


def days_to_move(posts: Path, now: datetime) -> int:
    """Return by how many whole days to move the posts so that the newest one is less than a day old."""
    newest = max(time_of(post) for post in read(posts))
    return (now - newest).days


def move_posts(posts: Path, to: Path, days: int) -> None:
    """Write the posts moved by so many days, newest first; ids move along, pictures are named by their whole path."""
    with to.open("w", encoding="utf-8") as file:
        for post in read(posts):
            file.write(json.dumps(moved(post, days, posts.parent), ensure_ascii=False) + "\n")


def moved(post: Json, days: int, folder: Path) -> Json:
    """Return one post moved by so many days."""
    new = post | {"id": moved_id(post["id"], days), "created_at": _later(post["created_at"], days)}
    new |= {name: moved_id(post[name], days) for name in ("in_reply_to", "quote_of") if name in post}
    if "repost_of" in post:
        original = post["repost_of"]
        new["repost_of"] = original | {
            "id": moved_id(original["id"], days),
            "created_at": _later(original["created_at"], days),
        }
    if "quote_of" in post:  # the link to it ends in its id
        new["urls"] = [url.replace(post["quote_of"], new["quote_of"]) for url in post["urls"]]
    if "media" in post:
        new["media"] = [medium | {"url": str((folder / medium["url"]).resolve())} for medium in post["media"]]
    return new


def moved_id(number: str, days: int) -> str:
    """Return an id as it would be had the post been said so many days later."""
    return str(int(number) + (days * _DAY << _MILLISECONDS_IN_AN_ID))


def read(posts: Path) -> Iterator[Json]:
    """Yield the posts of a file."""
    with posts.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def time_of(post: Json) -> datetime:
    """Return when a post was said."""
    return datetime.fromisoformat(post["created_at"]).astimezone(UTC)


def _later(words: str, days: int) -> str:
    at = datetime.fromisoformat(words).astimezone(UTC) + timedelta(days=days)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
