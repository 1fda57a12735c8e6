"""Trouble with the mail, or a minute that is full, tells nobody who said no: whoever did looks like the others."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from pytest_django import Settings

from brands.answering import say_no
from brands.inviting import end_expired, invite, resend
from brands.inviting_letters import KEY_LOST, send_due_letters
from brands.models import Invitation
from brands.queries.invitations import standing
from people.models import User
from tests.brands.inviting.asking import asked, vesper
from tests.brands.pages import read, words
from tests.brands.studio.rooms import as_user
from tests.factories import make_enrolment, make_person

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
WORKING = "django.core.mail.backends.locmem.EmailBackend"
TROUBLES = ("Away", "Waiting", "Refusing", "Breaking", "Cut")


def break_mail(settings: Settings, trouble: str) -> None:
    settings.EMAIL_BACKEND = f"tests.brands.inviting.test_letters.{trouble}"


def looks() -> list[tuple[object, ...]]:
    """Return what the studio can see of each invitation but the name."""
    rows = Invitation.objects.select_related("enrolment").order_by("pk")
    fields = ("letters", "sent_at", "next_letter_at", "bounced_at", "bounce", "revoked_at", "expires_at")
    return [(standing(row).words, *(getattr(row, name) for name in fields)) for row in rows]


def three_of_whom_bo_said_no() -> list[Invitation]:
    brand, marketer = vesper()
    rows = [asked(brand, marketer, name=f"{name} A") for name in ("Ada", "Bo", "Cy")]
    send_due_letters()
    for row in rows:
        row.refresh_from_db()
    say_no(invitation=rows[1])
    return rows


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_no_looks_like_silence_while_reminders_do_not_go_out_and_afterwards(settings: Settings, trouble: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        three_of_whom_bo_said_no()
        marta = User.objects.get(email="marta@vesper.example")
        for day in range(2, 16):
            clock.move_to(START + dt.timedelta(days=day))
            settings.EMAIL_BACKEND = WORKING
            if day in {3, 4}:
                break_mail(settings, trouble)
            send_due_letters()
            send_due_letters()
            end_expired()
            assert len(set(looks())) == 1, day
            shown = words(read(as_user(marta), "/studio/vesper/invitations/"))
            assert "the mail server" not in shown
    later = [letter.to[0][:3] for letter in mail.outbox[3:]]
    assert later.count("bo@") == 0
    assert later[-2:] == ["ada", "cy@"]


def test_a_reminder_waits_for_a_mail_server_that_is_away(settings: Settings) -> None:
    with time_machine.travel(START, tick=False) as clock:
        three_of_whom_bo_said_no()
        clock.shift(dt.timedelta(days=3))
        break_mail(settings, "Away")
        send_due_letters()
        assert {look[0] for look in looks()} == {"letter went out"}
        clock.shift(dt.timedelta(hours=5))
        settings.EMAIL_BACKEND = WORKING
        assert send_due_letters() == 2
        assert {look[0] for look in looks()} == {"reminded"}


def test_a_no_takes_its_turn_among_the_letters_of_a_minute(settings: Settings) -> None:
    with time_machine.travel(START, tick=False) as clock:
        three_of_whom_bo_said_no()
        settings.MAIL_PER_MINUTE = 1
        moved = []
        clock.shift(dt.timedelta(days=3))
        for _ in range(3):
            clock.shift(dt.timedelta(seconds=61))
            send_due_letters()
            moved.append([letters for _, letters, *_ in looks()])
    assert moved == [[2, 1, 1], [2, 2, 1], [2, 2, 2]]


def test_a_no_looks_like_silence_when_the_key_of_the_links_is_lost(settings: Settings) -> None:
    with time_machine.travel(START, tick=False) as clock:
        three_of_whom_bo_said_no()
        clock.shift(dt.timedelta(days=3))
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []
        assert send_due_letters() == 0
        assert len(set(looks())) == 1
        assert looks()[0][5] == KEY_LOST


def test_a_letter_that_the_studio_sent_again_says_when_the_mail_server_does_not_take_it(settings: Settings) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ada, _, _ = three_of_whom_bo_said_no()
        clock.shift(dt.timedelta(days=1))
        resend(invitation=ada, actor=None)
        break_mail(settings, "Waiting")
        send_due_letters()
        assert [look[0] for look in looks()] == ["bounced", "letter went out", "letter went out"]
        settings.EMAIL_BACKEND = WORKING
        clock.shift(dt.timedelta(minutes=15))
        assert send_due_letters() == 1


def test_a_first_letter_in_silence_waits_for_the_mail_server_as_others_do(settings: Settings) -> None:
    brand, marketer = vesper()
    refused = asked(brand, marketer, name="Bo B")
    send_due_letters()
    say_no(invitation=refused)
    refused.refresh_from_db()
    Invitation.objects.update(revoked_at=refused.ended_at, next_letter_at=None)
    other = make_enrolment(brand, make_person(slug=None, page_open=False), state="invited", email="ada@vesper.example")
    for enrolment in (refused.enrolment, other):
        invite(enrolment=enrolment, actor=marketer, words="", language="en")
    break_mail(settings, "Away")
    send_due_letters()
    assert [look[0] for look in looks()] == ["taken back", "letter is on its way", "letter is on its way"]
    settings.EMAIL_BACKEND = WORKING
    assert send_due_letters() == 1
    assert [look[0] for look in looks()] == ["taken back", "letter went out", "letter went out"]
