"""Letters around an invitation: when they go out, how many, to whom, and what a mail server's no looks like."""

import datetime as dt
import smtplib
import threading
import time
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from brands import inviting_letters
from brands.answering import say_no, say_yes
from brands.enrolling import Yes, move
from brands.inviting import NotInvited, end_expired, invite, resend, revoke, token_of
from brands.inviting_letters import send_due_letters
from brands.models import Enrolment, Invitation
from people.profiles import hash_token
from tests.brands.inviting.asking import asked, vesper
from tests.factories import make_enrolment, make_person

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


class Refusing(EmailBackend):
    """A mail server that does not know the recipient, or asks to wait."""

    code = 550

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"x": (self.code, b"no such\r\nmailbox")})


class Waiting(Refusing):
    """Asks to wait."""

    code = 451


class Away(EmailBackend):
    """Does not answer at all."""

    def open(self) -> bool:
        raise ConnectionRefusedError


class Breaking(EmailBackend):
    """Takes the letter and breaks off."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        raise smtplib.SMTPServerDisconnected("gone")


class Cut(EmailBackend):
    """Breaks off before it has taken anything."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("gone")


def end(invitation: Invitation, ending: str) -> None:
    """Say yes to an invitation, or take it back."""
    if ending == "yes":
        say_yes(invitation=invitation)
    else:
        revoke(invitation=invitation, actor=None)


def subjects() -> list[str]:
    return [letter.subject for letter in mail.outbox]


def test_the_letter_is_in_the_inviters_words_and_an_answer_reaches_them() -> None:
    invitation = asked()
    assert send_due_letters() == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == (["ingrid@vesper.example"], ["marta@vesper.example"])
    assert letter.body.startswith("Come along!\n\nmarta@vesper.example\n")
    assert f"/invitations/{token_of(invitation)}/" in letter.body
    assert "No is fine, and so is doing nothing." in letter.body


def test_only_the_hash_of_the_token_is_stored() -> None:
    invitation = asked()
    token = token_of(invitation)
    assert token is not None
    assert len(token) == 43
    row = Invitation.objects.values().get()
    assert row["token_hash"] == hash_token(token)
    assert token not in str(row)


def test_another_key_makes_no_link_and_says_so_instead_of_sending(settings: Settings) -> None:
    asked()
    settings.SECRET_KEY = "another"
    assert send_due_letters() == 0
    assert Invitation.objects.get().bounce == inviting_letters.KEY_LOST
    settings.SECRET_KEY_FALLBACKS = []


def test_reminders_come_after_3_and_10_days_and_no_more() -> None:
    days = []
    with time_machine.travel(START, tick=False) as clock:
        asked()
        for hour in range(24 * 20):
            clock.move_to(START + dt.timedelta(hours=hour))
            if send_due_letters():
                days.append(hour / 24)
    assert days == [0, 3, 10]
    assert [subject.split(":")[0] for subject in subjects()[1:]] == ["A reminder", "Last reminder"]


