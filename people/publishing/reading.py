"""Looking at the network for a send whose answer was lost. Reading harms nobody: no check holds it back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from people.models import Attempt, Delivery
from people.networks.base import FindsOwn, Publisher, ReadsOwn
from people.networks.errors import NetworkFailure, NotNow, Reconnect
from people.networks.publishers import can_publish, publisher_for
from people.networks.types import OwnPost, Published, Writer
from people.publishing import budget, checks, settling, steps, storing, tokens
from people.publishing.clock import DbNow, after, now, seconds
from people.publishing.epoch import RESTORED
from people.publishing.moves import FREE, State, move, note
from people.publishing.wording import comparable

READ = Attempt.Act.READ
BEFORE = timedelta(seconds=120)  # clocks of the network and of the database may differ by this
READINGS = 2
RESENDS = 1


def read_back(pk: int, *, run: UUID) -> None:
    """Look for one delivery whose outcome is unknown, and move it as what is found says."""
    steps.reached("r0")
    delivery = _claim(pk, run)
    steps.reached("r1")
    if delivery is None:
        return
    if not can_publish(delivery.account.network):
        _ask(delivery, run, "the network cannot be asked from here")
        return
    publisher = publisher_for(delivery.account.network)
    if publisher.kind == "U":
        _ask(delivery, run, _unreadable(delivery))
        return
    try:
        try:
            found = _look(delivery, publisher, tokens.writer_for(delivery.account))
        except Reconnect:  # as with a send: once more with a token that was renewed just now
            found = _look(delivery, publisher, tokens.writer_for(delivery.account, renew=True))
    except Exception as failure:  # noqa: BLE001 - whatever it was, nothing is known yet
        _later(delivery, run, failure)
        return
    steps.reached("r2")
    if found is None or not settling.published(pk, found, run=run, act=READ):
        _not_found(delivery, publisher, run)
    else:
        storing.store_quietly(pk)
    steps.reached("r3")


def _claim(pk: int, run: UUID) -> Delivery | None:
    free = Q(next_due_at__lte=DbNow()) & (Q(lease_until=None) | Q(lease_until__lte=DbNow()))
    lease: dict[str, Any] = {"owner": run, "lease_until": after("lease"), "next_due_at": after("lease")}
    if not move(pk, come_from=[State.UNKNOWN], to=State.UNKNOWN, where=free, **lease):
        return None
    return Delivery.objects.select_related("account", "person").get(pk=pk)


def _look(delivery: Delivery, publisher: Publisher, writer: Writer) -> Published | None:
    if publisher.kind == "P" and isinstance(publisher, FindsOwn):
        return publisher.find(writer, delivery.rkey) if delivery.rkey else None
    if not isinstance(publisher, ReadsOwn) or delivery.first_sent_at is None:
        return None
    posts = publisher.own_recent(writer, since=delivery.first_sent_at - BEFORE)
    budget.add(delivery, publisher.read_mills * len(posts))
    return match(delivery, posts)


def match(delivery: Delivery, posts: Sequence[OwnPost]) -> Published | None:
    """Return the oldest of these posts that says what the delivery says, was made since its send, and is nobody else's.

    One that the person wrote by hand with the same words counts: the words are out, and must not go out again. Where
    there are no words at all it must have as many pictures.
    """
    if delivery.first_sent_at is None:
        return None
    since = delivery.first_sent_at - BEFORE
    wanted = comparable(delivery.payload["text"])
    number = len(delivery.payload.get("pictures", []))
    same = [post for post in posts if post.published_at >= since and comparable(post.text) == wanted]
    if not wanted:
        same = [post for post in same if post.pictures in {None, number}]
    ids = [post.remote_id for post in same]
    others = Delivery.objects.filter(account=delivery.account_id, remote_id__in=ids).exclude(pk=delivery.pk)
    taken = set(others.values_list("remote_id", flat=True))
    free = [post for post in same if post.remote_id not in taken]
    if not free:
        return None
    oldest = min(free, key=lambda post: post.published_at)
    return Published(oldest.remote_id, oldest.published_at)


def _not_found(delivery: Delivery, publisher: Publisher, run: UUID) -> None:
    """Decide what it means that a reading found nothing."""
    # restored: what was frozen since the backup is not in this row, so that a second send may be another post
    over = delivery.reason in {checks.LAST_LOOK, RESTORED} or now() > delivery.late_after
    harmless = not over and (publisher.kind == "P" or checks.key_good(delivery))
    if not harmless and delivery.reads + 1 < READINGS and not delivery.refused:
        _settle(delivery, State.UNKNOWN, run, reads=delivery.reads + 1, next_due_at=after("apart"))
    elif delivery.refused:
        _settle(delivery, State.FAILED, run, reason="refused", next_due_at=None)
    elif harmless:  # the same id or key again: a second send makes no second post
        _settle(delivery, State.SCHEDULED, run, next_due_at=DbNow())
    elif not over and _may_resend(delivery):
        again: dict[str, Any] = {"resends": delivery.resends + 1, "reads": 0, "next_due_at": DbNow()}
        _settle(delivery, State.SCHEDULED, run, **again)
    else:
        _ask(delivery, run, f"it was looked for twice at the network and not found ({delivery.trouble})")


def _may_resend(delivery: Delivery) -> bool:
    """Whether the operator lets it go once more without asking, and it has not."""
    auto = delivery.account.network in settings.PUBLISH_AUTO and delivery.reason != "duplicate"
    return auto and delivery.resends < RESENDS


def _later(delivery: Delivery, run: UUID, failure: Exception) -> None:
    """The network could not be read: nothing is known, so nothing changes, until a person is asked."""
    words = str(failure) if isinstance(failure, NetworkFailure) else type(failure).__name__
    first = delivery.first_sent_at or delivery.due_at
    if isinstance(failure, Reconnect) or now() > max(first, delivery.due_at) + seconds("unread"):
        _ask(delivery, run, f"the network could not be asked whether it is there: {words}")
        return
    until = now() + seconds("again")
    if isinstance(failure, NotNow):
        until = max(until, failure.until)
    _settle(delivery, State.UNKNOWN, run, next_due_at=until, outcome="unread", words=words)


def _ask(delivery: Delivery, run: UUID, words: str) -> None:
    _settle(delivery, State.NEEDS_HUMAN, run, reason="unsure", trouble=words, next_due_at=None)


def _unreadable(delivery: Delivery) -> str:
    return f"this network lets nobody look whether it is there ({delivery.trouble})"


def _settle(
    delivery: Delivery, to: Delivery.State, run: UUID, *, outcome: str = "not_found", words: str = "", **fields: Any
) -> None:
    with transaction.atomic():
        if move(delivery.pk, come_from=[State.UNKNOWN], to=to, held_by=run, **FREE, **fields):
            if to == State.FAILED:
                budget.give_back(delivery)
            note(delivery.pk, run=run, act=READ, outcome=outcome, words=words or str(fields.get("trouble", "")))
