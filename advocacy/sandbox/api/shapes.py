"""Users, tweets and media as JSON in X's shape; only the fields that were asked for."""

from typing import Any

from advocacy.sandbox.models import Inhabitant, Utterance
from advocacy.sandbox.snowflakes import FIRST, iso, time_of
from advocacy.sandbox.wording import display_url, entities, short_link

Json = dict[str, Any]


def picked(shape: Json, fields: frozenset[str]) -> Json:
    """Return the part of a shape that was asked for; None is not sent at all."""
    return {name: value for name, value in shape.items() if name in fields and value is not None}


def user(who: Inhabitant, site: str) -> Json:
    """Return all of a user. site is the sandbox's own address, such as http://127.0.0.1:8000/sandbox/."""
    link = short_link(who.url) if who.url else ""
    spread = {"start": 0, "end": len(link), "url": link, "expanded_url": who.url, "display_url": display_url(who.url)}
    return {
        "id": str(who.id),
        "name": who.name,
        "username": who.handle,
        "created_at": iso(who.created_at),
        "description": who.description,
        "location": who.location or None,
        "url": link,
        "entities": {"url": {"urls": [spread]}} if link else None,
        "verified": who.verified,
        "verified_type": "blue" if who.verified else "none",
        "protected": who.protected,
        "profile_image_url": f"{site}pictures/{who.id}-{who.picture_version}.png" if who.picture_version else None,
    }


def stranger(original: Json) -> Json:
    """Return what is known of somebody who is only quoted here, from the repost of them."""
    handle = original["handle"]
    shape: Json = {"id": str(original["user_id"]), "name": original.get("name") or handle, "username": handle}
    return shape | {"description": "", "url": "", "verified": False, "protected": False}


def media_url(key: str, site: str) -> str:
    """Return where a post's picture lies."""
    return f"{site}media/{key}.png"


def media(one: Json, site: str) -> Json:
    """Return all of one medium; a film has no address of its own, only that of its preview."""
    still = one["type"] == "photo"
    return {
        "media_key": one["key"],
        "type": one["type"],
        "url": media_url(one["key"], site) if still else None,
        "preview_image_url": None if still else media_url(one["key"], site),
        "alt_text": one.get("alt") or None,
        "width": one.get("width"),
        "height": one.get("height"),
    }


def references(post: Utterance) -> list[Json]:
    """Return referenced_tweets."""
    found = []
    if post.repost_of:
        found.append({"type": "retweeted", "id": str(post.repost_of["id"])})
    if post.quote_of:
        found.append({"type": "quoted", "id": str(post.quote_of)})
    if post.in_reply_to:
        found.append({"type": "replied_to", "id": str(post.in_reply_to)})
    return found


def tweet(post: Utterance, handle: str, history: list[str]) -> Json:
    """Return all of a tweet. handle is its author's, history the ids of its versions, oldest first."""
    place = f"https://twitter.com/{handle}/status/{post.id}"
    pictures = [(one["key"], f"{place}/{one['type'].rsplit('_')[-1]}/1") for one in post.media]
    whole = post.repost_of["text"] if post.repost_of else ""
    return {
        "id": str(post.id),
        "text": post.text,
        "edit_history_tweet_ids": history or [str(post.id)],
        "author_id": str(post.author_id),
        "created_at": iso(post.created_at),
        "conversation_id": str(post.conversation or post.id),
        "in_reply_to_user_id": str(post.in_reply_to_user) if post.in_reply_to_user else None,
        "lang": post.lang or "und",
        "source": post.source or None,
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "public_metrics": {
            "retweet_count": post.reposts,
            "reply_count": post.replies,
            "like_count": post.likes,
            "quote_count": post.quotes,
            "bookmark_count": 0,
            "impression_count": 0,
        },
        "referenced_tweets": references(post) or None,
        "attachments": {"media_keys": [one["key"] for one in post.media]} if post.media else None,
        "entities": entities(post.text, post.urls, post.mentions, pictures, whole) or None,
    }


def strange_tweet(original: Json) -> Json:
    """Return what is known of a tweet whose author does not live here, from the repost of it."""
    number = int(original["id"])
    at = time_of(number) if number >= FIRST else None
    return {
        "id": str(number),
        "text": original["text"],
        "edit_history_tweet_ids": [str(number)],
        "author_id": str(original["user_id"]),
        "created_at": original.get("created_at") or (iso(at) if at else None),
        "conversation_id": str(number),
        "lang": "und",
    }
