"""The letter to somebody whom a brand lists."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from pytest_django import Settings

from brands import tasks
from brands.letters import Sent, send_listing_letters, send_owed_letters
from brands.models import Brand, Enrolment
from people.models import Person
from people.profiles import hash_token
from tests.brands.importing.lists import enrol, write
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_user

SINCE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def listed(name: str = "Ingrid Solheim", **fields: object) -> Enrolment:
    fields.setdefault("email", "ingrid@example.org")
    account = make_account(make_person(name, slug=None), handle="ingrid")
    Person.objects.filter(pk=account.person.pk).update(slug="ingrid-solheim")
    brand = fields.pop("brand", None) or make_brand("Vesper", slug="vesper")
    return make_enrolment(
        brand,  # type: ignore[arg-type]
        account=account,
        since=SINCE,
        consent_reference="works agreement",
        **fields,  # type: ignore[arg-type]
    )


@pytest.mark.django_db
def test_the_letter_says_who_lists_what_is_shown_and_how_to_leave(settings: Settings) -> None:
    settings.SITE_URL = "https://people.example.com"
    enrolment = listed()
    assert send_listing_letters([enrolment.pk]) == Sent(sent=1)
    (letter,) = mail.outbox
    token = re.search(r"https://people\.example\.com/listing/([\w-]{43})/", letter.body)
    assert token is not None
    assert Person.objects.get().listing_hash == hash_token(token[1])
    assert (letter.to, letter.subject) == (["ingrid@example.org"], "Vesper lists you among its people")
    assert (
        letter.body
        == f"""Hello Ingrid,

Vesper lists you among its people on Chorus. Your consent is on file there as:
works agreement

What is shown of you, at https://people.example.com/brands/vesper/ and on your own page
https://people.example.com/people/ingrid-solheim/ :

- @ingrid on X: what you say in public, from 1 January 2020 on

This is your own link. It shows where you are listed, and lets you leave at any time:
https://people.example.com/listing/{token[1]}/

It needs no password, so keep this letter and don't pass it on.

If you leave, Vesper shows nothing of you any longer. Your accounts and your followers stay yours.
"""
    )


@pytest.mark.django_db
def test_names_are_written_as_they_are_and_cannot_add_a_header() -> None:
    enrolment = listed(brand=make_brand("Q & A\nBcc: x@example.org"))
    send_listing_letters([enrolment.pk])
    assert mail.outbox[0].subject == "Q & A Bcc: x@example.org lists you among its people"
    assert mail.outbox[0].recipients() == ["ingrid@example.org"]


@pytest.mark.django_db
def test_a_letter_for_a_second_brand_leaves_the_first_link_working() -> None:
    first = listed()
    send_listing_letters([first.pk])
    kept = Person.objects.get().listing_hash
    second = make_enrolment(make_brand(), first.person, email="other@example.org")
    send_listing_letters([second.pk])
    assert Person.objects.get().listing_hash == kept
    assert ["/listing/" in letter.body for letter in mail.outbox] == [True, False]
    assert "a link of your own from an earlier letter" in mail.outbox[1].body


@pytest.mark.django_db
def test_who_has_a_login_is_written_to_there_and_who_has_no_address_is_counted() -> None:
    enrolment = listed()
    Person.objects.update(user=make_user("private@example.org"))
    stranger = make_enrolment(enrolment.brand)
    invited = make_enrolment(enrolment.brand, state="invited", email="not-yet@example.org")
    assert send_listing_letters([enrolment.pk, stranger.pk, invited.pk]) == Sent(sent=1, without_address=1)
    assert [letter.to for letter in mail.outbox] == [["private@example.org"]]


class OutOfOrder(BaseEmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, email_messages: object) -> int:
        raise ConnectionRefusedError


@pytest.mark.django_db
def test_mail_that_fails_leaves_the_enrolment_and_the_next_import_tries_again(
    tmp_path: Path, settings: Settings
) -> None:
    brand = make_brand()
    path = write(tmp_path, "Name,Email,X\nIngrid Solheim,i@example.org,ingrid\nJonas Berg,j@example.org,jonas\n")
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.brands.test_letters.OutOfOrder"
    report = enrol(brand, path, mail=True)
    assert (report.letters, report.clean) == (Sent(failed=2), False)
    assert list(Enrolment.objects.values_list("state", flat=True)) == ["active", "active"]
    assert list(Person.objects.values_list("listing_hash", flat=True)) == ["", ""]
    settings.EMAIL_BACKEND = good
    again = enrol(brand, path, mail=True)
    assert (again.letters, again.counts["unchanged"]) == (Sent(sent=2), 2)
    assert enrol(brand, path, mail=True).letters == Sent()
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_no_mail_means_no_mail_and_no_link(tmp_path: Path) -> None:
    report = enrol(make_brand(), write(tmp_path, "Name,Email,X\nA B,a@example.org,ab\n"))
    assert (report.letters, mail.outbox, Person.objects.get().listing_hash) == (None, [], "")


class Killed(BaseException):
    """What nothing catches, as a process that is killed catches nothing."""


class KilledBefore(BaseEmailBackend):
    """A process that is killed just before its letter goes out."""

    def send_messages(self, email_messages: object) -> int:
        raise Killed


class KilledAfter(EmailBackend):
    """A process that is killed just after its letter went out, before it can note that."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        super().send_messages(messages)
        raise Killed


