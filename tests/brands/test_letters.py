"""The letter to somebody whom a brand lists."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from brands.letters import Sent, send_listing_letters
from brands.models import Enrolment
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