@pytest.mark.parametrize("ending", ["no", "yes", "revoked"])
def test_no_reminder_follows_an_answer_or_a_revocation(ending: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        invitation = asked()
        send_due_letters()
        invitation.refresh_from_db()
        if ending == "no":
            say_no(invitation=invitation)
        elif ending == "yes":
            move(invitation.enrolment, to="active", actor=None, yes=Yes(START))
        else:
            revoke(invitation=invitation, actor=None)
        for day in range(20):
            clock.move_to(START + dt.timedelta(days=day))
            send_due_letters()
    after = {"no": [], "yes": [], "revoked": ["The invitation to the page of Vesper was taken back"]}
    assert subjects()[1:] == after[ending]


def test_who_never_had_a_letter_is_not_told_that_it_was_taken_back() -> None:
    revoke(invitation=asked(), actor=None)
    assert send_due_letters() == 0


def test_a_letter_is_not_doubled_by_two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    real, second = inviting_letters._claim, []

    def claimed_late(row: Invitation, step: Any) -> bool:
        if not second:
            second.append(True)
            assert send_due_letters() == 1  # another worker comes between reading and claiming
        return real(row, step)

    monkeypatch.setattr(inviting_letters, "_claim", claimed_late)
    assert send_due_letters() == 0
    assert len(mail.outbox) == 1


def test_a_letter_that_broke_off_is_not_sent_again_and_the_studio_reads_why(settings: Settings) -> None:
    with time_machine.travel(START, tick=False) as clock:
        asked()
        settings.EMAIL_BACKEND = f"{__name__}.Breaking"
        send_due_letters()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        clock.shift(dt.timedelta(hours=1))
        assert send_due_letters() == 0
    assert len(mail.outbox) == 1
    assert Invitation.objects.get().bounce == inviting_letters.LOST


def test_a_mail_server_that_is_away_loses_no_letter(settings: Settings) -> None:
    asked()
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    assert send_due_letters() == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due_letters() == 1


def test_a_refusal_is_noted_in_words_and_ends_the_letters(settings: Settings) -> None:
    with time_machine.travel(START, tick=False) as clock:
        asked()
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        send_due_letters()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        clock.shift(dt.timedelta(days=4))
        assert send_due_letters() == 0
    row = Invitation.objects.get()
    assert (row.letters, row.bounce) == (0, "the mail server said: 550 no such mailbox")


def test_a_passing_refusal_is_tried_again_a_quarter_of_an_hour_later(settings: Settings) -> None:
    with time_machine.travel(START, tick=False) as clock:
        asked()
        settings.EMAIL_BACKEND = f"{__name__}.Waiting"
        send_due_letters()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert send_due_letters() == 0
        clock.shift(dt.timedelta(minutes=15))
        assert send_due_letters() == 1
    assert Invitation.objects.get().letters == 1


def test_no_more_letters_go_out_in_a_minute_than_the_cap_allows(settings: Settings) -> None:
    settings.MAIL_PER_MINUTE = 2
    brand, marketer = vesper()
    for name in ("Ada A", "Bo B", "Cy C", "Di D", "Ed E"):
        asked(brand, marketer, name=name)
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        assert [send_due_letters(), send_due_letters()] == [2, 0]
        clock.shift(dt.timedelta(seconds=61))
        assert send_due_letters() == 2
    assert [letter.to[0][:3] for letter in mail.outbox] == ["ada", "bo@", "cy@", "di@"]


def test_sending_again_makes_a_new_link_and_ends_the_old_one() -> None:
    with time_machine.travel(START, tick=False) as clock:
        invitation = asked()
        old = token_of(invitation)
        send_due_letters()
        invitation.refresh_from_db()
        with pytest.raises(NotInvited):
            resend(invitation=invitation, actor=None)  # a second press
        clock.shift(dt.timedelta(days=5))
        resend(invitation=invitation, actor=None)
        assert send_due_letters() == 1
    new = token_of(invitation)
    assert new != old
    assert str(new) in mail.outbox[-1].body
    assert invitation.expires_at == START + dt.timedelta(days=19)
    assert Invitation.objects.count() == 1


def test_who_said_no_gets_nothing_when_the_studio_sends_again_and_the_studio_sees_no_difference() -> None:
    with time_machine.travel(START, tick=False) as clock:
        brand, marketer = vesper()
        silent, refused = asked(brand, marketer, name="Ada A"), asked(brand, marketer, name="Bo B")
        send_due_letters()
        refused.refresh_from_db()
        silent.refresh_from_db()
        say_no(invitation=refused)
        clock.shift(dt.timedelta(days=1))
        for one in (silent, refused):
            resend(invitation=one, actor=marketer)
        send_due_letters()
        assert [letter.to for letter in mail.outbox] == [
            ["ada@vesper.example"],
            ["bo@vesper.example"],
            ["ada@vesper.example"],
        ]
        seen = Invitation.objects.values_list(
            "letters", "sent_at", "expires_at", "revoked_at", "bounced_at", "next_letter_at", "enrolment__state"
        )
        assert seen[0] == seen[1]
        clock.shift(dt.timedelta(days=15))
        assert end_expired() == 2
        assert seen.all()[0] == seen.all()[1]
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"declined"}


