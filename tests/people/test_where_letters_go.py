"""A letter about somebody goes to their own address, or where they were asked; never to whom another typed."""

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from brands.models import Enrolment, Invitation
from people import link_ends, reporting, tombstones
from people.models import Account, Connection, Delivery, Draft, Person, PostReport
from people.publishing import ending, letters
from people.publishing.outbox import content_of
from people.reaching import own_address
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_user

pytestmark = pytest.mark.django_db
VICTIM, WORK = "victoria@own.example", "ingrid@work.example"


@pytest.fixture
def account() -> Account:
    """An account of somebody without a login, whom a brand shows."""
    account = make_account(make_person("Ingrid Solheim"))
    make_enrolment(make_brand("Vesper"), account.person, account=account, email=WORK)
    return account


def names(account: Account, address: str) -> None:
    Person.objects.filter(pk=account.person_id).update(login_address=address)
    account.person.refresh_from_db()


def reported(account: Account, times: int = 1) -> list[str]:
    """Let posts be reported; return to whom a letter goes."""
    for _ in range(times):
        reporting.report(post=make_post(account), why="other", words="A face.", client="here")
    reporting.tell_due()
    return [letter.to[0] for letter in mail.outbox]


def delivery(account: Account, words: str, **fields: object) -> Delivery:
    now, content = timezone.now(), content_of({"text": words, "lang": "", "pictures": []})
    draft = Draft.objects.create(person=account.person, text=words, to=[account.pk])
    times = {"state_changed_at": now, "due_at": now, "late_after": now}
    return Delivery.objects.create(draft=draft, person=account.person, account=account, **times, **content, **fields)


def test_nothing_about_them_reaches_whose_login_the_address_is_that_they_named(account: Account) -> None:
    make_person("Victoria Berg", user=make_user(VICTIM))
    names(account, VICTIM)
    delivery(account, "Good morning.", state="held", reason="person")
    delivery(account, "Good night.", state="needs_human", told=Delivery.ENDING)
    Connection.objects.create(account=account, network="x", linked_at=timezone.now(), tell_at=timezone.now())
    assert reported(account) == [WORK]
    link_ends.write_due()
    letters.tell_due()
    ending.over(account.person_id, since=timezone.now())
    assert [letter.to[0] for letter in mail.outbox] == [WORK]


def test_nor_whoever_was_erased_under_the_address_that_they_named(account: Account) -> None:
    names(account, VICTIM)
    assert own_address(account.person) == VICTIM
    tombstones.put(tombstones.Kind.ADDRESS, [VICTIM])
    assert own_address(account.person) == ""
    assert reported(account) == [WORK]


@pytest.mark.parametrize("times", [1, 2])
def test_an_author_without_a_login_reads_of_a_report_where_they_were_asked(account: Account, times: int) -> None:
    assert reported(account, times) == [WORK]
    body = " ".join(str(mail.outbox[0].body).split())
    assert ("/desk/" in body, "stands at the permanent link" in body) == (False, True)
    assert not PostReport.objects.filter(tell_at__isnull=False).exists()


def test_it_goes_to_the_address_of_their_invitation_whatever_a_list_says_later(account: Account) -> None:
    later = timezone.now() + dt.timedelta(days=3)
    enrolment = Enrolment.objects.get()
    Invitation.objects.create(enrolment=enrolment, address="asked@work.example", token_hash="t", expires_at=later)
    assert reported(account) == ["asked@work.example"]


def test_who_has_a_private_address_reads_of_it_there_and_decides_at_the_desk(account: Account) -> None:
    names(account, "ingrid@home.example")
    assert reported(account) == ["ingrid@home.example"]
    assert "/desk/reports/" in mail.outbox[0].body


@pytest.mark.parametrize("state", ["invited", "declined", "left"])
def test_where_no_yes_holds_nobody_is_written_to(account: Account, state: str) -> None:
    Enrolment.objects.update(state=state)
    assert reported(account) == []
    assert not PostReport.objects.filter(tell_at__isnull=False).exists()
