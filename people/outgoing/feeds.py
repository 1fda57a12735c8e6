"""A feed's items and its own description, the same for Atom and JSON Feed, and for a person, a team and a brand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.html import format_html_join

from people.models import Person, Post
from people.networks.types import ELSEWHERE, NETWORKS
from people.outgoing.addresses import page, source, tag
from people.outgoing.pictures import Picture, pictures_of, read_with
from people.outgoing.terms import words_may_leave
from people.queries.paging import Mark
from people.queries.posts import SHOWS, older_than, visible

PAGE = 50
_FIELDS = (
    *("kind", "remote_id", "published_at", "fetched_at", "edit_history", "html", "lang", "link", "media"),
    *("account__network", "account__handle", "person__name", "person__first_name", "person__slug"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One post as others may have it."""

    tag: str
    title: str
    url: str  # where it is read: at its network, or here if it was said for here
    link: str  # what it is about, "" for none
    author: str
    author_url: str
    html: str  # its words and pictures; "" where they may not leave
    picture: str  # address of the first of them
    lang: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed."""

    tag: str
    title: str
    page_url: str
    address: str  # of its newest page, without the ending that says the format
    query: str  # what narrows it, such as "?team=on-board"
    items: list[Item]
    before: Mark | None  # where this page starts
    older: Mark | None  # where the next one does
    changed: datetime  # what it says where it has no item

    @property
    def updated(self) -> datetime:
        """When the newest change of an item on this page was."""
        return max((item.updated for item in self.items), default=self.changed)

    def at(self, ending: str, mark: Mark | None = None) -> str:
        """Return the address of a page of this feed in a format ("atom", "json")."""
        more = f"before={mark}" if mark else ""
        query = "&".join(filter(None, (self.query.removeprefix("?"), more)))
        return f"{self.address}.{ending}{f'?{query}' if query else ''}"


def for_items(posts: "QuerySet[Post]") -> "QuerySet[Post]":
    """Read with each post what its item needs, and nothing else."""
    return posts.select_related("account", "person").only(*_FIELDS)


def of_person(person: Person, mark: Mark | None) -> Feed:
    """Return one page of a person's feed: what their own page opens with, newest first."""
    said = visible().filter(SHOWS[""], older_than(mark), person=person)
    posts = list(for_items(said).order_by("-published_at", "-id")[: PAGE + 1])
    last = posts[PAGE - 1] if len(posts) > PAGE else None
    return Feed(
        tag=tag(f"people/{person.pk}"),
        title=person.name,
        page_url=page("person", person.slug),
        address=page("person-feed", person.slug, "atom").removesuffix(".atom"),
        query="",
        items=items(posts[:PAGE]),
        before=mark,
        older=Mark(last.published_at, last.pk) if last else None,
        changed=person.created_at,
    )


def items(posts: Iterable[Post]) -> list[Item]:
    """Return posts as others may have them."""
    found = list(posts)
    read_with([post for post in found if words_may_leave(post)])
    return [_item(post) for post in found]


def _item(post: Post) -> Item:
    here = post.account.network == ELSEWHERE
    said = words_may_leave(post)
    pictures = pictures_of(post) if said else []
    changed = here or post.edited  # figures of a network come and go; only words count as a change
    return Item(
        tag=tag(f"posts/{post.pk}"),
        title=_title(post),
        url=page("post", post.pk) if here else source(post),
        link=source(post) if here else "",
        author=post.person.name,
        author_url=page("person", post.person.slug),
        html=post.html + _drawn(pictures, post.person.first_name) if said else "",
        picture=pictures[0].url if pictures else "",
        lang=post.lang if said else "",  # of words that stay there it would tell something
        published=post.published_at,
        updated=max(post.published_at, post.fetched_at) if changed else post.published_at,
    )


def _drawn(pictures: list[Picture], author: str) -> str:
    """Return pictures as HTML: a feed's enclosure could not carry their words."""
    return format_html_join(
        "",
        '<p><img src="{}" width="{}" height="{}" alt="{}"></p>',
        (
            (one.url, one.width, one.height, one.alt or f"Picture by {author}, without a description")
            for one in pictures
        ),
    )


def _title(post: Post) -> str:
    network = NETWORKS.get(post.account.network, "")
    on = f" on {network}" if network else ""
    return f"{post.person.name} shared a post{on}" if post.kind == Post.Kind.REPOST else f"{post.person.name}{on}"
