"""What a clock on the wall in a time zone means: stored as said, resolved late, gaps and folds handled and told.

Source: IANA time zone database through zoneinfo; PEP 495 for what happens twice (the first one is taken).
"""

import datetime as dt
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

FORMAT = "%Y-%m-%dT%H:%M"
SPAN = dt.timedelta(days=31)


class Unclear(ValueError):
    """What was written is no time or no zone; the message says which, for the person."""


class Moment(NamedTuple):
    """A wall time resolved. said differs from what was asked for where the clocks skip that hour."""

    at: dt.datetime  # UTC
    said: dt.datetime  # naive: what the clock in the zone shows then
    word: str  # what the person is told about a gap or a fold; "" for neither


@cache
def zones() -> frozenset[str]:
    """Return the IANA names of all zones."""
    return frozenset(available_timezones())


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA name; raise Unclear where there is none."""
    try:
        if name not in zones():
            raise Unclear(f"There is no time zone called “{name}”. Choose one of the list.")
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Unclear(f"There is no time zone called “{name}”. Choose one of the list.") from error


def resolve(wall_time: str, zone_name: str) -> Moment:
    """Return the moment that a wall time (2026-11-27T06:30) means in a zone; raise Unclear for what is none."""
    try:
        asked = dt.datetime.strptime(wall_time[:16], FORMAT)  # noqa: DTZ007 - a wall time has no zone of its own
    except ValueError as error:
        raise Unclear("Write day and time as 2026-11-27 06:30.") from error
    zone = zone_of(zone_name)
    try:
        at = asked.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
        again = asked.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
        shown = at.astimezone(zone).replace(tzinfo=None)
        at + SPAN, shown - SPAN  # what is reckoned from it must exist, too
    except OverflowError as error:
        raise Unclear("That day is too far away.") from error
    city = city_of(zone_name)
    if shown != asked:
        return Moment(at, shown, f"The clocks in {city} skip {asked:%H:%M} that day: it goes out at {shown:%H:%M}.")
    if again != at:
        return Moment(at, shown, f"{asked:%H:%M} comes twice that day in {city}: it goes out the first time.")
    return Moment(at, shown, "")


def city_of(zone_name: str) -> str:
    """Return what people call a zone: its city."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


def shown_in(moment: dt.datetime, zone_name: str) -> dt.datetime:
    """Return the naive wall time that a clock in a zone shows at a moment."""
    return moment.astimezone(zone_of(zone_name)).replace(tzinfo=None)
