"""The letter to somebody whom the studio took off, put back, or whose enrolment it ended: once, with the reason."""

import datetime as dt
import smtplib
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from advocacy.models import AuditEvent
from brands import standing_letters, tasks, tending
from brands.choosing import leave
from brands.models import Enrolment, StandingLetter
from brands.standing_letters import send_due_letters
from people.profile_changes import close_own_page
from tests.brands.pages import enrol
from tests.brands.studio.rooms import enter, strangers
from tests.factories import make_brand, make_enrolment, make_person, make_user

pytestmark = pytest.mark.django_db
REASON = "A customer is named in it"


class Waiting(EmailBackend):
    """A mail server that asks to wait."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"x": (451, b"later")})


class Refusing(EmailBackend):
    """A mail server that does not know the recipient."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({"x": (550, b"no such mailbox")})


@pytest.fixture
def mine() -> Enrolment:
    """Ingrid, with a login, and a colleague who must hear nothing."""
    brand = make_brand("Vesper", slug="vesper")
    enrolment = enrol(brand, "Ingrid Solbakk", email="work@vesper.example")
    enrolment.person.user = make_user("ingrid@home.example")
    enrolment.person.save()
    make_enrolment(brand, make_person("Oskar Lund", user=make_user()), email="oskar@vesper.example")
    return enrolment


def press(enrolment: Enrolment, deed: str, **fields: str) -> None:
    enter(enrolment.brand).post(f"/studio/vesper/people/{enrolment.pk}/{deed}/", fields)
    enrolment.refresh_from_db()


def sent() -> list[tuple[str, str]]:
    return [(letter.to[0], letter.subject) for letter in mail.outbox]


def test_who_is_taken_off_and_put_back_reads_so_in_two_letters(mine: Enrolment) -> None:
    press(mine, "take-off", reason=REASON)
    assert mail.outbox == []  # a worker writes, not the page
    assert tasks.send_letters() == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ingrid@home.example"], "Vesper took you off its pages, and why")
    assert REASON in letter.body
    assert "Your own page is yours, and so are your accounts, your posts and your followers" in letter.body
    assert f"/people/{mine.person.slug}/" in letter.body
    press(mine, "put-back")
    assert tasks.send_letters() == 1
    assert sent()[1:] == [("ingrid@home.example", "Vesper has put you back on its pages")]
    assert "They show your card and your posts again, as far as you chose." in mail.outbox[1].body
    assert tasks.send_letters() == 0
    assert letter.message()["Content-Language"] == "en"


def test_who_is_put_back_into_a_pause_reads_that_it_goes_on(mine: Enrolment) -> None:
    press(mine, "pause")
    press(mine, "take-off", reason=REASON)
    press(mine, "put-back")
    send_due_letters()
    assert "Your break there goes on as it was" in mail.outbox[-1].body


def test_who_is_ended_reads_why_and_that_their_page_is_theirs(mine: Enrolment, settings: Settings) -> None:
    press(mine, "end", **{"end-reason": "The depot was closed"})
    assert (tasks.send_letters(), tasks.send_letters()) == (1, 0)
    (letter,) = mail.outbox
    assert letter.subject == "Vesper no longer lists you, and why"
    assert "The depot was closed" in letter.body
    assert "Your accounts, your posts and your followers are yours, and so is your own page." in letter.body
    assert f"It is open as before: {settings.SITE_URL}/people/{mine.person.slug}/" in letter.body


def test_the_letter_is_true_also_for_whom_nobody_could_look_after_the_page(mine: Enrolment) -> None:
    mine.person.user = None
    mine.person.save()
    press(mine, "end", **{"end-reason": "The depot was closed"})
    send_due_letters()
    (letter,) = mail.outbox
    assert letter.to == ["work@vesper.example"]
    assert "It is closed now, as no other page here has your yes" in letter.body
    assert "It is open as before" not in letter.body


