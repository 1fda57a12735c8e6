"""How often each endpoint may be called: X's limits for an app's own token, counted in the database."""

import time
from typing import NamedTuple

from django.db.models import F

from advocacy.sandbox.models import RateWindow

WINDOW = 900  # seconds
QUOTAS = {
    "users_by": 300,
    "users": 300,
    "timeline": 10_000,
    "tweets": 3_500,
    "search": 450,
    "create_job": 150,
    "jobs": 150,
    "job": 150,
}
# the files of a compliance job lie on another host at X, which counts nothing
ENDPOINTS = (*QUOTAS, "upload", "download")


class Allowance(NamedTuple):
    """What the x-rate-limit headers say. remaining is -1 for a call too many."""

    limit: int
    remaining: int
    resets_at: int


def take(endpoint: str) -> Allowance:
    """Count one call and return what is left of the endpoint's window; one UPDATE and one SELECT, mostly."""
    quota, now = QUOTAS[endpoint], int(time.time())
    rows = RateWindow.objects.filter(endpoint=endpoint)
    # a counter that stops just above its quota: refused calls are not added up
    if not rows.filter(resets_at__gt=now, used__lte=quota).update(used=F("used") + 1) and not rows.filter(
        resets_at__lte=now
    ).update(resets_at=now + WINDOW, used=1):
        RateWindow.objects.bulk_create([RateWindow(endpoint=endpoint, resets_at=now + WINDOW)], ignore_conflicts=True)
        rows.filter(used__lte=quota).update(used=F("used") + 1)
    window = rows.get()
    return Allowance(quota, max(-1, quota - window.used), window.resets_at)


def leave(endpoint: str, rest: int, resets_in: int = WINDOW) -> None:
    """Leave only this many calls of the endpoint's window, which resets in this many seconds."""
    RateWindow.objects.update_or_create(
        endpoint=endpoint,
        defaults={"used": QUOTAS[endpoint] - rest, "resets_at": int(time.time()) + resets_in},
    )
