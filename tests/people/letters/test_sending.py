"""Each letter once: against a mail server that refuses, is slow, hangs up, or is not there."""

import datetime as dt
import logging
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from advocacy.models import RateBucket
from people.letters import drawing, mailing, sending, steps, stopping
from people.models import Fan, Follow, Letter, Rhythm
from tests.people.letters.conftest import make_fan, make_letter, say, speaker
from tests.people.letters.postbox import Postbox

pytestmark = pytest.mark.django_db(transaction=True)
State = Letter.State


def due(count: int = 1) -> list[Letter]:
    """Make letters that are due, each to a fan of its own."""
    ingrid = speaker()
    say(ingrid, "Forty centimetres.")
    return [make_letter(make_fan(ingrid.person, at=f"fan{number}@example.org")) for number in range(count)]


def again() -> None:
    """Let time pass: what waits is due, what rests is rested."""
    RateBucket.objects.all().delete()
    Letter.objects.filter(state=State.DUE).update(next_due_at=timezone.now() - dt.timedelta(minutes=1))


def states() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("state", flat=True))


def got(box: Postbox) -> list[str]:
    return sorted(recipient for recipient, _ in box.raw)


def test_a_letter_goes_out_once_however_many_runs_there_are(postbox: Postbox) -> None:
    due(3)
    assert [sending.send_due(), sending.send_due()] == [3, 0]
    assert got(postbox) == ["fan0@example.org", "fan1@example.org", "fan2@example.org"]
    assert states() == [State.SENT] * 3
    message = postbox.letters[0]
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "Forty centimetres." in plain.get_content()
    assert "Forty centimetres." in html.get_content()
    assert re.fullmatch(r"<http://localhost:8000/letters/stop/[\w.-]+/>", message["List-Unsubscribe"].strip())


def test_a_server_that_refuses_every_third_for_now_gets_them_later_and_each_arrives_once(postbox: Postbox) -> None:
    due(7)
    postbox.plan = lambda number: "451 4.3.0 later" if number % 3 == 2 else "take"
    assert sending.send_due() == 5
    assert states().count(State.DUE) == 2
    assert sending.send_due() == 0  # not before its pause is over
    for _ in range(4):
        again()
        sending.send_due()
    assert states() == [State.SENT] * 7
    assert got(postbox) == sorted(f"fan{number}@example.org" for number in range(7))


def test_an_address_where_nobody_is_gets_no_letters_any_more(postbox: Postbox, caplog: Any) -> None:
    one, other = due(2)
    caplog.set_level(logging.INFO)
    postbox.plan = lambda number: "550 5.1.1 no such user fan0@example.org" if number == 0 else "take"
    sending.send_due()
    one.fan.refresh_from_db()
    other.fan.refresh_from_db()
    assert (one.fan.bounced_at is None, other.fan.bounced_at) == (False, None)
    assert states() == [State.REFUSED, State.SENT]
    assert "fan0@example.org" not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 your address has a bad name",
        "552 5.2.2 full",
        "after 554 5.6.0 no",
        "550 5.1.8 bad address of whoever sends",
        "530 say who you are first",
        "550 Relaying denied",
        "553 Sender not known here",
        "554 no such user",
    ],
)
def test_a_refusal_that_is_not_about_the_address_ends_that_letter_only(postbox: Postbox, answer: str) -> None:
    (letter,) = due()
    postbox.plan = lambda number: answer
    sending.send_due()
    letter.refresh_from_db()
    letter.fan.refresh_from_db()
    assert (letter.state, letter.fan.bounced_at) == (State.REFUSED, None)
    again()
    assert sending.send_due() == 0


@pytest.mark.parametrize("answer", ["550 no such user at 5.7.1.2", "551 User unknown", "550 5.1.10 relay finds nobody"])
def test_nobody_is_at_an_address_also_in_other_words(postbox: Postbox, answer: str) -> None:
    (letter,) = due()
    postbox.plan = lambda number: answer
    sending.send_due()
    letter.fan.refresh_from_db()
    assert letter.fan.bounced_at is not None


def test_a_server_that_refuses_one_after_the_other_is_left_alone_before_all_are_refused(postbox: Postbox) -> None:
    due(9)
    postbox.plan = lambda number: "take" if number == 2 else "550 5.7.1 relay access denied"
    assert sending.send_due() == 1
    assert states() == [State.REFUSED] * 2 + [State.SENT] + [State.REFUSED] * 5 + [State.DUE]
    assert sending.send_due() == 0  # as long as it rests
    again()
    postbox.plan = lambda number: "take"
    assert sending.send_due() == 1


def test_a_line_that_breaks_before_the_words_is_tried_again_and_arrives_once(postbox: Postbox) -> None:
    due(2)
    postbox.plan = lambda number: "hang up" if number == 0 else "take"
    assert sending.send_due() == 0
    assert states() == [State.DUE] * 2
    again()
    assert sending.send_due() == 2
    assert got(postbox) == ["fan0@example.org", "fan1@example.org"]


