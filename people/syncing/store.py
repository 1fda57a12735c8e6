"""A page of records into rows, and rows away again. Tells brands by the one signal, after commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from people import post_pictures
from people.models import Account, Delivery, Post
from people.networks.types import PostRecord
from people.syncing import plan
from people.syncing.decide import COLUMNS, Columns, Decision, Stored, decide
from people.telling import people_told, posts_told

BATCH = 500


class LostLease(Exception):
    """Somebody else reads this account now: what we hold must not be written."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What storing a page came to."""

    new: int
    changed: int


def store_page(claim: plan.Claim, records: Sequence[PostRecord]) -> Counts:
    """Store a page of the claimed account; raises LostLease where the claim no longer holds.

    Rows that were there already are signalled too: whoever crashed between commit and signal left them unplaced.
    """
    account = claim.account
    with transaction.atomic():
        if not plan.held(claim).select_for_update().exists():
            raise LostLease
        records = _still_wanted(account, records)
        decision = decide(account.remote_id or "", _stored(account, records), records)
        written = _write(account, decision)
    posts_told([post.pk for post in written], unchanged=decision.same, written=written)
    return Counts(len(decision.new), len(decision.changed))


def remove_posts(network: str, remote_ids: Iterable[str]) -> int:
    """Take away posts that the network no longer shows, from every outlet; return how many there were."""
    ids = list(remote_ids)
    gone = 0
    for start in range(0, len(ids), BATCH):
        gone += _take_away(Post.objects.filter(account__network=network, remote_id__in=ids[start : start + BATCH]))
    return gone


def remove_all_posts(account: Account) -> int:
    """Take away everything of an account that turned protected, suspended or unknown; return how much there was."""
    return _take_away(Post.objects.filter(account=account))


def _take_away(posts: "QuerySet[Post]") -> int:
    authors = list(posts.values_list("person_id", flat=True))
    posts.delete()
    people_told(set(authors))
    return len(authors)


def _still_wanted(account: Account, records: Sequence[PostRecord]) -> list[PostRecord]:
    """Leave out what its author had deleted from here: a page that was read before that may come after it.

    Also what the network did not delete and nobody kept yet: storing.store keeps it, quiet.
    """
    ids = {i for record in records for i in (record.remote_id, *record.edit_history)}
    deleted = Q(deleted_at__isnull=False) | Q(wish="delete", post=None) | Q(reason=Delivery.UNDELETED, post=None)
    sent = Delivery.objects.filter(deleted, account=account, remote_id__in=ids)
    gone = set(sent.values_list("remote_id", flat=True))
    return [record for record in records if not gone.intersection((record.remote_id, *record.edit_history))]


def _stored(account: Account, records: Sequence[PostRecord]) -> list[Stored]:
    ids = {i for record in records for i in (record.remote_id, *record.edit_history)}
    rows = Post.objects.filter(account=account, remote_id__in=ids).values("pk", *COLUMNS)
    return [Stored(row.pop("pk"), row["remote_id"], row) for row in rows]  # what is left are COLUMNS


def _write(account: Account, decision: Decision) -> list[Post]:
    now = timezone.now()
    new = [Post(account=account, person_id=account.person_id, fetched_at=now, **columns) for columns in decision.new]
    Post.objects.bulk_create(new, batch_size=BATCH)
    changed = [
        Post(pk=pk, account=account, person_id=account.person_id, fetched_at=now, **columns)
        for pk, columns in decision.changed
    ]
    if changed:  # by their ids, as first_shown.noting: who waits for the other waits in no circle
        locked = Post.objects.select_for_update(no_key=True).filter(pk__in=[post.pk for post in changed])
        list(locked.order_by("pk").values_list("pk"))
    Post.objects.bulk_update(changed, [*COLUMNS, "fetched_at"], batch_size=100)
    post_pictures.want(new, new=True)
    if changed:
        post_pictures.want(changed)
    return new + changed


def keep_picked(account: Account, columns: Sequence[Columns]) -> list[Post]:
    """Keep single posts that the person picked, older ones than a reading would fetch; return their rows.

    columns: as decide.columns makes them. A post that is here already stays as it is.
    """
    ids = [one["remote_id"] for one in columns]
    here = set(Post.objects.filter(account=account, remote_id__in=ids).values_list("remote_id", flat=True))
    now = timezone.now()
    new = [
        Post(account=account, person_id=account.person_id, fetched_at=now, **one)
        for one in columns
        if one["remote_id"] not in here
    ]
    Post.objects.bulk_create(new, batch_size=BATCH)
    post_pictures.want(new, new=True)
    return list(Post.objects.filter(account=account, remote_id__in=ids))
