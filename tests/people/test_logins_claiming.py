"""A login finds the person who named its address at their yes."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from people import tombstones
from people.logins import claim_person, is_anothers, login_for, stays_away
from people.models import Person
from tests.advocacy.test_sign_in import sign_in_by_code
from tests.factories import make_person, make_user

pytestmark = pytest.mark.django_db


def test_the_first_code_that_is_entered_makes_the_address_the_login(client: Client) -> None:
    person = make_person(login_address="ingrid@home.example")
    make_person("Outside Person")
    login_for("ingrid@home.example")
    client.post(reverse("account_request_login_code"), {"email": "ingrid@home.example"})
    assert Person.objects.get(pk=person.pk).user is None
    found = re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    client.post(reverse("account_confirm_login_code"), {"code": found[1]})
    person.refresh_from_db()
    assert person.user is not None
    assert person.user.email == "ingrid@home.example"
    assert Person.objects.exclude(pk=person.pk).get().user is None


def test_an_address_that_nobody_confirmed_claims_nobody() -> None:
    make_person(login_address="ingrid@home.example")
    assert claim_person(login_for("ingrid@home.example")) is None


def test_a_login_that_is_a_persons_already_takes_nobody_over() -> None:
    user = login_for("ingrid@home.example", verified=True)
    first = make_person(user=user)
    second = make_person(login_address="ingrid@home.example")
    assert is_anothers("Ingrid@Home.example", second)
    assert not is_anothers("ingrid@home.example", first)
    assert claim_person(user) is None
    second.refresh_from_db()
    assert second.user is None


def test_a_person_who_has_a_login_is_not_given_another() -> None:
    theirs = make_user()
    make_person(login_address="ingrid@home.example", user=theirs)
    user = login_for("ingrid@home.example", verified=True)
    assert claim_person(user) is None
    assert EmailAddress.objects.filter(user=user, verified=True).exists()


def test_an_address_that_two_people_named_gives_nobody_away(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("Mallory Berg", "Ingrid Solheim"):
        make_person(name, login_address="ingrid@home.example")
    user = login_for("ingrid@home.example", verified=True)
    assert claim_person(user) is None
    assert list(Person.objects.exclude(user=None)) == []
    assert [line.getMessage() for line in caplog.records if line.name == "people.logins"] == [
        f"login {user.pk} was given nobody: several people named its address"
    ]


@pytest.mark.parametrize("way", ["account_signup", "account_request_login_code"])
def test_somebody_erased_who_signs_in_has_come_back_also_where_no_person_waits_and_others_have_not(
    client: Client, way: str
) -> None:
    mine, others = "ingrid@home.example", "oskar@home.example"
    tombstones.put(tombstones.Kind.ADDRESS, [mine, others])
    if way != "account_signup":
        login_for(mine)
    client.post(reverse(way), {"email": mine})
    assert stays_away(mine)  # anybody may have asked for the code
    found = re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    confirm = "account_email_verification_sent" if way == "account_signup" else "account_confirm_login_code"
    client.post(reverse(confirm), {"code": found[1]})
    assert tombstones.known(tombstones.Kind.ADDRESS, [mine, others]) == {others}


def test_an_address_that_a_signed_in_person_confirms_as_their_new_one_has_come_back(client: Client) -> None:
    tombstones.put(tombstones.Kind.ADDRESS, ["ingrid@new.example"])
    login_for("ingrid@home.example")
    sign_in_by_code(client, "ingrid@home.example")
    client.post(reverse("account_email"), {"email": "ingrid@new.example", "action_add": ""})
    assert tombstones.known(tombstones.Kind.ADDRESS, ["ingrid@new.example"])
    found = re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    client.post(reverse("account_email_verification_sent"), {"code": found[1]})
    assert not tombstones.known(tombstones.Kind.ADDRESS, ["ingrid@new.example"])
