"""The parameters of a request, checked as X checks them; what cannot be is a 400 that names it."""

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import NamedTuple

from rest_framework.request import Request

from advocacy.sandbox.api.problems import invalid

HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
ID = re.compile(r"[0-9]{1,19}")
OLDEST_START = datetime(2010, 11, 6, tzinfo=UTC)

USER_FIELDS = {
    *(
        "affiliation",
        "confirmed_email",
        "connection_status",
        "created_at",
        "description",
        "entities",
        "id",
        "is_identity_verified",
    ),
    *(
        "location",
        "most_recent_tweet_id",
        "name",
        "parody",
        "pinned_tweet_id",
        "profile_banner_url",
        "profile_image_url",
    ),
    *("protected", "public_metrics", "receives_your_dm", "subscription", "subscription_type", "url", "username"),
    *("verified", "verified_followers_count", "verified_type", "withheld"),
}
TWEET_FIELDS = {
    *("article", "attachments", "author_id", "card_uri", "community_id", "context_annotations", "conversation_id"),
    *("created_at", "display_text_range", "edit_controls", "edit_history_tweet_ids", "entities", "geo", "id"),
    *("in_reply_to_user_id", "lang", "media_metadata", "non_public_metrics", "note_tweet", "organic_metrics"),
    *("paid_partnership", "possibly_sensitive", "promoted_metrics", "public_metrics", "referenced_tweets"),
    *("reply_settings", "scopes", "source", "suggested_source_links", "text", "withheld"),
}
MEDIA_FIELDS = {
    *("alt_text", "duration_ms", "height", "media_key", "non_public_metrics", "organic_metrics", "preview_image_url"),
    *("promoted_metrics", "public_metrics", "type", "url", "variants", "width"),
}
EXPANSIONS = {
    *("article.cover_media", "article.media_entities", "attachments.media_keys", "attachments.media_source_tweet"),
    *("attachments.poll_ids", "author_id", "edit_history_tweet_ids", "entities.mentions.username", "geo.place_id"),
    *(
        "in_reply_to_user_id",
        "entities.note.mentions.username",
        "referenced_tweets.id",
        "referenced_tweets.id.author_id",
    ),
    *("referenced_tweets.id.attachments.media_keys", "author_screen_name", "pinned_tweet_id"),
}


class Wanted(NamedTuple):
    """Which fields and expansions a request asks for; the default ones are always in."""

    user: frozenset[str]
    tweet: frozenset[str]
    media: frozenset[str]
    expansions: frozenset[str]


def wanted(request: Request) -> Wanted:
    """Read user.fields, tweet.fields (newer name: post.fields), media.fields and expansions."""
    tweet = "post.fields" if "post.fields" in request.query_params else "tweet.fields"
    return Wanted(
        _some_of(request, "user.fields", USER_FIELDS) | {"id", "name", "username"},
        _some_of(request, tweet, TWEET_FIELDS) | {"id", "text", "edit_history_tweet_ids"},
        _some_of(request, "media.fields", MEDIA_FIELDS) | {"media_key", "type"},
        _some_of(request, "expansions", EXPANSIONS),
    )


def _some_of(request: Request, name: str, known: set[str]) -> frozenset[str]:
    asked = frozenset(part for part in request.query_params.get(name, "").split(",") if part)
    for part in sorted(asked - known):
        listed = ",".join(sorted(known))
        raise invalid(f"The `{name}` query parameter value [{part}] is not one of [{listed}]", **{name: part})
    return asked


def listed(request: Request, name: str, pattern: "re.Pattern[str]") -> list[str]:
    """Return the 1 to 100 values of a list parameter, each once, in their order."""
    value = request.query_params.get(name, "")
    if not value:
        raise invalid(f"The `{name}` query parameter can not be empty", **{name: value})
    parts = value.split(",")
    if len(parts) > 100:
        message = f"The number of values in the `{name}` query parameter list [{len(parts)}] is not between 1 and 100"
        raise invalid(message, **{name: value})
    for part in parts:
        if not pattern.fullmatch(part):
            message = f"The `{name}` query parameter value [{part}] does not match ^{pattern.pattern}$"
            raise invalid(message, **{name: part})
    return list(dict.fromkeys(parts))


def number(request: Request, name: str, low: int, high: int, default: int) -> int:
    """Return a whole number between two bounds."""
    value = request.query_params.get(name)
    if value is None:
        return default
    if not value.isdecimal() or not low <= int(value) <= high:
        message = f"The `{name}` query parameter value [{value}] is not between {low} and {high}"
        raise invalid(message, **{name: value})
    return int(value)


def identifier(request: Request, name: str) -> int | None:
    """Return an id parameter as a number, or None."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if not ID.fullmatch(value):
        raise invalid(f"The `{name}` query parameter value [{value}] does not match ^[0-9]{{1,19}}$", **{name: value})
    return int(value)


def path_id(value: str) -> int:
    """Return the :id of a path as a number."""
    if not ID.fullmatch(value):
        raise invalid(f"The `id` query parameter value [{value}] is not valid", id=value)
    return int(value)


def moment(request: Request, name: str) -> datetime | None:
    """Return a time parameter (YYYY-MM-DDTHH:mm:ssZ), or None; start_time cannot lie before November 2010."""
    value = request.query_params.get(name)
    if value is None:
        return None
    try:
        pattern = "%Y-%m-%dT%H:%M:%S.%fZ" if "." in value else "%Y-%m-%dT%H:%M:%SZ"
        at = datetime.strptime(value, pattern).replace(tzinfo=UTC)
    except ValueError:
        message = f"The `{name}` query parameter value [{value}] is not a valid RFC3339 date-time"
        raise invalid(message, **{name: value}) from None
    if name == "start_time" and at < OLDEST_START:
        message = f"Invalid 'start_time':'{value}'. 'start_time' must be on or after 2010-11-06T00:00Z"
        raise invalid(message, start_time=value)
    return at


class Token(NamedTuple):
    """What a pagination token says: the page (from 1), and between which ids it lies (both exclusive)."""

    page: int
    below: int | None = None
    above: int | None = None


def token(request: Request, *names: str) -> Token:
    """Return the pagination token among these parameters; the first page's for none."""
    for name in names:
        value = request.query_params.get(name)
        if value is not None:
            try:
                return Token(*json.loads(base64.urlsafe_b64decode(value.encode())))
            except (binascii.Error, ValueError, TypeError):
                message = f"Invalid '{name}':'{value}'. The token is not valid"
                raise invalid(message, **{name: value}) from None
    return Token(1)


def token_text(made: Token) -> str:
    """Return a token as it travels: opaque to the caller."""
    return base64.urlsafe_b64encode(json.dumps(made).encode()).decode()
