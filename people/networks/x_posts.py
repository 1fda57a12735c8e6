"""A post of X API v2 as a PostRecord: text unescaped once, entities moved along, kinds told apart."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from people.networks.types import Entity, Kind, Media, Metrics, PostRecord

FIELDS: dict[str, list[str]] = {
    "tweet_fields": [
        "attachments",
        "author_id",
        "conversation_id",
        "created_at",
        "edit_history_tweet_ids",
        "entities",
        "in_reply_to_user_id",
        "lang",
        "note_tweet",
        "public_metrics",
        "referenced_tweets",
    ],
    "expansions": ["attachments.media_keys"],
    "media_fields": ["alt_text", "height", "preview_image_url", "type", "url", "width"],
}
LONGEST_ID = 20  # digits
LONGEST_LANGUAGE = 35  # characters of a BCP 47 tag, as RFC 5646 4.4.1 lets software limit it
_ESCAPED = re.compile(r"&(amp|lt|gt);")
_PLAIN = {"amp": "&", "lt": "<", "gt": ">"}
_REPOST = re.compile(r"RT @(\w{1,15}):")
# what X writes where it could not tell a language, and two codes older than BCP 47
_NO_LANGUAGE = {"und", "art", "zxx", "qam", "qct", "qht", "qme", "qst"}
_OLD_LANGUAGE = {"in": "id", "iw": "he"}
_MEDIA_KINDS = {"photo": "photo", "video": "video", "animated_gif": "gif"}


def record(post: Mapping[str, Any], media: Mapping[str, Mapping[str, Any]], *, web_base: str) -> PostRecord:
    """Return the record of one post object; media maps media_key to the object of `includes`.

    Raises KeyError, TypeError or ValueError where the object is not what X documents.
    """
    references = {r["type"]: _id(r["id"]) for r in post.get("referenced_tweets", [])}
    long = post.get("note_tweet") or {}
    raw = long.get("text") or post["text"]
    raw_entities = (long.get("entities") if long.get("text") else post.get("entities")) or {}
    kind = _kind(post, references)
    text = ""
    entities: tuple[Entity, ...] = ()
    if kind != "repost":  # a repost's words are somebody else's: they are not kept as this person's
        text, moved = _unescape(raw)
        entities = tuple(_entities(raw_entities, moved, web_base))
    return PostRecord(
        remote_id=_id(post["id"]),
        author_id=str(post["author_id"]),
        published_at=_time(post["created_at"]),
        text=text,
        kind=kind,
        lang=_language(post.get("lang", "")),
        entities=entities,
        media=tuple(_media(media[key]) for key in post.get("attachments", {}).get("media_keys", []) if key in media),
        reply_to_id=references.get("replied_to", ""),
        reply_to_handle=_reply_handle(post, raw_entities),
        repost_of_id=references.get("retweeted", ""),
        repost_of_handle=_repost_handle(raw) if kind == "repost" else "",
        quote_of_id=references.get("quoted", ""),
        conversation_id=_id(post["conversation_id"]) if post.get("conversation_id") else "",
        edit_history=tuple(_id(i) for i in post.get("edit_history_tweet_ids", [])),
        metrics=_metrics(post.get("public_metrics")),
    )


def _kind(post: Mapping[str, Any], references: Mapping[str, str]) -> Kind:
    if "retweeted" in references:
        return "repost"
    answered = str(post.get("in_reply_to_user_id") or "")
    if answered and answered != str(post["author_id"]):
        return "reply"  # going on under one's own post is a thread, not a reply to somebody
    return "quote" if "quoted" in references else "post"


def _time(words: str) -> datetime:
    time = datetime.fromisoformat(words.replace("Z", "+00:00"))
    if time.tzinfo is None:
        raise ValueError("a time without a zone")
    return time


def _language(code: str) -> str:
    return "" if code in _NO_LANGUAGE or len(code) > LONGEST_LANGUAGE else _OLD_LANGUAGE.get(code, code)


def _id(value: object) -> str:
    """Return an id as X writes it; raises ValueError for anything else, which could not be stored as one."""
    found = str(value)
    if not (found.isascii() and found.isdigit() and len(found) <= LONGEST_ID):
        raise ValueError("not an id")
    return found


def _unescape(raw: str) -> tuple[str, list[int]]:
    """Undo X's escaping of & < > once; return the text, and for each old offset (0..len) the new one."""
    pieces: list[str] = []
    moved: list[int] = []
    at = length = 0
    for found in _ESCAPED.finditer(raw):
        plain = raw[at : found.start()]
        pieces += [plain, _PLAIN[found[1]]]
        moved += range(length, length + len(plain))
        length += len(plain)
        moved += [length] * (found.end() - found.start())
        length += 1
        at = found.end()
    pieces.append(raw[at:])
    moved += range(length, length + len(raw) - at + 1)
    return "".join(pieces), moved


def _entities(raw: Mapping[str, Any], moved: list[int], web_base: str) -> Iterator[Entity]:
    """Yield the linked parts; X counts code points of the escaped text."""

    def place(entity: Mapping[str, Any]) -> tuple[int, int]:
        return moved[entity["start"]], moved[entity["end"]]

    on_x = web_base.startswith("https://")  # the sandbox has profiles but neither hashtag pages nor a search
    for url in raw.get("urls", []):
        yield Entity("url", *place(url), url["url"], url.get("display_url") or url["url"])
    for mention in raw.get("mentions", []):
        yield Entity("mention", *place(mention), f"{web_base}/{mention['username']}", f"@{mention['username']}")
    for hashtag in raw.get("hashtags", []):
        href = f"{web_base}/hashtag/{hashtag['tag']}" if on_x else ""
        yield Entity("hashtag", *place(hashtag), href, f"#{hashtag['tag']}")
    for cashtag in raw.get("cashtags", []):
        href = f"{web_base}/search?q=%24{cashtag['tag']}" if on_x else ""
        yield Entity("cashtag", *place(cashtag), href, f"${cashtag['tag']}")


def _media(raw: Mapping[str, Any]) -> Media:
    return Media(
        kind=_MEDIA_KINDS[raw["type"]],  # type: ignore[arg-type] # the table holds the three literals
        url=raw.get("url") or raw.get("preview_image_url"),
        alt=raw.get("alt_text"),
        width=raw.get("width"),
        height=raw.get("height"),
    )


def _reply_handle(post: Mapping[str, Any], raw_entities: Mapping[str, Any]) -> str:
    answered = str(post.get("in_reply_to_user_id") or "")
    if not answered:
        return ""
    names = {str(m.get("id", "")): str(m["username"]) for m in raw_entities.get("mentions", [])}
    return names.get(answered, "")


def _repost_handle(raw: str) -> str:
    found = _REPOST.match(raw)
    return found[1] if found else ""


def _metrics(raw: Mapping[str, Any] | None) -> Metrics | None:
    if raw is None:
        return None
    return Metrics(raw.get("reply_count"), raw.get("retweet_count"), raw.get("like_count"), raw.get("quote_count"))