def test_the_letter_is_true_of_a_page_that_was_closed_before(mine: Enrolment) -> None:
    close_own_page(person=mine.person, actor=None, label="command hide")
    mine.person.user = None
    mine.person.save()
    press(mine, "end", **{"end-reason": "The depot was closed"})
    send_due_letters()
    (letter,) = mail.outbox
    assert "It is closed, as it was before. No yes opens it" in letter.body
    assert "A yes to another invitation opens it again" not in letter.body


def test_what_the_person_does_and_an_invitation_that_ends_bring_no_letter_of_this_kind(mine: Enrolment) -> None:
    leave(enrolment=mine, actor=mine.person.user)
    invited = make_enrolment(mine.brand, make_person("Noor van Dalen"), state="invited", email="noor@vesper.example")
    press(invited, "end")
    press(mine, "end")
    assert (send_due_letters(), StandingLetter.objects.count(), mail.outbox) == (0, 0, [])


def test_the_private_address_comes_before_the_work_address(mine: Enrolment) -> None:
    person = mine.person
    person.user = None
    person.login_address = "ingrid@private.example"
    person.save()
    assert standing_letters.address_of(mine) == "ingrid@private.example"
    make_person("Other Person", user=make_user("ingrid@private.example"))  # it turned out to be another person's login
    assert standing_letters.address_of(mine) == "work@vesper.example"


def test_strangers_cannot_have_anybody_written_to(mine: Enrolment) -> None:
    for who, client in (strangers(mine.brand) | {"logged out": Client()}).items():
        for deed, fields in (("take-off", {"reason": REASON}), ("end", {"end-reason": REASON})):
            status = client.post(f"/studio/vesper/people/{mine.pk}/{deed}/", fields).status_code
            assert (who, status) == (who, 302 if who == "logged out" else 404)
    assert not StandingLetter.objects.exists()


def test_two_workers_send_it_once(mine: Enrolment, monkeypatch: pytest.MonkeyPatch) -> None:
    press(mine, "take-off", reason=REASON)
    real = standing_letters.address_of

    def meanwhile(enrolment: Enrolment) -> str:
        monkeypatch.setattr(standing_letters, "address_of", real)
        assert send_due_letters() == 0  # another worker looks at this moment
        return real(enrolment)

    monkeypatch.setattr(standing_letters, "address_of", meanwhile)
    assert send_due_letters() == 1
    assert len(mail.outbox) == 1


def test_a_server_that_asks_to_wait_is_asked_again_for_two_days_and_one_that_refuses_is_not(
    mine: Enrolment, settings: Settings
) -> None:
    backend = settings.EMAIL_BACKEND
    with time_machine.travel(timezone.now(), tick=False) as clock:
        press(mine, "take-off", reason=REASON)
        settings.EMAIL_BACKEND = f"{__name__}.Waiting"
        assert send_due_letters() == 0
        assert send_due_letters() == 0
        clock.shift(standing_letters.TRY_AGAIN)
        settings.EMAIL_BACKEND = backend
        assert send_due_letters() == 1
        press(mine, "put-back")
        settings.EMAIL_BACKEND = f"{__name__}.Refusing"
        assert send_due_letters() == 0
        assert not StandingLetter.objects.filter(due_at__isnull=False).exists()
        press(mine, "take-off", reason=REASON)
        settings.EMAIL_BACKEND = f"{__name__}.Waiting"
        clock.shift(dt.timedelta(days=3))
        assert send_due_letters() == 0
        assert not StandingLetter.objects.filter(due_at__isnull=False).exists()


def test_the_reason_is_in_no_log(mine: Enrolment, caplog: pytest.LogCaptureFixture, settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    press(mine, "end", **{"end-reason": REASON})
    send_due_letters()
    assert REASON not in caplog.text
    assert "ingrid@home.example" not in caplog.text
    assert REASON not in str(list(AuditEvent.objects.values()))


def test_the_cap_of_letters_a_minute_holds_for_these_too(mine: Enrolment, settings: Settings) -> None:
    settings.MAIL_PER_MINUTE = 1
    tending.take_off(enrolment=mine, reason=REASON, actor=None)
    tending.put_back(enrolment=mine, actor=None)
    with time_machine.travel(timezone.now(), tick=False):
        assert (send_due_letters(), send_due_letters()) == (1, 0)
