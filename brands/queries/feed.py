"""The merged feed of a brand's page, newest first, with runs of one person's posts folded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery

from brands.models import Brand, BrandPost, Enrolment, PostChoice, Removal, ShownAccount
from brands.queries.cards import LISTED, role
from people.models import Post
from people.queries.faces import face_on
from people.queries.paging import COUNTED, Mark
from people.queries.posts import Entry, add_conversation, older_than, open_posts, with_author, with_pictures

RUNS = 10  # runs of one person's posts on a page
FOLDED = 2  # posts of a run that the fold itself holds; the person's page has the rest
WINDOW = 200  # rows looked through for them: more of one run wait for the next page


class Run(NamedTuple):
    """Posts of one person that follow each other."""

    ids: tuple[int, ...]  # the newest first, as many as a page draws
    size: int  # how many there are
    person_id: int


@dataclass(slots=True)
class Runs:
    """One page of a feed, not read yet."""

    runs: list[Run]
    rows: int  # posts that it stands for, folded ones included
    older: Mark | None
    total: int | None  # posts on all pages; None: more than COUNTED


class _Rows(Subquery):
    """How many rows a query has, within another one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


def runs_page(brand: Brand | int, mark: Mark | None) -> Runs:
    """Return which posts stand on one page of a brand's feed, and how many there are, in one query."""
    all_posts = BrandPost.objects.filter(brand=brand).order_by()
    posts = all_posts.filter(going_on_after(mark)).order_by("-published_at", "-post_id")
    counted = posts.annotate(total=_Rows(all_posts.values("pk")[: COUNTED + 1]))
    window = list(counted.values_list("post_id", "person_id", "published_at", "total")[: WINDOW + 1])
    found = list(islice(([*run] for _, run in groupby(window[:WINDOW], key=itemgetter(1))), RUNS))
    rows = sum(map(len, found))
    older = Mark(found[-1][-1][2], found[-1][-1][0]) if len(window) > rows else None
    runs = [Run(tuple(row[0] for row in run[: 1 + FOLDED]), len(run), run[0][1]) for run in found]
    total = window[0][3] if window else 0
    return Runs(runs, rows, older, total if total <= COUNTED else None)


def entries_of(brand: Brand | int, runs: Sequence[Run]) -> list[Entry | None]:
    """Return runs as they are drawn, None for one of which nothing may be shown; in a fixed number of queries."""
    posts = _posts([pk for run in runs for pk in run.ids])
    entries = [_entry(run, posts) for run in runs]
    _dress(brand, [entry for entry in entries if entry])
    return entries


def going_on_after(mark: Mark | None) -> Q:
    """Return the condition of a page of feed rows that starts after this post."""
    return older_than(mark, "post_id")


def _posts(ids: Iterable[int]) -> dict[int, Post]:
    known = open_posts().filter(pk__in=list(ids))
    return {post.pk: post for post in with_pictures(with_author(known))}


def _entry(run: Run, posts: Mapping[int, Post]) -> Entry | None:
    """Return a run as its newest post with the others folded into it; None where nothing of it may be shown."""
    here = [posts[pk] for pk in run.ids if pk in posts]
    if not here:
        return None
    first, *others = (Entry(post, face_on(post.account, post.person)) for post in here)
    for other in others:
        other.dated, other.level = True, 4
    first.more = list(others)
    first.beyond = max(0, run.size - 1 - FOLDED)
    return first


def _dress(brand: Brand | int, entries: Sequence[Entry]) -> None:
    """Give entries their roles and the conversation around them."""
    flat = [entry for first in entries for entry in (first, *first.more)]
    roles: dict[int, str] = {}

    def known(others: Iterable[int]) -> dict[int, str]:  # everybody's at once
        roles.update(roles_at(brand, {*others, *(entry.post.person_id for entry in flat)}))
        return roles

    add_conversation(flat, shown_by_consent(brand), known)
    for entry in flat:
        entry.role = roles[entry.post.person_id]


def roles_at(brand: Brand | int, person_ids: Iterable[int]) -> dict[int, str]:
    """Return the line below each person's name at this brand."""
    roles = dict.fromkeys(person_ids, "")
    rows = Enrolment.objects.filter(brand=brand, person__in=roles, state__in=LISTED)
    return roles | {pk: role(title, place) for pk, title, place in rows.values_list("person_id", "title", "place")}


def shown_by_consent(brand: Brand | int) -> "QuerySet[Post]":
    """Return the posts that a brand's page may show as part of a conversation: answers too, by the same yes."""
    hidden = PostChoice.objects.filter(post=OuterRef("pk"), enrolment__brand=brand, shown=False)
    removed = Removal.objects.filter(post=OuterRef("pk"), brand=brand, put_back_at=None)
    return open_posts().filter(
        ~Exists(hidden),
        ~Exists(removed),
        account__shown_on__enrolment__brand=brand,
        account__shown_on__enrolment__state=Enrolment.State.ACTIVE,
        account__shown_on__shows=ShownAccount.Shows.ALL,
        account__shown_on__since__lte=F("published_at"),
    )
