"""A long text becomes a thread; a clock on the wall becomes a moment."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.writing import threads, walltimes, x_text


def fits_x(text: str) -> int:
    return x_text.length(text).fits


def test_a_text_that_fits_is_one_part() -> None:
    assert threads.split("  Snow on the Brenner. ", fits_x) == ["Snow on the Brenner."]


def test_a_long_text_splits_where_a_sentence_ends() -> None:
    first = "Forty centimetres overnight, and we still rolled into Venice four minutes early. " * 3
    parts = threads.split(f"{first}What does early feel like at that hour? Like warm bread.", fits_x)
    assert [part[-1] for part in parts] == [".", "."]
    assert parts[1].startswith("What does early feel like")


def test_japanese_sentences_split_without_spaces() -> None:
    parts = threads.split("昨夜は雪が四十センチ積もりました。" * 12, fits_x)
    assert [part[-1] for part in parts] == ["。", "。"]


def test_an_emoji_of_many_code_points_is_never_cut() -> None:
    parts = threads.split("👩‍👩‍👧‍👦" * 150, fits_x)
    assert parts == ["👩‍👩‍👧‍👦" * 140, "👩‍👩‍👧‍👦" * 10]


@given(st.text(alphabet="ab .,\n。é👍🏽‍", max_size=900))
def test_every_part_fits_and_no_word_is_lost(text: str) -> None:
    parts = threads.split(text, fits_x)
    assert [part for part in parts if x_text.length(part).used > 280 or not part.strip()] == []
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_wall_time_is_resolved_in_its_zone() -> None:
    found = walltimes.resolve("2026-11-27T06:30", "Europe/Vienna")
    assert found == (dt.datetime(2026, 11, 27, 5, 30, tzinfo=dt.UTC), dt.datetime(2026, 11, 27, 6, 30), "")  # noqa: DTZ001


def test_an_hour_that_the_clocks_skip_moves_forward_and_is_told() -> None:
    found = walltimes.resolve("2026-03-29T02:30", "Europe/Vienna")
    assert found.at == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    assert found.word == "The clocks in Vienna skip 02:30 that day: it goes out at 03:30."


def test_an_hour_that_comes_twice_is_the_first_one_and_is_told() -> None:
    found = walltimes.resolve("2026-10-25T02:30", "Europe/Vienna")
    assert found.at == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    assert found.word == "02:30 comes twice that day in Vienna: it goes out the first time."


@pytest.mark.parametrize(
    ("wall_time", "zone"),
    [
        ("tomorrow", "Europe/Vienna"),
        ("2026-02-30T10:00", "Europe/Vienna"),
        ("2026-11-27T06:30", "Vienna"),
        ("2026-11-27T06:30", "../etc/passwd"),
        ("2026-11-27T06:30", ""),
        ("0001-01-01T00:00", "Asia/Tokyo"),
    ],
)
def test_what_is_no_time_is_refused_in_words(wall_time: str, zone: str) -> None:
    with pytest.raises(walltimes.Unclear):
        walltimes.resolve(wall_time, zone)


def test_two_hundred_gaps_and_folds_lead_to_what_the_clock_then_shows() -> None:
    """Every third zone, two years: whatever is said, the clock there shows at that moment what the person was told."""
    seen = 0
    for name in sorted(walltimes.zones())[::3]:
        zone = walltimes.zone_of(name)
        day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        for _ in range(730):
            before, after = day.astimezone(zone), (day + dt.timedelta(days=1)).astimezone(zone)
            if before.utcoffset() != after.utcoffset():
                seen += _change(name, day)
            day += dt.timedelta(days=1)
    assert seen >= 200


def _change(name: str, day: dt.datetime) -> int:
    """Walk through the day of a change in quarters of an hour; return 1 where a gap or a fold was met."""
    start = walltimes.shown_in(day, name)
    found = [
        walltimes.resolve((start + dt.timedelta(minutes=15 * n)).strftime(walltimes.FORMAT), name)
        for n in range(-8, 112)
    ]
    told = [moment for moment in found if moment.word]
    assert all(walltimes.shown_in(moment.at, name) == moment.said for moment in found)
    return int(bool(told))
