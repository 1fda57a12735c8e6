"""Who is read next. Accounts are claimed by compare-and-swap with a lease: two workers never read one account."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from people.models import Account, SyncState

LEASE = timedelta(seconds=90)  # longer than the longest answer that the door waits for; renewed with every page
FIRST_RETRY = timedelta(seconds=30)
PARK_AFTER = 6  # failures in a row that nobody else explains
LIVELY = timedelta(hours=1)  # a network that gave somebody's posts this lately is well
WINDOW = 50  # due accounts that a worker chooses from, so that several seldom reach for the same one


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to read one account until the lease ends."""

    account: Account
    number: int
    cursor: str
    interval: timedelta
    failures: int


def readable(accounts: Iterable[int] | None = None) -> "QuerySet[SyncState]":
    """Return the states of accounts that a yes allows to read and that the network lets us read."""
    states = SyncState.objects.filter(
        account__state=Account.State.ACTIVE, account__read_from__isnull=False, parked_at__isnull=True
    )
    return states if accounts is None else states.filter(account__in=accounts)


def due(accounts: Iterable[int] | None = None) -> list[int]:
    """Return the ids of some accounts that are due and that nobody reads, longest waiting first, shuffled."""
    now = timezone.now()
    free = readable(accounts).filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now), due_at__lte=now)
    ids = list(free.order_by("due_at").values_list("account_id", flat=True)[:WINDOW])
    random.shuffle(ids)
    return ids


def claim(account_id: int) -> Claim | None:
    """Claim one account that is due; return None where somebody else has it or it is not to be read."""
    now = timezone.now()
    state = readable([account_id]).select_related("account__person").first()
    if state is None:
        return None
    free = SyncState.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=now),
        account=account_id,
        claim=state.claim,
        due_at__lte=now,
        parked_at__isnull=True,
    )
    if not free.update(claim=F("claim") + 1, lease_until=now + LEASE):
        return None
    interval = timedelta(seconds=state.interval_seconds)
    return Claim(state.account, state.claim + 1, state.cursor, interval, state.failures)


def held(claim: Claim) -> "QuerySet[SyncState]":
    """Return the state as long as the claim holds it, else nothing."""
    return SyncState.objects.filter(account=claim.account.pk, claim=claim.number)


def renew(claim: Claim) -> bool:
    """Take the lease anew; return False where it was lost to somebody else."""
    return bool(held(claim).update(lease_until=timezone.now() + LEASE))


def finish(claim: Claim, *, cursor: str, hit: bool) -> bool:
    """End a reading that went through: move the cursor (last of all) and set the next time. False: lease lost."""
    now = timezone.now()
    interval = next_interval(claim.interval, hit=hit)
    return bool(
        held(claim).update(
            lease_until=None,
            cursor=cursor,
            interval_seconds=int(interval.total_seconds()),
            due_at=now + _jitter(interval),
            failures=0,
            trouble="",
            last_ok_at=now,
        )
    )


def put_off(claim: Claim, *, until: datetime, trouble: str) -> bool:
    """End a reading that the network put off: due again at `until`. The cursor stays."""
    return bool(held(claim).update(lease_until=None, due_at=until, trouble=trouble[:200]))


def fail(claim: Claim, *, trouble: str) -> bool:
    """End a reading that failed: try later, later each time.

    An account that fails on and on while others of its network are read is parked: a person must look at it.
    """
    failures = claim.failures + 1
    now = timezone.now()
    poison = failures >= PARK_AFTER and _others_are_read(claim.account, now)
    pause = min(FIRST_RETRY * 2**failures, timedelta(seconds=settings.SYNC_LONGEST_SECONDS))
    return bool(
        held(claim).update(
            lease_until=None,
            due_at=now + _jitter(pause),
            failures=failures,
            parked_at=now if poison else None,
            trouble=trouble[:200],
        )
    )


def next_interval(interval: timedelta, *, hit: bool) -> timedelta:
    """Halve the interval after a hit, double it after nothing, between SYNC_SHORTEST and SYNC_LONGEST_SECONDS."""
    wanted = interval / 2 if hit else interval * 2
    shortest = timedelta(seconds=settings.SYNC_SHORTEST_SECONDS)
    return max(shortest, min(wanted, timedelta(seconds=settings.SYNC_LONGEST_SECONDS)))


def read_now(account: Account, *, from_start: bool = False) -> None:
    """Make an account due at once, unparked; from_start forgets the cursor, for one whose posts were taken away."""
    now = timezone.now()
    SyncState.objects.get_or_create(account=account, defaults={"due_at": now})
    fresh = {"cursor": ""} if from_start else {}
    SyncState.objects.filter(account=account).update(due_at=now, parked_at=None, failures=0, trouble="", **fresh)


def take_away(account: Account) -> None:
    """Let nobody hold the account: a reading that is under way finds its claim gone."""
    SyncState.objects.filter(account=account).update(claim=F("claim") + 1, lease_until=None)


def _others_are_read(account: Account, now: datetime) -> bool:
    others = SyncState.objects.filter(account__network=account.network, last_ok_at__gte=now - LIVELY)
    return others.exclude(account=account.pk).exists()


def _jitter(interval: timedelta) -> timedelta:
    return interval * random.uniform(0.9, 1.1)  # noqa: S311 - spreads load, guards nothing