def link_in(letter: EmailMessage) -> str:
    """Return the token of the permanent link in a letter."""
    found = re.search(r"/listing/([\w-]{43})/", str(letter.body))
    return found[1] if found else ""


@pytest.fixture
def cut_off(tmp_path: Path, settings: Settings) -> Callable[[type[BaseEmailBackend]], Path]:
    """Return a function that imports one person and is killed at their letter; it returns the list."""

    def enrol_killed(backend: type[BaseEmailBackend]) -> Path:
        path = write(tmp_path, "Name,Email,X\nIngrid Solheim,i@example.org,ingrid\n")
        good = settings.EMAIL_BACKEND
        settings.EMAIL_BACKEND = f"tests.brands.test_letters.{backend.__name__}"
        with pytest.raises(Killed):
            enrol(make_brand("Vesper", slug="vesper"), path, mail=True)
        settings.EMAIL_BACKEND = good
        return path

    return enrol_killed


Cut = Callable[[type[BaseEmailBackend]], Path]


@pytest.mark.django_db
def test_a_letter_of_an_import_that_was_killed_is_sent_by_the_next_import(cut_off: Cut) -> None:
    path = cut_off(KilledBefore)
    again = enrol(Brand.objects.get(), path, mail=True)
    assert (again.letters, again.counts["unchanged"]) == (Sent(sent=1), 1)
    assert Person.objects.get().listing_hash == hash_token(link_in(mail.outbox[0]))
    assert enrol(Brand.objects.get(), path, mail=True).letters == Sent()


@pytest.mark.django_db
def test_a_letter_of_an_import_that_was_killed_is_sent_by_a_worker_a_quarter_of_an_hour_later(cut_off: Cut) -> None:
    cut_off(KilledBefore)
    assert send_owed_letters() == 0  # the import may still be at it
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert [tasks.send_listing_letters(), tasks.send_listing_letters()] == [1, 0]
    assert [letter.to for letter in mail.outbox] == [["i@example.org"]]
    assert Person.objects.get().listing_hash == hash_token(link_in(mail.outbox[0]))


@pytest.mark.django_db
def test_an_import_that_is_killed_before_any_letter_owes_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(ids: object) -> Sent:
        raise Killed

    monkeypatch.setattr("brands.importing.carrying.send_listing_letters", killed)
    with pytest.raises(Killed):
        enrol(make_brand(), write(tmp_path, "Name,Email,X\nA B,a@example.org,ab\nC D,c@example.org,cd\n"), mail=True)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert send_owed_letters() == 2
    assert sorted(letter.to[0] for letter in mail.outbox) == ["a@example.org", "c@example.org"]


@pytest.mark.django_db
def test_a_letter_that_goes_out_twice_carries_the_same_link(cut_off: Cut) -> None:
    cut_off(KilledAfter)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert send_owed_letters() == 1
    first, second = mail.outbox
    assert link_in(first) == link_in(second) != ""
    assert Person.objects.get().listing_hash == hash_token(link_in(first))


@pytest.mark.django_db
def test_a_letter_for_a_second_brand_that_is_sent_later_leaves_the_first_link_working() -> None:
    first = listed()
    send_listing_letters([first.pk])
    kept = Person.objects.get().listing_hash
    make_enrolment(make_brand(), first.person, email="other@example.org", letter_due_at=timezone.now())
    assert send_owed_letters() == 1
    assert Person.objects.get().listing_hash == kept
    assert [bool(link_in(letter)) for letter in mail.outbox] == [True, False]


@pytest.mark.django_db
def test_a_letter_that_fails_is_tried_again_at_growing_pauses_until_it_goes_out(settings: Settings) -> None:
    now = timezone.now()
    enrolment = listed(consented_at=now, letter_due_at=now)
    good, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.brands.test_letters.OutOfOrder"
    pauses = []
    with time_machine.travel(now, tick=False) as clock:
        for _ in range(4):
            assert send_owed_letters() == 0
            due = Enrolment.objects.get(pk=enrolment.pk).letter_due_at
            assert due is not None
            pauses.append((due - timezone.now()).total_seconds() / 60)
            clock.move_to(due)
        settings.EMAIL_BACKEND = good
        assert send_owed_letters() == 1
    assert pauses == [15, 15, 30, 60]
    assert Enrolment.objects.get(pk=enrolment.pk).letter_due_at is None


@pytest.mark.django_db
def test_who_is_active_no_longer_gets_no_letter_and_an_import_without_mail_owes_none(tmp_path: Path) -> None:
    now = timezone.now()
    for state in ("invited", "paused", "suspended", "left", "declined"):
        make_enrolment(state=state, email=f"{state}@example.org", letter_due_at=now)
    enrol(make_brand(), write(tmp_path, "Name,Email,X\nA B,a@example.org,ab\n"))
    with time_machine.travel(now + dt.timedelta(days=1)):
        assert send_owed_letters() == 0
    assert mail.outbox == []


@pytest.mark.django_db
def test_owed_letters_keep_to_the_cap_of_a_minute(settings: Settings) -> None:
    settings.MAIL_PER_MINUTE = 2
    for number in range(3):
        make_enrolment(email=f"p{number}@example.org", letter_due_at=timezone.now())
    assert [send_owed_letters(), send_owed_letters()] == [2, 0]
