"""A wall time in a zone is one moment, also where the clock jumps."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from people.writing.walltimes import resolve

ZONES = (
    "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca",
    "Pacific/Auckland", "Asia/Tehran", "America/Santiago", "Europe/Dublin", "Antarctica/Troll",
)  # fmt: skip


def jumps(zone: str, count: int) -> list[datetime]:
    """Return the moments at which the clock of a zone jumps, from 2015 on."""
    place, at, found = ZoneInfo(zone), datetime(2015, 1, 1, tzinfo=UTC), []
    while len(found) < count and at.year < 2037:
        later = at + timedelta(minutes=30)
        if at.astimezone(place).utcoffset() != later.astimezone(place).utcoffset():
            found.append(later)
        at = later
    return found


def cases() -> list[tuple[datetime, str, timedelta]]:
    """Return wall times inside gaps and folds, five of each jump, with how far the clock jumps there."""
    found = []
    for zone in ZONES:
        for jump in jumps(zone, 4):
            before = (jump - timedelta(minutes=30)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            after = jump.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            by = after - before - timedelta(minutes=30)
            begin = after - max(by, timedelta())  # what is skipped or comes twice begins here
            found += [(begin + abs(by) * part / 5, zone, by) for part in range(5)]
    return found


@pytest.mark.postgres
@pytest.mark.django_db
def test_two_hundred_gaps_and_folds_are_as_the_databases_clock_shows_them() -> None:
    every = cases()
    assert len(set(every)) == 200
    said = {"skip": 0, "twice": 0}
    with connection.cursor() as cursor:
        for wall, zone, by in every:
            found = resolve(wall.isoformat(), zone)
            cursor.execute("SELECT %s::timestamptz AT TIME ZONE %s", [found.at.isoformat(), zone])
            shown = cursor.fetchone()[0]
            cursor.execute("SELECT %s::timestamp AT TIME ZONE %s", [wall, zone])
            theirs = cursor.fetchone()[0]
            what = "skip" if by > timedelta() else "twice"
            assert what in found.word, (wall, zone)
            said[what] += 1
            # a gap is left forward, by as much as the clock jumps; of two the first is taken (the database: the second)
            assert (shown, found.said) == (wall + max(by, timedelta()),) * 2, (wall, zone)
            assert theirs - found.at in {timedelta(), -by}, (wall, zone)
            assert found.at <= theirs, (wall, zone)
    assert said == {"skip": 100, "twice": 100}


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_minute_before_and_after_a_jump_is_what_it_says() -> None:
    with connection.cursor() as cursor:
        for zone in ZONES:
            for jump in jumps(zone, 4):
                for moment in (jump - timedelta(minutes=121), jump + timedelta(minutes=121)):
                    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
                    cursor.execute("SELECT %s::timestamp AT TIME ZONE %s", [wall, zone])
                    found = resolve(wall.isoformat(), zone)
                    assert (found.at, found.word) == (moment, ""), (wall, zone)
                    assert cursor.fetchone()[0] == moment, (wall, zone)


def test_a_time_that_does_not_exist_is_shifted_forward_and_said() -> None:
    found = resolve("2027-03-28T02:30", "Europe/Vienna")
    assert ("skip" in found.word, found.at.isoformat()) == (True, "2027-03-28T01:30:00+00:00")


def test_a_time_that_exists_twice_is_the_first_one_and_said() -> None:
    found = resolve("2027-10-31T02:30", "Europe/Vienna")
    assert ("twice" in found.word, found.at.isoformat()) == (True, "2027-10-31T00:30:00+00:00")


@pytest.mark.parametrize(("wall", "zone"), [("2027-01-01T06:30", "Europe/Nowhere"), ("soon", "UTC"), ("", "UTC")])
def test_nonsense_is_refused(wall: str, zone: str) -> None:
    with pytest.raises(ValueError, match=r"zone|Write day"):
        resolve(wall, zone)
