"""Letters of the sign-in pages go out beside the answer: what mail does tells nobody which addresses are known."""

import re
import smtplib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as Outbox
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from advocacy import mailing, signin
from people.logins import Adapter, login_for
from tests.advocacy.test_sign_in import PASSWORD

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "amara@example.org", "nobody@example.org"
WAYS = ["account_request_login_code", "account_reset_password", "account_signup"]
_opened, _sent = threading.Event(), threading.Semaphore(0)


class Slow(Outbox):
    """A mail server that takes no letter before the test lets it, and tells when it has one."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if not _opened.wait(20):
            raise TimeoutError
        done: int = super().send_messages(messages)
        _sent.release()
        return done


class Away(BaseEmailBackend):
    """A mail server that is not there."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise smtplib.SMTPRecipientsRefused({messages[0].to[0]: (550, b"who?")})


@pytest.fixture
def slow(settings: Settings) -> Iterator[None]:
    _opened.clear()
    settings.EMAIL_BACKEND = f"{__name__}.Slow"
    yield
    _opened.set()


def asked(way: str, address: str) -> tuple[int, str, str]:
    """Ask at one of the doors; return what a stranger sees, without their own address."""
    client = Client(raise_request_exception=False)
    answer = client.post(reverse(way), {"email": address})
    page = client.get(answer.get("Location", "/")).content.decode().replace(address, "")
    return answer.status_code, answer.get("Location", ""), re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("slow")
def test_no_answer_waits_for_a_slow_mail_server_and_the_letter_comes_later(way: str) -> None:
    login_for(KNOWN, password=PASSWORD, verified=True)
    began = time.monotonic()
    seen = asked(way, KNOWN)
    assert seen == asked(way, UNKNOWN)
    assert seen[0] == 302
    assert time.monotonic() - began < 10  # the server takes nothing for 20 seconds
    assert mail.outbox == []
    _opened.set()
    # who signs up is known from then on, and confirms the address
    owed = {KNOWN, UNKNOWN} if way == "account_signup" else {KNOWN}
    assert all(_sent.acquire(timeout=10) for _ in owed)
    assert {to for letter in mail.outbox for to in letter.to} == owed


@pytest.mark.parametrize("way", WAYS)
def test_a_mail_server_that_is_away_shows_the_same_page_to_known_and_unknown_addresses(
    way: str, settings: Settings
) -> None:
    login_for(KNOWN, password=PASSWORD, verified=True)
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    seen = asked(way, KNOWN)
    assert seen == asked(way, UNKNOWN)
    assert seen[0] == 302
    assert "If nothing comes" in seen[2]


def test_what_went_wrong_is_logged_without_the_address(caplog: pytest.LogCaptureFixture) -> None:
    message = EmailMessage("Code", "ABC", to=[KNOWN], connection=Away())
    mailing.send_quietly(message)
    assert "did not go out: SMTPRecipientsRefused" in caplog.text
    assert KNOWN not in caplog.text


def test_a_letter_is_written_for_an_unknown_address_too_and_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    write: Callable[..., EmailMessage] = Adapter.render_mail

    def noted(self: Adapter, template: str, *words: object, **named: object) -> EmailMessage:
        written.append(template)
        return write(self, template, *words, **named)

    monkeypatch.setattr(Adapter, "render_mail", noted)
    for way in WAYS[:2]:
        asked(way, UNKNOWN)
    assert written == ["account/email/login_code"] * 2
    assert mail.outbox == []


@pytest.mark.parametrize("address", [KNOWN, UNKNOWN])
def test_a_sign_up_takes_its_time_whether_a_login_is_made_or_is_there(address: str) -> None:
    login_for(KNOWN, verified=True)
    began = time.monotonic()
    Client().post(reverse("account_signup"), {"email": address})
    assert time.monotonic() - began >= signin.SIGN_UP_TAKES


@pytest.mark.usefixtures("slow")
def test_letters_do_not_pile_up_without_end(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(mailing, "_room", threading.BoundedSemaphore(2))
    for _ in range(3):
        mailing.post(EmailMessage("Code", "ABC", to=[KNOWN]))
    assert "dropped: 500 are waiting" in caplog.text
    assert KNOWN not in caplog.text
    _opened.set()
    assert [_sent.acquire(timeout=10) for _ in range(2)] == [True, True]
    assert len(mail.outbox) == 2


@pytest.mark.usefixtures("slow")
def test_a_letter_that_waited_until_its_code_was_dead_is_dropped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mailing, "GOOD_FOR", -1)
    mailing.post(EmailMessage("Code", "ABC", to=[KNOWN]))
    deadline = time.monotonic() + 10
    while "waited for more than" not in caplog.text and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert "waited for more than" in caplog.text
    assert mail.outbox == []


@pytest.mark.usefixtures("slow")
def test_a_process_that_is_ending_answers_as_always_and_keeps_no_room(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    room = threading.BoundedSemaphore(1)
    monkeypatch.setattr(mailing, "_pool", ended)
    monkeypatch.setattr(mailing, "_room", room)
    mailing.post(EmailMessage("Code", "ABC", to=[KNOWN]))
    assert "dropped: the process is ending" in caplog.text
    assert KNOWN not in caplog.text
    assert room.acquire(blocking=False)
