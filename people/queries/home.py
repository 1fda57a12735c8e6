"""What the people whom a fan follows say, newest first: /home/.

Who follows few is read person by person; who follows many along the times of all posts. Which way is taken says how
many they are; the answers are the same (tests/people/test_home_ways.py).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from people.models import Block, Fan, Follow, Post
from people.profiles import fold_name
from people.queries.dressing import dressed
from people.queries.paging import Mark
from people.queries.posts import PAGE, SHOWS, older_than, visible, with_author

FEW = 60  # people: so many are asked one by one, and stand in a list to choose from
# along the times we look this far back; where that does not fill a page, each person is asked
LOOKED_THROUGH = dt.timedelta(days=14)
_NEWEST = ("-published_at", "-id")
_FIRST = "ORDER BY said.published_at DESC, said.id DESC LIMIT {}"
Part = tuple[str, tuple[Any, ...]]  # of a query: SQL and its values


class Known(NamedTuple):
    """A person whom the fan follows."""

    person_id: int
    name: str
    sort_name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a fan narrows their reading to: a person, by the end of their page's address or by words of their name."""

    who: str = ""
    network: str = ""

    def __bool__(self) -> bool:
        """Whether anything is narrowed."""
        return bool(self.who or self.network)


@dataclass(frozen=True, slots=True)
class Readable:
    """Whose words a fan reads: all of their people but the muted, or those of a wish."""

    rows: "QuerySet[Follow]"
    held: "QuerySet[Block]"  # those who blocked the fan, as far as the fan sees them followed: named, and not read
    few: Sequence[Known] | None  # all of them by name; None: they are more than FEW


def follows_of(fan: Fan) -> "QuerySet[Follow]":
    """Return the follows that a fan reads: neither muted ones nor of people whose page is closed."""
    return Follow.objects.filter(fan=fan.pk, muted=False, person__page_open=True)


def readable(fan: Fan) -> Readable:
    """Return whose words a fan reads, in one query."""
    held = Block.objects.filter(fan=fan.pk, looks__muted=False, person__page_open=True)
    return _readable(follows_of(fan), held)


def mutes(fan: Fan) -> bool:
    """Return whether a fan muted anybody whom they see followed."""
    held = Block.objects.filter(fan=fan.pk, looks__muted=True)
    return Follow.objects.filter(fan=fan.pk, muted=True).exists() or held.exists()


def chosen(people: Readable, who: str) -> Readable:
    """Return those whom the reader asks for; in one query more only where the fan follows many."""
    if not who:
        return people
    found = people
    if people.few is None:
        parts = Q()
        for part in fold_name(who).split():
            parts &= Q(person__sort_name__contains=part)
        asked = parts | Q(person__slug=who)
        found = _readable(people.rows.filter(asked), people.held.filter(asked))
        if found.few is None:
            return found
    assert found.few is not None  # noqa: S101 - just asked
    this = [one for one in found.few if one.slug == who]
    parts_of = fold_name(who).split()
    few = this or [one for one in found.few if parts_of and all(part in one.sort_name for part in parts_of)]
    return Readable(people.rows.filter(person__in=[one.person_id for one in few]), people.held, few)


def page(people: Readable, wish: Wish, mark: Mark | None) -> tuple[list[Post], Mark | None]:
    """Return one page of what these people say, newest first, and the mark of the next page (None on the last).

    The posts are read in one query with all that drawing them needs of themselves.
    """
    before = mark.published_at if mark else None
    found = _newest(people, _about(wish).filter(older_than(mark)), PAGE + 1, before=before)
    posts = list(dressed(found))
    if len(posts) <= PAGE:
        return posts, None
    last = posts[PAGE - 1]
    return posts[:PAGE], Mark(last.published_at, last.pk)


def newer(people: Readable, wish: Wish, than: Mark) -> int:
    """Return how many posts came after this one; PAGE + 1 stands for more than a page."""
    later = Q(published_at__gt=than.published_at) | Q(published_at=than.published_at, id__gt=than.post_id)
    # the first condition alone is a range of the index
    posts = _about(wish).filter(later, published_at__gte=than.published_at)
    return len(newest(people, posts, PAGE + 1, after=than.published_at))


