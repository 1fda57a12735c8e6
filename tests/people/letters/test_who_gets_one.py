"""Who has a letter coming, and when: by the fan's own clock, once, and only if there is something to say."""

import datetime as dt
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from people.letters import due, hours
from people.letters.drawing import drawn
from people.letters.opening import take_back_opening, write_opening
from people.models import Fan, Follow, Letter, LetterRound, Opening, Rhythm
from tests.factories import make_post, make_user
from tests.people.letters.conftest import SUNDAY, make_fan, make_letter, parts, say, speaker

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
ZONES = ("Europe/Vienna", "Europe/London", "America/New_York")


def morning(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> dict[int, str]:
    """Let the letters of a moment be left; return whose there are by now, with their periods."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    due.leave_letters()
    return dict(Letter.objects.order_by("pk").values_list("fan_id", "period"))


def test_a_weekly_letter_comes_on_sunday_at_eight_of_the_fans_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = speaker()
    say(ingrid, "Snow.")
    vienna, london, york = (make_fan(ingrid.person, zone=zone) for zone in ZONES)
    assert morning(monkeypatch, SUNDAY - dt.timedelta(seconds=10)) == {vienna.pk: "weekly 2026-11-29"}
    assert set(morning(monkeypatch, SUNDAY)) == {vienna.pk, london.pk}
    assert set(morning(monkeypatch, SUNDAY + dt.timedelta(hours=5, seconds=-10))) == {vienna.pk, london.pk}
    assert set(morning(monkeypatch, SUNDAY + dt.timedelta(hours=5))) == {vienna.pk, london.pk, york.pk}


def test_a_site_that_was_away_on_sunday_writes_no_letters_on_wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = speaker()
    say(ingrid, "Snow.")
    make_fan(ingrid.person)
    assert morning(monkeypatch, SUNDAY + DAY * 3) == {}
    assert set(morning(monkeypatch, SUNDAY + DAY * 0.9)) != set()


def test_a_daily_letter_comes_at_seven(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = speaker()
    say(ingrid, "Snow.", days=0.5)
    fan = make_fan(ingrid.person, rhythm=Rhythm.DAILY)
    seven = SUNDAY.replace(hour=7)
    assert morning(monkeypatch, seven - dt.timedelta(seconds=10)) == {}
    assert morning(monkeypatch, seven) == {fan.pk: "daily 2026-11-29"}


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (dt.date(2026, 3, 29), dt.datetime(2026, 3, 29, 7, tzinfo=dt.UTC)),  # the clocks were put forward that night
        (dt.date(2026, 10, 25), dt.datetime(2026, 10, 25, 8, tzinfo=dt.UTC)),  # and back
    ],
)
def test_eight_o_clock_is_eight_o_clock_also_on_the_days_when_clocks_change(day: dt.date, at: dt.datetime) -> None:
    assert hours.latest(Rhythm.WEEKLY, "Europe/London", at) == (day, at)
    assert hours.latest(Rhythm.WEEKLY, "Europe/London", at - dt.timedelta(seconds=1)) is None


def test_nobody_gets_an_empty_letter_and_who_wants_none_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid, silent, closed = speaker(), speaker("Oskar Brandl"), speaker("Lena Closed", page_open=False)
    say(ingrid, "Snow.")
    say(silent, "Long ago.", days=9)
    say(silent, "To somebody.", kind="reply")
    say(silent, "Taken back.", quiet_at=SUNDAY)
    say(closed, "Nobody sees it.")
    gets = make_fan(ingrid.person, silent.person)
    make_fan(silent.person, closed.person)
    make_fan(ingrid.person, rhythm=Rhythm.NEVER)
    make_fan(ingrid.person, bounced_at=SUNDAY)
    muted, spared, away = (make_fan(ingrid.person) for _ in range(3))
    Follow.objects.filter(fan=muted).update(muted=True)
    Follow.objects.filter(fan=spared).update(letters=False)
    away.user.is_active = False
    away.user.save()
    newcomer = make_fan(ingrid.person)
    Fan.objects.filter(pk=newcomer.pk).update(started_at=SUNDAY + dt.timedelta(seconds=5))
    assert set(morning(monkeypatch, SUNDAY + dt.timedelta(minutes=1))) == {gets.pk}


def test_a_persons_own_lines_are_something_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = speaker()
    fan = make_fan(ingrid.person)
    Opening.objects.create(person=ingrid.person, words="Hello.", written_at=SUNDAY - DAY)
    assert set(morning(monkeypatch, SUNDAY)) == {fan.pk}


def test_a_round_is_walked_once_and_goes_on_where_it_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = speaker()
    say(ingrid, "Snow.")
    fans = {make_fan(ingrid.person).pk for _ in range(5)}
    monkeypatch.setattr(due, "BATCH", 2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: SUNDAY)
    due.begin_rounds(SUNDAY)
    due.begin_rounds(SUNDAY)
    one = LetterRound.objects.get()
    assert due._walk(one) == 2
    assert due._walk(one) == 2  # a second worker that read the same cursor: the same two, once
    assert Letter.objects.count() == 2
    due.leave_letters()
    due.leave_letters()
    assert set(Letter.objects.values_list("fan_id", flat=True)) == fans
    assert Letter.objects.count() == 5
    assert LetterRound.objects.get().done_at is not None


def test_what_went_out_long_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    ingrid = speaker()
    fan = make_fan(ingrid.person)
    common = {"fan": fan, "until": SUNDAY, "late_after": SUNDAY, "state": Letter.State.SENT}
    Letter.objects.create(period="weekly 1", ended_at=SUNDAY - DAY * 61, **common)
    young = Letter.objects.create(period="weekly 2", ended_at=SUNDAY - DAY * 59, **common)
    Opening.objects.create(person=ingrid.person, words="Hello.", written_at=SUNDAY - DAY * 10)
    due.forget(SUNDAY)
    assert list(Letter.objects.all()) == [young]
    assert not Opening.objects.exists()


def test_the_hour_that_comes_twice_in_autumn_is_in_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = speaker()
    fan = make_fan(ingrid.person)
    before = hours.moment(dt.date(2026, 10, 18), dt.time(8), fan.zone)
    Letter.objects.create(fan=fan, period="weekly 2026-10-18", until=before, late_after=before, state=Letter.State.SENT)
    make_post(ingrid, "Half an hour later.", published_at=before + dt.timedelta(minutes=30))
    after = hours.moment(dt.date(2026, 10, 25), dt.time(8), fan.zone)
    assert after - before == dt.timedelta(hours=169)
    assert morning(monkeypatch, after)[fan.pk] == "weekly 2026-10-25"
    _, text, _ = parts(drawn(Letter.objects.get(period="weekly 2026-10-25")))
    assert "Half an hour later." in text


def test_what_was_said_before_a_round_and_read_after_it_is_in_the_next_letter_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ingrid = speaker()
    fan = make_fan(ingrid.person)
    say(ingrid, "In time.")
    assert morning(monkeypatch, SUNDAY) == {fan.pk: "weekly 2026-11-29"}
    # an account that is read for the first time brings years with it
    for text, days in (("Read late.", 0.01), ("Years ago.", 300)):
        say(ingrid, text, days=days, found_at=SUNDAY + dt.timedelta(minutes=20))
    letter = Letter.objects.get()
    _, text, _ = parts(drawn(letter))
    assert ("In time." in text, "Read late." in text) == (True, False)
    Letter.objects.update(state=Letter.State.SENT)
    assert morning(monkeypatch, SUNDAY + 7 * DAY) == {fan.pk: "weekly 2026-12-06"}
    letter = Letter.objects.get(state=Letter.State.DUE)
    _, text, _ = parts(drawn(letter))
    assert [words in text for words in ("In time.", "Read late.", "Years ago.")] == [False, True, False]
    Letter.objects.update(state=Letter.State.SENT)
    assert drawn(make_letter(fan, until=SUNDAY + 14 * DAY)) is None


def test_what_was_here_before_the_site_noted_when_it_found_things_comes_in_no_letter_again() -> None:
    ingrid = speaker()
    post = say(ingrid, "Long known.", found_at=SUNDAY)
    import_module("people.migrations.0020_post_found_at").fill(apps, connection.schema_editor())
    post.refresh_from_db()
    assert post.found_at == post.published_at


def test_what_is_committed_across_the_moment_of_a_round_is_in_the_next_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = speaker()
    fan = make_fan(ingrid.person)
    say(ingrid, "In time.")
    assert morning(monkeypatch, SUNDAY) == {fan.pk: "weekly 2026-11-29"}
    letter = Letter.objects.get()
    _, before, _ = parts(drawn(letter))
    # its time was noted before the round, and its row is seen only now
    at = SUNDAY.replace(second=0)
    make_post(
        ingrid, "Committed late.", published_at=at - dt.timedelta(minutes=9), found_at=at - dt.timedelta(seconds=1)
    )
    _, after, _ = parts(drawn(letter))
    assert "Committed late." not in before + after
    Letter.objects.update(state=Letter.State.SENT)
    assert morning(monkeypatch, SUNDAY + 7 * DAY) == {fan.pk: "weekly 2026-12-06"}
    assert "Committed late." in parts(drawn(Letter.objects.get(state=Letter.State.DUE)))[1]


def test_two_letters_that_a_change_of_rhythm_leaves_have_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = speaker()
    fan, other = make_fan(ingrid.person, rhythm=Rhythm.DAILY), make_fan(ingrid.person, rhythm=Rhythm.DAILY)
    say(ingrid, "Snow.", days=0.5)
    say(ingrid, "At half past seven.", days=0.02)
    morning(monkeypatch, SUNDAY.replace(hour=7))
    Fan.objects.filter(pk=fan.pk).update(rhythm=Rhythm.WEEKLY)  # while the mail server was away
    morning(monkeypatch, SUNDAY)
    daily, weekly = Letter.objects.filter(fan=fan).order_by("until")
    _, text, _ = parts(drawn(weekly))
    assert ("Snow." in text, "At half past seven." in text) == (True, True)
    Letter.objects.filter(pk=weekly.pk).update(state=Letter.State.SENT)
    assert drawn(daily) is None
    assert "Snow." in parts(drawn(Letter.objects.get(fan=other)))[1]


def test_lines_that_are_changed_while_letters_wait_stand_in_those_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid = speaker(user=make_user("ingrid@example.org")).person
    assert ingrid.user
    fan, stranger = make_fan(ingrid), make_fan(speaker("Oskar Brandl").person)

    def write(words: str, now: dt.datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        write_opening(person=ingrid, words=words, answers_to="ingrid@example.org", actor=ingrid.user)

    write("Hello.", SUNDAY - DAY)
    write("In the round.", SUNDAY + dt.timedelta(seconds=5))  # before any worker came to walk it
    assert morning(monkeypatch, SUNDAY + dt.timedelta(minutes=2)) == {fan.pk: "weekly 2026-11-29"}
    write("Once more.", SUNDAY + dt.timedelta(minutes=10))
    assert drawn(make_letter(stranger)) is None
    letter = Letter.objects.get(fan=fan)
    _, text, _ = parts(drawn(letter))
    assert [words in text for words in ("Hello.", "In the round.", "Once more.")] == [True, False, False]
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT)
    _, text, _ = parts(drawn(make_letter(fan, until=SUNDAY + 7 * DAY)))
    assert [words in text for words in ("Hello.", "In the round.", "Once more.")] == [False, False, True]
    take_back_opening(person=ingrid, actor=ingrid.user)
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.DUE)
    assert drawn(letter) is None
    write("A", SUNDAY + 20 * DAY)
    write("B", SUNDAY + 40 * DAY)
    write("C", SUNDAY + 41 * DAY)
    assert [words for words, _ in Opening.objects.get().former] == ["B"]  # A is in no letter any more
