"""When letters go out: on the clock of the fan's own wall."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from people.models import Rhythm
from people.writing.walltimes import Unclear, zone_of

# the morning hour of each rhythm
HOURS = {Rhythm.WEEKLY: dt.time(8), Rhythm.DAILY: dt.time(7)}
SUNDAY = 6
# a round that nobody walked within this time of its hour (the site was away) is left out: its letters would be old
LATE = {Rhythm.WEEKLY: dt.timedelta(hours=24), Rhythm.DAILY: dt.timedelta(hours=12)}
# how far back a letter looks at most, also where the fan got none for long: farther than the letter before is away, for
# the clocks (from Sunday to Sunday are 169 hours in autumn) and for what was read late
LOOKS_BACK = {Rhythm.WEEKLY: dt.timedelta(days=8, hours=2), Rhythm.DAILY: dt.timedelta(days=2)}
BY_DAY = (dt.time(7), dt.time(21))  # what is not asked for by a rhythm comes only between these


@lru_cache(maxsize=700)
def clock(zone: str) -> ZoneInfo:
    """Return the clock of a zone; of UTC where the name is none that we know."""
    try:
        return zone_of(zone)
    except Unclear:
        return ZoneInfo("UTC")


def latest(rhythm: Rhythm, zone: str, now: dt.datetime) -> tuple[dt.date, dt.datetime] | None:
    """Return the day and the moment of the newest round of a rhythm in a zone; None where that is too long ago.

    Where the clocks skip the hour it is the first moment after it; where it comes twice, the first one.
    """
    day = now.astimezone(clock(zone)).date()
    if rhythm == Rhythm.WEEKLY:
        day -= dt.timedelta(days=(day.weekday() - SUNDAY) % 7)
    step = dt.timedelta(days=7 if rhythm == Rhythm.WEEKLY else 1)
    at = moment(day, HOURS[rhythm], zone)
    if at > now:
        day -= step
        at = moment(day, HOURS[rhythm], zone)
    return (day, at) if now - at < LATE[rhythm] else None


def by_day(now: dt.datetime, zone: str) -> dt.datetime:
    """Return now, or in the fan's night the hour at which their day begins."""
    here = now.astimezone(clock(zone))
    begin, end = BY_DAY
    if begin <= here.time() < end:
        return now
    day = here.date() if here.time() < begin else here.date() + dt.timedelta(days=1)
    return moment(day, begin, zone)


def moment(day: dt.date, hour: dt.time, zone: str) -> dt.datetime:
    """Return when the clock in a zone shows this hour on this day, in UTC."""
    return dt.datetime.combine(day, hour, clock(zone)).astimezone(dt.UTC)
