"""Shared limits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from advocacy import limits

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_a_limit_that_nobody_told_lets_the_first_call_through() -> None:
    assert limits.take("x") is None


def test_what_is_left_is_taken_call_by_call_until_the_reset_to_the_second(clock: time_machine.Traveller) -> None:
    reset = NOON + timedelta(minutes=15)
    limits.take("x")
    limits.observe("x", remaining=2, reset_at=reset)
    assert [limits.take("x") for _ in range(4)] == [None, None, reset, reset]
    clock.move_to(reset - timedelta(seconds=1))
    assert limits.take("x") == reset
    clock.move_to(reset)
    assert limits.take("x") is None


def test_late_news_of_the_same_window_never_gives_calls_back() -> None:
    reset = NOON + timedelta(minutes=15)
    limits.take("x")
    limits.observe("x", remaining=0, reset_at=reset)
    limits.observe("x", remaining=5, reset_at=reset)
    assert limits.take("x") == reset


def test_news_of_an_older_window_changes_nothing() -> None:
    limits.take("x")
    limits.observe("x", remaining=0, reset_at=NOON + timedelta(minutes=15))
    limits.observe("x", remaining=9, reset_at=NOON - timedelta(minutes=1))
    assert limits.take("x") == NOON + timedelta(minutes=15)


def test_a_refusal_without_a_time_pauses_a_minute_and_doubles() -> None:
    assert [limits.park("x") - NOON for _ in range(3)] == [timedelta(seconds=s) for s in (60, 120, 240)]
    assert limits.take("x") == NOON + timedelta(seconds=240)


def test_an_answer_ends_the_doubling(clock: time_machine.Traveller) -> None:
    limits.park("x")
    limits.observe("x", remaining=3, reset_at=NOON + timedelta(minutes=15))
    assert limits.park("x") == NOON + timedelta(seconds=60)


def test_a_shorter_pause_never_shortens_a_longer_one() -> None:
    limits.park("x", until=NOON + timedelta(hours=1))
    limits.park("x", until=NOON + timedelta(minutes=1))
    assert limits.take("x") == NOON + timedelta(hours=1)


def test_buckets_do_not_touch_each_other() -> None:
    limits.park("x")
    assert limits.take("y") is None


def test_a_turn_comes_to_one_at_a_time(clock: time_machine.Traveller) -> None:
    ours = limits.hold("job", seconds=20)
    assert (ours, limits.hold("job", seconds=20)) == (NOON + timedelta(seconds=20), None)
    clock.shift(20)
    theirs = limits.hold("job", seconds=20)
    assert theirs is not None
    assert ours is not None
    limits.release("job", ours)
    assert limits.hold("job", seconds=20) is None
    limits.release("job", theirs)
    assert limits.hold("job", seconds=20) is not None


def test_a_reset_years_away_is_not_believed() -> None:
    assert limits.park("x", until=NOON + timedelta(days=3650)) == NOON + limits.FARTHEST_RESET
    limits.observe("y", remaining=0, reset_at=NOON)
    limits.take("y")
    limits.observe("y", remaining=0, reset_at=NOON + timedelta(days=3650))
    assert limits.take("y") == NOON + limits.FARTHEST_RESET


def test_an_allowance_is_spent_once_a_day(clock: time_machine.Traveller) -> None:
    assert [limits.spend("x", 100, cap=250) for _ in range(4)] == [100, 100, 50, 0]
    clock.shift(timedelta(days=1))
    assert limits.spend("x", 100, cap=250) == 100


def test_a_clock_of_its_own_counts_more_than_that_of_this_computer() -> None:
    """A worker whose clock is two hours behind waits no longer than the others, and one ahead no shorter."""
    theirs = NOON + timedelta(hours=2)
    assert limits.park("x", until=theirs + timedelta(minutes=1), now=theirs) == theirs + timedelta(minutes=1)
    assert limits.take("x", now=theirs + timedelta(minutes=1)) is None
    assert limits.take("x", now=theirs) == theirs + timedelta(minutes=1)
    assert limits.turn("y", cap=1, seconds=60, now=theirs) is None
    assert limits.turn("y", cap=1, seconds=60, now=theirs) == theirs + timedelta(minutes=1)
    assert limits.turn("y", cap=1, seconds=60, now=theirs + timedelta(minutes=1)) is None