@pytest.mark.parametrize("deed", ["take and hang up", "hang up after"])
def test_a_line_that_breaks_after_the_words_leaves_the_letter_unsure_for_good(
    postbox: Postbox, deed: str, caplog: pytest.LogCaptureFixture
) -> None:
    letter, *_ = due(2)
    postbox.plan = lambda number: deed if number == 0 else "take"
    sending.send_due()
    assert states() == [State.UNSURE, State.DUE]  # the server rests before it is given the next
    assert f"letter {letter.pk} may have arrived or not" in caplog.text
    assert sending.send_due() == 0
    for _ in range(3):
        again()
        sending.send_due()
    assert states() == [State.UNSURE, State.SENT]
    assert got(postbox).count("fan0@example.org") == (1 if deed.startswith("take") else 0)


def test_a_server_that_is_slow_over_the_words_is_waited_for_and_then_unsure(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    due(2)
    postbox.plan = lambda number: "slow 0.6" if number == 0 else "slow 1.5"
    monkeypatch.setattr(mailing, "PATIENCE", 1.0)
    assert sending.send_due() == 1
    assert states() == [State.SENT, State.UNSURE]
    again()
    sending.send_due()
    assert got(postbox) == ["fan0@example.org", "fan1@example.org"]


def test_a_server_that_is_down_costs_no_letter_and_moves_no_row(postbox: Postbox, settings: Any) -> None:
    due()
    settings.EMAIL_PORT = 1
    assert sending.send_due() == 0
    assert Letter.objects.get().tries == 0
    settings.EMAIL_PORT = postbox.port
    assert sending.send_due() == 1


def test_the_cap_holds_over_all_runs_and_lets_go_of_the_others(postbox: Postbox, settings: Any) -> None:
    due(4)
    settings.LETTERS_PER_MINUTE = 3
    assert sending.send_due() == 3
    left = Letter.objects.get(state=State.DUE)
    assert (left.owner, left.tries) == (None, 0)


def test_what_two_runs_reach_for_is_held_by_one() -> None:
    due(3)
    first, second = sending.claim(uuid4()), sending.claim(uuid4())
    assert (len(first), second) == (3, [])


def test_what_a_killed_worker_held_is_sent_and_what_it_had_marked_is_unsure(postbox: Postbox) -> None:
    due(3)
    me = uuid4()
    held, marked, worn = sending.claim(me)
    past = timezone.now() - dt.timedelta(seconds=1)
    Letter.objects.update(lease_until=past, next_due_at=past)
    Letter.objects.filter(pk=marked.pk).update(state=State.SENDING)
    Letter.objects.filter(pk=worn.pk).update(tries=sending.TRIES)
    assert sending.send_due() == 1
    assert states() == [State.SENT, State.UNSURE, State.REFUSED]
    assert got(postbox) == ["fan0@example.org"]
    assert Letter.objects.get(pk=held.pk).said == ""


@pytest.mark.parametrize("end", ["stop", "mute", "unfollow", "bounce"])
def test_whoever_ends_it_while_it_is_held_gets_no_letter(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    (letter,) = due()
    ends: dict[str, Callable[[], object]] = {
        "stop": lambda: stopping.stop_letters(letter.fan),
        "bounce": lambda: stopping.bounced_address("FAN0@example.org"),
        "mute": lambda: Follow.objects.update(muted=True),
        "unfollow": lambda: Follow.objects.all().delete(),
    }
    monkeypatch.setattr(steps, "reached", lambda step: ends[end]() if step == "l0" else None)
    assert sending.send_due() == 0
    assert states() == [State.NOTHING]
    assert postbox.raw == []


def test_a_letter_stopped_after_it_was_drawn_does_not_go_out(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    (letter,) = due()
    monkeypatch.setattr(steps, "reached", lambda step: stopping.stop_letters(letter.fan) if step == "l1" else None)
    assert sending.send_due() == 0
    assert (states(), postbox.raw) == ([State.NOTHING], [])
    assert Fan.objects.get().rhythm == Rhythm.NEVER


def test_a_letter_that_came_too_late_is_not_sent(postbox: Postbox) -> None:
    (letter,) = due()
    Letter.objects.filter(pk=letter.pk).update(late_after=timezone.now() - dt.timedelta(seconds=1))
    assert sending.send_due() == 0
    assert states() == [State.NOTHING]


def test_a_letter_that_cannot_be_drawn_holds_up_no_other(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, _ = due(2)
    draw = drawing.drawn

    def drawn(letter: Letter) -> Any:
        if letter.pk == broken.pk:
            raise RuntimeError("a template is broken")
        return draw(letter)

    monkeypatch.setattr(drawing, "drawn", drawn)
    assert sending.send_due() == 1
    assert got(postbox) == ["fan1@example.org"]
    assert states() == [State.CLAIMED, State.SENT]
