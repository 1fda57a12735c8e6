"""Shared limits as database rows moved by compare-and-swap: they hold across processes and a flushed Valkey.

A bucket is one limit of a network, such as "x:app:users/tweets". What is left is known from the network's own
headers; a call is taken before it is made, so that two workers never spend the same one.

now: the time where the caller has a better clock than this process, as publishing has the database's.
"""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from advocacy.models import Allowance, RateBucket

FIRST_PAUSE = timedelta(seconds=60)  # for a refusal that names no time; doubles with each further one
LONGEST_PAUSE = timedelta(hours=6)
FARTHEST_RESET = timedelta(hours=25)  # the longest window is a day: a time beyond it is a mistake of the network


def take(key: str, *, now: datetime | None = None) -> datetime | None:
    """Take one call. Return None when it may be made, else the time before which nobody may make one."""
    now = now or timezone.now()
    bucket, _ = RateBucket.objects.get_or_create(key=key)
    if bucket.parked_until and bucket.parked_until > now:
        return bucket.parked_until
    if bucket.remaining is None or bucket.reset_at is None or bucket.reset_at <= now:
        return None  # nothing known of the present window: this call will tell
    taken = RateBucket.objects.filter(key=key, remaining__gt=0).update(remaining=F("remaining") - 1)
    return None if taken else bucket.reset_at


def observe(key: str, *, remaining: int, reset_at: datetime) -> None:
    """Note what the network said after a call. Older news never overwrites newer."""
    reset_at = _believable(reset_at, timezone.now())
    bucket = RateBucket.objects.filter(key=key)
    if bucket.filter(Q(reset_at__isnull=True) | Q(reset_at__lt=reset_at) | Q(remaining__isnull=True)).update(
        remaining=remaining, reset_at=reset_at, strikes=0
    ):
        return
    bucket.filter(reset_at=reset_at, remaining__gt=remaining).update(remaining=remaining)
    bucket.filter(strikes__gt=0).update(strikes=0)


def park(key: str, *, until: datetime | None = None, now: datetime | None = None) -> datetime:
    """Let nobody call before `until`; without a time, pause for a minute, doubling each time. Return the time."""
    now = now or timezone.now()
    bucket, _ = RateBucket.objects.get_or_create(key=key)
    until = _believable(until, now) if until else None
    if until is None:
        until = now + min(FIRST_PAUSE * 2 ** min(bucket.strikes, 10), LONGEST_PAUSE)
        RateBucket.objects.filter(key=key, strikes=bucket.strikes).update(strikes=F("strikes") + 1)
    RateBucket.objects.filter(Q(parked_until__isnull=True) | Q(parked_until__lt=until), key=key).update(
        parked_until=until
    )
    return until


def hold(key: str, *, seconds: float) -> datetime | None:
    """Take a turn that comes at most once in `seconds`, over all processes. Return its end if it is ours, else None."""
    now = timezone.now()
    end = now + timedelta(seconds=seconds)
    RateBucket.objects.get_or_create(key=key)
    free = RateBucket.objects.filter(Q(parked_until__isnull=True) | Q(parked_until__lte=now), key=key)
    return end if free.update(parked_until=end) else None


def release(key: str, end: datetime) -> None:
    """Give the turn that ends then back before its time; a turn that somebody else has by now stays theirs."""
    RateBucket.objects.filter(key=key, parked_until=end).update(parked_until=None)


def parked(key: str, *, now: datetime | None = None) -> datetime | None:
    """Return the time before which nobody may call, while there is one."""
    now = now or timezone.now()
    return RateBucket.objects.filter(key=key, parked_until__gt=now).values_list("parked_until", flat=True).first()


def spend(key: str, amount: int, *, cap: int) -> int:
    """Take up to `amount` of today's (UTC) allowance of `cap`; return how much was granted, 0 when it is used up."""
    today = timezone.now().date()
    allowance, _ = Allowance.objects.get_or_create(key=key, day=today)
    granted = max(0, min(amount, cap - allowance.used))
    swapped = Allowance.objects.filter(pk=allowance.pk, used=allowance.used).update(used=F("used") + granted)
    return granted if swapped else 0


def count(key: str, *, cap: int, seconds: float, now: datetime | None = None) -> bool:
    """Count one act against a cap per window of `seconds`, over all processes. Return whether there was room."""
    now = now or timezone.now()
    room = RateBucket.objects.filter(key=key, remaining__gt=0)
    if room.filter(reset_at__gt=now).update(remaining=F("remaining") - 1):
        return True
    bucket, _ = RateBucket.objects.get_or_create(key=key)
    if bucket.reset_at is None or bucket.reset_at <= now:
        fresh = RateBucket.objects.filter(key=key, reset_at=bucket.reset_at)
        if fresh.update(remaining=cap, reset_at=now + timedelta(seconds=seconds)):
            forget = now - timedelta(days=1)  # windows that are long over: addresses of readers are kept no longer
            RateBucket.objects.filter(key__startswith="once:", reset_at__lt=forget).delete()
    return bool(room.update(remaining=F("remaining") - 1))


def used_up(key: str, *, now: datetime | None = None) -> datetime | None:
    """Return when `count` will have room again, while it has none; counts nothing."""
    full = RateBucket.objects.filter(key=key, remaining=0, reset_at__gt=now or timezone.now())
    return full.values_list("reset_at", flat=True).first()


def turn(key: str, *, cap: int, seconds: float, now: datetime | None = None) -> datetime | None:
    """Count one act as `count` does; return None where there was room, else when there will be."""
    now = now or timezone.now()
    if count(key, cap=cap, seconds=seconds, now=now):
        return None
    end = RateBucket.objects.filter(key=key).values_list("reset_at", flat=True).first()
    return end or now + timedelta(seconds=seconds)


def _believable(time: datetime, now: datetime) -> datetime:
    return min(time, now + FARTHEST_RESET)
