"""Frozen records at the border between a network and this site. Times are aware, ids are strings, unknown is None."""

from dataclasses import dataclass, field
from datetime import datetime
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