def newest(
    people: Readable,
    posts: "QuerySet[Post]",
    size: int,
    *,
    before: dt.datetime | None = None,
    after: dt.datetime | None = None,
) -> list[Post]:
    """Return the newest of these posts that these people said, with their authors, in one query.

    posts says which may be shown. before, after: times that posts keeps to anyway, so that no more is looked through.
    """
    return list(_newest(people, posts, size, before=before, after=after))


def _newest(
    people: Readable,
    posts: "QuerySet[Post]",
    size: int,
    *,
    before: dt.datetime | None = None,
    after: dt.datetime | None = None,
) -> "QuerySet[Post]":
    if people.few is not None and not people.few:
        return Post.objects.none()
    # what is read with a post is read of those alone that are found
    return with_author(Post.objects.filter(pk__in=_which(people, posts, size, before, after))).order_by(*_NEWEST)


def _which(
    people: Readable, posts: "QuerySet[Post]", size: int, before: dt.datetime | None, after: dt.datetime | None
) -> "QuerySet[Any] | RawSQL":
    """Return the ids of the newest of these posts, as a part of a query."""
    if connection.vendor != "postgresql":
        return _along(people.rows, posts, size)
    if people.few is not None:
        return _raw(_one_by_one(people.rows, posts, size))
    edge = (before or timezone.now()) - LOOKED_THROUGH
    lately = _along(people.rows, posts.filter(published_at__gte=edge), size)
    if after is not None and after >= edge:
        return lately
    return _raw(_else(lately.query.sql_with_params(), _one_by_one(people.rows, posts, size), size))


def _readable(rows: "QuerySet[Follow]", held: "QuerySet[Block]") -> Readable:
    columns = ("person_id", "person__name", "person__sort_name", "person__slug")
    # unordered, so that nobody sorts two thousand names to learn that they are many
    both = rows.values_list(*columns).union(held.values_list(*columns), all=True)
    first = [Known(*row) for row in both[: FEW + 1]]
    few = sorted(first, key=lambda one: (one.sort_name, one.person_id)) if len(first) <= FEW else None
    return Readable(rows, held, few)


def _about(wish: Wish) -> "QuerySet[Post]":
    found = visible().filter(SHOWS[""])
    return found.filter(account__network=wish.network) if wish.network else found


def _along(rows: "QuerySet[Follow]", posts: "QuerySet[Post]", size: int) -> "QuerySet[Any]":
    """Return the newest posts of these people by a walk along the times of all posts until the page is full."""
    return posts.filter(person__in=rows.values("person")).order_by(*_NEWEST).values("id")[:size]


def _one_by_one(rows: "QuerySet[Follow]", posts: "QuerySet[Post]", size: int) -> Part:
    """Return the newest posts of these people, asking each person by the index of their own.

    Only as many people as a page has posts can stand on it: those whose own newest is newest. They alone are asked
    for more than one post.
    """
    people, people_params = rows.values("person_id").query.sql_with_params()
    theirs = posts.filter(person=RawSQL("who.person_id", ())).order_by(*_NEWEST)  # noqa: S611 - ours
    said, said_params = theirs.values("id", "published_at").query.sql_with_params()
    sql = (
        f"SELECT said.id FROM (SELECT who.person_id FROM ({people}) who"  # noqa: S608 - put together by Django
        f" CROSS JOIN LATERAL ({said} LIMIT 1) said {_FIRST.format(size)}) who"
        f" CROSS JOIN LATERAL ({said} LIMIT {size}) said {_FIRST.format(size)}"
    )
    return sql, (*people_params, *said_params, *said_params)


def _else(first: Part, second: Part, size: int) -> Part:
    """Return what the first way finds and, where that does not fill a page, what the second finds too.

    What the first finds is then part of what the second does. The database walks the second way only where it must.
    """
    sql = (
        f"WITH first AS MATERIALIZED ({first[0]}) SELECT id FROM first"  # noqa: S608 - put together by Django
        f" UNION ALL SELECT id FROM ({second[0]}) second WHERE (SELECT count(*) FROM first) < {size}"
    )
    return sql, (*first[1], *second[1])


def _raw(part: Part) -> RawSQL:
    return RawSQL(*part)  # noqa: S611 - ours