def test_who_had_a_letter_is_told_of_the_taking_back_also_when_it_was_being_sent_again() -> None:
    with time_machine.travel(START, tick=False) as clock:
        invitation = asked()
        send_due_letters()
        clock.shift(dt.timedelta(hours=1))
        invitation.refresh_from_db()
        resend(invitation=invitation, actor=None)
        revoke(invitation=invitation, actor=None)
        send_due_letters()
    assert subjects()[1:] == ["The invitation to the page of Vesper was taken back"]


def test_an_invitation_is_sent_again_three_times_a_day_and_no_more() -> None:
    with time_machine.travel(START, tick=False) as clock:
        invitation = asked()
        for _ in range(3):
            send_due_letters()
            clock.shift(dt.timedelta(hours=1))
            invitation.refresh_from_db()
            resend(invitation=invitation, actor=None)
        send_due_letters()
        clock.shift(dt.timedelta(hours=1))
        invitation.refresh_from_db()
        link = invitation.token_hash
        with pytest.raises(NotInvited, match="wait until tomorrow"):
            resend(invitation=invitation, actor=None)
        invitation.refresh_from_db()
        assert (invitation.token_hash, len(mail.outbox)) == (link, 4)
        clock.shift(dt.timedelta(days=1))
        resend(invitation=invitation, actor=None)


@pytest.mark.parametrize("ending", ["yes", "revoked"])
@pytest.mark.parametrize("trouble", ["Waiting", "Cut"])
def test_the_letter_after_an_answer_is_tried_again_when_the_mail_server_asks_to_wait(
    settings: Settings, ending: str, trouble: str
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        invitation = asked()
        send_due_letters()
        invitation.refresh_from_db()
        end(invitation, ending)
        mail.outbox.clear()
        settings.EMAIL_BACKEND = f"{__name__}.{trouble}"
        assert send_due_letters() == 0
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        clock.shift(dt.timedelta(minutes=14))
        assert send_due_letters() == 0
        clock.shift(dt.timedelta(minutes=1))
        assert send_due_letters() == 1
        clock.shift(dt.timedelta(days=20))
        assert send_due_letters() == 0
    assert Invitation.objects.get().bounced_at is None


@pytest.mark.parametrize("ending", ["yes", "revoked"])
def test_the_letter_after_an_answer_is_given_up_for_a_lasting_refusal_and_after_two_days(
    settings: Settings, ending: str
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        brand, marketer = vesper()
        for name, backend in (("Ada A", "Refusing"), ("Bo B", "Waiting")):
            invitation = asked(brand, marketer, name=name)
            send_due_letters()
            invitation.refresh_from_db()
            end(invitation, ending)
            settings.EMAIL_BACKEND = f"{__name__}.{backend}"
            for hours in (0, 1, 50):
                clock.shift(dt.timedelta(hours=hours))
                send_due_letters()
            invitation.refresh_from_db()
            code = {"Refusing": 550, "Waiting": 451}[backend]
            assert (invitation.bounce, invitation.next_letter_at) == (
                f"the mail server said: {code} no such mailbox",
                None,
            )
            settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_nobody_is_asked_twice_without_an_address_or_after_an_answer() -> None:
    invitation = asked()
    no_address = make_enrolment(invitation.enrolment.brand, make_person(), state="invited")
    answered = make_enrolment(invitation.enrolment.brand, make_person(), email="a@vesper.example")
    for enrolment in (invitation.enrolment, no_address, answered):
        with pytest.raises(NotInvited):
            invite(enrolment=enrolment, actor=None, words="", language="en")
    assert Invitation.objects.count() == 1


def test_control_characters_of_the_words_do_not_reach_the_letter() -> None:
    asked(words="Hello\x00\x1b[31m\r\nthere\u202e")
    send_due_letters()
    assert mail.outbox[0].body.startswith("Hello[31m\nthere\n")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_workers_who_claim_at_the_same_moment_one_gets_the_letter() -> None:
    asked()
    rows = Invitation.objects.select_related("enrolment")
    start, won = threading.Barrier(2), []

    def claim() -> None:
        row = rows.get()
        step = inviting_letters._step(row, timezone.now())
        with transaction.atomic():
            start.wait()
            won.append(inviting_letters._claim(row, step))
            time.sleep(0.3)  # the other waits for this row
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, True]
    assert Invitation.objects.get().letters == 1
