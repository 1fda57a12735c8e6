"""The brand page's feed: which posts a brand's page shows.

Placing is a pure function of the truths (`shown_here`); the table BrandPost only remembers its answers, and
`rebuild_feed` recomputes them from nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from advocacy import versions
from brands import shown_ahead
from brands.models import Brand, BrandPost, Enrolment, PostChoice, Removal, ShownAccount
from brands.wording import words_of
from people.models import Post
from people.signals import posts_changed

CHUNK = 500  # posts placed in one go: bounds memory and the length of a transaction


@dataclass(frozen=True, slots=True)
class Consent:
    """What one enrolment says about one account."""

    state: str  # Enrolment.State
    state_changed_at: datetime
    shows: str  # ShownAccount.Shows
    since: datetime
    reposts: bool
    proven: bool = True  # the account is known to be the person's


class Facts(NamedTuple):
    """What placing needs to know of a post."""

    id: int
    account_id: int
    person_id: int
    kind: str  # Post.Kind
    published_at: datetime
    quiet_at: datetime | None = None  # the person wants it shown nowhere
    text: str = ""


def shown_here(consent: Consent, post: Facts, *, choice: bool | None = None, removed: bool = False) -> bool:
    """Decide whether a brand's page shows a post, given the author's yes for that account.

    choice: the author's own word on this post here (None: none); removed: the brand took it off its pages.
    """
    if removed or post.quiet_at or not consent.proven or choice is False:
        return False
    if consent.state == Enrolment.State.PAUSED:
        if post.published_at >= consent.state_changed_at:
            return False  # a paused person keeps a card, and nothing new
    elif consent.state != Enrolment.State.ACTIVE:
        return False
    if choice:
        return True  # picked: whatever its age and kind
    if consent.shows != ShownAccount.Shows.ALL or post.published_at < consent.since:
        return False
    if post.kind == Post.Kind.REPLY:
        return False  # an answer to somebody is shown with what it answers, not by itself
    return consent.reposts or post.kind != Post.Kind.REPOST


def place_posts(post_ids: Iterable[int]) -> None:
    """Bring the feeds of all brands up to date for these posts. Harmless when it runs 0, 1 or n times."""
    ids = list(post_ids)
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            posts = _facts(Post.objects.filter(pk__in=ids[start : start + CHUNK]))
            _place(posts, ShownAccount.objects.filter(account__in={p.account_id for p in posts}))


def place_enrolment(enrolment: Enrolment) -> int:
    """Recompute what one person's enrolment shows on that brand's page; return how many posts it shows."""
    accounts = list(enrolment.shown_accounts.values_list("account_id", flat=True))
    with transaction.atomic():
        mine = BrandPost.objects.filter(brand=enrolment.brand_id, person=enrolment.person_id)
        mine.exclude(post__account__in=accounts).delete()
    for posts in _chunks(Post.objects.filter(account__in=accounts)):
        with transaction.atomic():
            _place(posts, ShownAccount.objects.filter(enrolment=enrolment))
    return BrandPost.objects.filter(brand=enrolment.brand_id, person=enrolment.person_id).count()


def rebuild_feed(brand: Brand) -> int:
    """Recompute a brand's whole feed from nothing; return how many posts it shows."""
    with transaction.atomic():
        BrandPost.objects.filter(brand=brand).delete()
        shown = ShownAccount.objects.filter(enrolment__brand=brand)
        for posts in _chunks(Post.objects.filter(account__in=shown.values("account"))):
            _place(posts, shown)
        versions.bump([versions.brand(brand.pk)])
    return BrandPost.objects.filter(brand=brand).count()


def listen() -> None:
    """Connect to the one signal by which people let brands know."""
    posts_changed.connect(_on_posts_changed, dispatch_uid="brands.feed")


def _on_posts_changed(sender: object, *, post_ids: list[int], **kwargs: object) -> None:
    shown_ahead.note_choices(post_ids)
    place_posts(post_ids)


