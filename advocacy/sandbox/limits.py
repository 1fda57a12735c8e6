"""How often each endpoint may be called: X's limits for an app's token and each person's, counted in the database."""

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
# the same for one person's token; what only a person may do stands only here
OF_PERSON = {
    "users_by": 900,
    "users": 900,
    "me": 75,
    "timeline": 900,
    "mentions": 300,
    "tweets": 5_000,
    "search": 300,
    "post": 100,
    "delete": 50,
    "initialize": 1_875,
    "append": 1_875,
    "finalize": 1_875,
    "media_status": 1_000,
    "alt": 500,
}
# of the app in a day, over all persons; X tells of it in headers of their own
DAY = 86_400  # seconds
IN_A_DAY = {"post": 10_000}
# the files of a compliance job lie on another host at X, which counts nothing; of oauth2 endpoints no limit is told
ENDPOINTS = (*dict.fromkeys((*QUOTAS, *OF_PERSON)), "upload", "download", "token", "revoke")


class Allowance(NamedTuple):
    """What the x-rate-limit headers say. remaining is -1 for a call too many."""

    limit: int
    remaining: int
    resets_at: int


def take(endpoint: str, person: int | None = None) -> Allowance:
    """Count one call and return what is left of the endpoint's window; one UPDATE and one SELECT, mostly.

    person: the id of whoever's token calls; None for the app's own.
    """
    return _take(_key(endpoint, person), (QUOTAS if person is None else OF_PERSON)[endpoint], WINDOW)


def take_of_day(endpoint: str) -> Allowance | None:
    """Count one call against the app's day; None for an endpoint that has no such limit."""
    quota = IN_A_DAY.get(endpoint)
    return None if quota is None else _take(f"{endpoint}:day", quota, DAY)


def _take(endpoint: str, quota: int, window: int) -> Allowance:
    now = int(time.time())
    rows = RateWindow.objects.filter(endpoint=endpoint)
    # a counter that stops just above its quota: refused calls are not added up
    if not rows.filter(resets_at__gt=now, used__lte=quota).update(used=F("used") + 1) and not rows.filter(
        resets_at__lte=now
    ).update(resets_at=now + window, used=1):
        RateWindow.objects.bulk_create([RateWindow(endpoint=endpoint, resets_at=now + window)], ignore_conflicts=True)
        rows.filter(used__lte=quota).update(used=F("used") + 1)
    row = rows.get()
    return Allowance(quota, max(-1, quota - row.used), row.resets_at)


def leave(endpoint: str, rest: int, resets_in: int = WINDOW, person: int | None = None) -> None:
    """Leave only this many calls of the endpoint's window, which resets in this many seconds.

    Without a person it is the app's window: its day, where the endpoint has a limit of the day.
    """
    of_day = person is None and endpoint in IN_A_DAY
    quota = (IN_A_DAY if of_day else QUOTAS if person is None else OF_PERSON)[endpoint]
    RateWindow.objects.update_or_create(
        endpoint=f"{endpoint}:day" if of_day else _key(endpoint, person),
        defaults={"used": quota - rest, "resets_at": int(time.time()) + resets_in},
    )


def _key(endpoint: str, person: int | None) -> str:
    return endpoint if person is None else f"{endpoint}:{person}"
