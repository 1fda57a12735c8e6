"""The merged feed of a brand's page, newest first, with runs of one person's posts folded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from brands.models import Brand, BrandPost, Enrolment, PostChoice, Removal, ShownAccount
from brands.queries.cards import LISTED, role
from people.models import Post
from people.queries.faces import face_on
from people.queries.paging import Mark
from people.queries.posts import Entry, add_conversation, open_posts, with_author, with_pictures

RUNS = 10  # runs of one person's posts on a page
FOLDED = 2  # posts of a run that the fold itself holds; the person's page has the rest
WINDOW = 200  # rows looked through for them: more of one run wait for the next page


@dataclass(slots=True)
class FeedPage:
    """One page of a feed."""

    entries: list[Entry]
    rows: int  # posts that it stands for, folded ones included
    older: Mark | None


def feed_page(brand: Brand, mark: Mark | None) -> FeedPage:
    """Return one page of a brand's feed, in a fixed number of queries however many posts and people there are."""
    window = list(
        BrandPost.objects.filter(_older(mark), brand=brand)
        .order_by("-published_at", "-post_id")
        .values_list("post_id", "person_id", "published_at")[: WINDOW + 1]
    )
    runs = [list(run) for _, run in groupby(window[:WINDOW], key=lambda row: row[1])][:RUNS]
    rows = sum(len(run) for run in runs)
    posts = _posts([row[0] for run in runs for row in run[: 1 + FOLDED]])
    entries = [entry for run in runs if (entry := _entry(run, posts)) is not None]
    _dress(brand, entries)
    older = Mark(runs[-1][-1][2], runs[-1][-1][0]) if len(window) > rows else None
    return FeedPage(entries, rows, older)


def total(brand: Brand) -> int:
    """Return how many posts a brand's page shows."""
    return BrandPost.objects.filter(brand=brand).count()


def _older(mark: Mark | None) -> Q:
    if mark is None:
        return Q()
    time, post_id = mark
    return Q(published_at__lte=time) & (Q(published_at__lt=time) | Q(post_id__lt=post_id))


def _posts(ids: Iterable[int]) -> dict[int, Post]:
    known = open_posts().filter(pk__in=list(ids))
    return {post.pk: post for post in with_pictures(with_author(known))}


def _entry(run: Sequence[tuple[int, int, object]], posts: Mapping[int, Post]) -> Entry | None:
    """Return a run as its newest post with the others folded into it; None where nothing of it may be shown."""
    here = [posts[row[0]] for row in run[: 1 + FOLDED] if row[0] in posts]
    if not here:
        return None
    first, *others = (Entry(post, face_on(post.account, post.person)) for post in here)
    for other in others:
        other.dated, other.level = True, 4
    first.more = list(others)
    first.beyond = max(0, len(run) - 1 - FOLDED)
    return first


def _dress(brand: Brand, entries: Sequence[Entry]) -> None:
    """Give entries their roles and the conversation around them."""
    roles = roles_at(brand, [entry.post.person_id for entry in entries])
    flat = [entry for first in entries for entry in (first, *first.more)]
    for entry in flat:
        entry.role = roles[entry.post.person_id]
    add_conversation(flat, shown_by_consent(brand), lambda ids: roles_at(brand, ids))


def roles_at(brand: Brand, person_ids: Iterable[int]) -> dict[int, str]:
    """Return the line below each person's name at this brand."""
    roles = dict.fromkeys(person_ids, "")
    rows = Enrolment.objects.filter(brand=brand, person__in=roles, state__in=LISTED)
    return roles | {pk: role(title, place) for pk, title, place in rows.values_list("person_id", "title", "place")}


def shown_by_consent(brand: Brand) -> "QuerySet[Post]":
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
