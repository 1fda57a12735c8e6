"""Frozen records at the border between a network and this site. Times are aware, ids are strings, unknown is None."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

NETWORKS = {"x": "X"}  # key -> name as readers know it; one entry per adapter in registry.py
# what a person says where nothing can be read: a link with their own words. It has no adapter and is never asked for
ELSEWHERE = "elsewhere"

Kind = Literal["post", "reply", "repost", "quote"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of the text that links somewhere. start and end count code points of the plain text."""

    kind: Literal["mention", "hashtag", "cashtag", "url"]
    start: int
    end: int
    href: str
    shown: str  # what the reader sees instead of text[start:end]


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or a film of a post. url is None where the network gave no address."""

    kind: Literal["photo", "video", "gif"]
    url: str | None
    alt: str | None
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Figures as the network gave them; None where it gave none."""

    replies: int | None = None
    reposts: int | None = None
    likes: int | None = None
    quotes: int | None = None


@dataclass(frozen=True, slots=True)
class PostRecord:
    """A post as the network has it now."""

    remote_id: str
    author_id: str
    published_at: datetime
    text: str
    kind: Kind = "post"
    lang: str = ""
    entities: tuple[Entity, ...] = ()
    media: tuple[Media, ...] = ()
    reply_to_id: str = ""
    reply_to_handle: str = ""
    repost_of_id: str = ""
    repost_of_handle: str = ""
    quote_of_id: str = ""
    conversation_id: str = ""
    edit_history: tuple[str, ...] = ()
    metrics: Metrics | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a timeline, newest first. next_token is None on the last one."""

    posts: tuple[PostRecord, ...]
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileRecord:
    """An account as the network has it now."""

    remote_id: str
    handle: str
    display_name: str = ""
    avatar_url: str = ""
    protected: bool = False
    description: str = ""  # the bio, as plain text
    url: str = ""  # the website of the profile, where the network says it leads


@dataclass(frozen=True, slots=True)
class LookUp:
    """The answer to a batch look-up of accounts: who was found, and what is said of those who were not.

    missing maps the id or case-folded handle asked for to "unknown" or "suspended".
    """

    found: tuple[ProfileRecord, ...] = ()
    missing: dict[str, Literal["unknown", "suspended"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """A post that the network no longer shows, and why: deleted, protected, suspended ..."""

    remote_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Writer:
    """In whose name something is sent: the account at its network, and the token for it (never shown, never logged)."""

    remote_id: str
    handle: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to upload: its bytes as they are kept here, what they are (image/...), what they show in words."""

    body: bytes = field(repr=False)
    content_type: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A picture that the network has: its id there, JSON-ready, and how long a post may name it (None: for good)."""

    id: str
    good_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """What is sent, frozen before the first send: a second send of it is the same to the byte.

    reply_to is the remote id of the part before it, "" for none. made_at, key, rkey and record never change once made:
    kind K sends key as its idempotency key; kind P writes record under rkey.
    """

    text: str
    made_at: datetime
    lang: str = ""
    media: tuple[str, ...] = ()  # ids of uploaded pictures
    reply_to: str = ""
    key: str = ""
    rkey: str = ""
    record: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The network took it. text is the post's as the network has it, where the answer says so; gone: and lost it."""

    remote_id: str
    published_at: datetime | None = None
    text: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class OwnPost:
    """One of the writer's newest posts, to be compared: links as they were written, without links to its own media."""

    remote_id: str
    published_at: datetime
    text: str
    pictures: int | None = None  # None: the network does not say


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit of the network on sending: at most `cap` in `seconds`, for one account or for the whole app."""

    per: Literal["app", "account"]
    cap: int
    seconds: int