def _facts(posts: "QuerySet[Post]") -> list[Facts]:
    return [Facts(*row) for row in posts.values_list(*Facts._fields)]


def _chunks(posts: "QuerySet[Post]") -> Iterator[list[Facts]]:
    last = 0
    while chunk := _facts(posts.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield chunk
        last = chunk[-1].id


def _place(posts: Sequence[Facts], shown: "QuerySet[ShownAccount]") -> None:
    """Add and take away feed rows of these posts, for the brands of these shown accounts only."""
    # The lock makes somebody who leaves at this moment wait: their rows are then all there to be taken away
    locked = shown.select_related("account", "enrolment").order_by("enrolment_id")
    rows = list(locked.select_for_update(of=("enrolment",), no_key=True))
    if not rows:
        return
    enrolments = {row.enrolment_id: row.enrolment for row in rows}
    among = _among([post.id for post in posts])
    chosen = PostChoice.objects.filter(among, enrolment__in=enrolments)
    choices = {(pk, post): here for pk, post, here in chosen.values_list("enrolment_id", "post_id", "shown")}
    off = Removal.objects.filter(among, brand__in={e.brand_id for e in enrolments.values()})
    removed = set(off.filter(put_back_at=None).values_list("brand_id", "post_id"))
    by_account: dict[int, list[Facts]] = {}
    for post in posts:
        by_account.setdefault(post.account_id, []).append(post)
    wanted: dict[tuple[int, int], BrandPost] = {}
    touched: set[tuple[int, int]] = set()
    for row in rows:
        enrolment = enrolments[row.enrolment_id]
        consent = _consent(enrolment, row)
        for post in by_account.get(row.account_id, ()):
            key = (enrolment.brand_id, post.id)
            touched.add(key)
            choice = choices.get((enrolment.pk, post.id))
            if shown_here(consent, post, choice=choice, removed=key in removed):
                wanted[key] = _row(enrolment.brand_id, post)
    _write(touched, wanted)


def _among(post_ids: Sequence[int]) -> Q:
    """Return the condition that a row is about one of these posts, or about another one between them.

    A batch that was written just now is one range of ids: shorter to say and to answer than a hundred of them.
    """
    if post_ids and max(post_ids) - min(post_ids) < 2 * len(post_ids):
        return Q(post__gte=min(post_ids), post__lte=max(post_ids))
    return Q(post__in=post_ids)


def _consent(enrolment: Enrolment, row: ShownAccount) -> Consent:
    return Consent(enrolment.state, enrolment.state_changed_at, row.shows, row.since, row.reposts, row.account.proven)


def _row(brand_id: int, post: Facts) -> BrandPost:
    # a repost has somebody else's words, which the page does not show
    words = "" if post.kind == Post.Kind.REPOST else words_of(post.text)
    when = post.published_at
    return BrandPost(brand_id=brand_id, post_id=post.id, person_id=post.person_id, published_at=when, words=words)


def _says(row: BrandPost) -> tuple[datetime, int, str]:
    return row.published_at, row.person_id, row.words


def _write(touched: set[tuple[int, int]], wanted: dict[tuple[int, int], BrandPost]) -> None:
    brands = {brand for brand, _ in touched}
    there = BrandPost.objects.filter(_among(list({post for _, post in touched})), brand__in=brands)
    found = {(row.brand_id, row.post_id): row for row in there}
    surplus = [row for key, row in found.items() if key in touched and key not in wanted]
    BrandPost.objects.filter(pk__in=[row.pk for row in surplus]).delete()
    stale = [row for key, row in wanted.items() if key not in found or _says(found[key]) != _says(row)]
    BrandPost.objects.bulk_create(
        stale,
        update_conflicts=True,
        unique_fields=["brand", "post"],
        update_fields=["published_at", "person", "words"],
    )
    # whoever wrote what the posts say has told of their authors: this is about whether the pages show them
    versions.bump(versions.brand(row.brand_id) for row in (*stale, *surplus))
