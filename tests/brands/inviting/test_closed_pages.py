"""A yes opens no page that its owner, or whoever runs the site, had closed: that is asked, or stays as it is."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from advocacy.models import AuditEvent
from brands import consenting
from brands.enrolling import enrol_person
from brands.inviting import invite
from brands.inviting_letters import send_due_letters
from brands.models import Brand, Enrolment
from people.models import Person, User
from people.profile_changes import close_own_page
from tests.brands.inviting.asking import address
from tests.brands.pages import names, read, words
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_user

pytestmark = pytest.mark.django_db
BOX = '<input type="checkbox" name="open" value="yes">'  # nothing is chosen before they choose


def known(*, login: bool = True) -> Person:
    """Make somebody whom Nightjar lists."""
    user = make_user("ingrid@home.example") if login else None
    person = make_person("Ingrid Solheim", slug="ingrid", user=user)
    make_enrolment(make_brand("Nightjar", slug="nightjar"), person, account=make_account(person), email="i@n.example")
    make_enrolment(Brand.objects.get(), make_person("Oskar Brandl"))
    return person


def asked_elsewhere(email: str = "ingrid@home.example") -> str:
    """Let Vesper ask whoever reads this address; return the path of the invitation."""
    brand = make_brand("Vesper", slug="vesper")
    listed = make_person("Ingrid S.", slug=None, page_open=False)
    enrolment = enrol_person(brand=brand, person=listed, actor=None, email=email)
    return address(invite(enrolment=enrolment, actor=make_user(), words="", language="en"))


def seen(client: Client) -> list[str]:
    return [*names(read(client, "/brands/nightjar/people/")), *names(read(client, "/brands/vesper/people/"))]


def test_a_yes_elsewhere_opens_no_page_that_its_owner_closed(client: Client) -> None:
    person = known()
    close_own_page(person=person, actor=person.user)
    path = asked_elsewhere()
    page = read(client, f"{path}preview/")
    assert BOX in page
    assert "Your page on" in words(page)
    answer = client.post(f"{path}yes/", follow=True)
    assert "nobody sees you there" in words(answer.content.decode())
    assert Enrolment.objects.get(brand__slug="vesper").state == "active"
    assert Person.objects.get(pk=person.pk).page_open is False
    assert seen(client) == ["Oskar Brandl"]


def test_who_had_the_own_link_before_is_told_that_the_page_stays_closed(client: Client) -> None:
    person = known()
    Person.objects.filter(pk=person.pk).update(listing_hash="f" * 64)
    close_own_page(person=person, actor=person.user)
    path = asked_elsewhere()
    answer = client.post(f"{path}yes/", follow=True)
    assert "Your yes is noted, and your page stays closed" in words(answer.content.decode())
    assert answer.status_code == 200
    send_due_letters()
    assert "no page of this site shows you until it is open again" in mail.outbox[-1].body
    assert "You are now one of the people" not in mail.outbox[-1].body


def test_the_box_opens_it_for_all_brands_and_the_log_says_so(client: Client) -> None:
    person = known()
    close_own_page(person=person, actor=person.user)
    path = asked_elsewhere()
    client.post("/invitations/" + "x" * 43 + "/yes/", {"open": "yes"})  # a stranger who guesses
    assert seen(client) == ["Oskar Brandl"]
    client.post(f"{path}yes/", {"open": "yes"})
    assert seen(client) == ["Oskar Brandl", "Ingrid Solheim", "Ingrid Solheim"]
    assert AuditEvent.objects.filter(verb="page.opened", subject=f"person:{person.pk}").count() == 1


@pytest.mark.parametrize("login", [True, False])
def test_no_yes_opens_a_page_that_was_closed_for_somebodys_safety(client: Client, login: bool) -> None:
    person = known(login=login)
    call_command("hide", "ingrid")
    if not login:  # and what is left of it closes with their last yes
        consenting.leave(enrolment=person.enrolments.get(), actor=None)
    path = asked_elsewhere("ingrid@home.example" if login else "i@n.example")
    page = read(client, f"{path}preview/")
    assert BOX not in page
    assert "Whoever runs this site closed it" in words(page)
    assert ("at your desk" in words(page)) is login
    client.post(f"{path}yes/", {"open": "yes"})
    assert Enrolment.objects.get(brand__slug="vesper").state == "active"
    assert Person.objects.get(pk=person.pk).page_open is False
    assert "Ingrid Solheim" not in seen(client)


def test_a_page_that_closed_with_the_last_yes_opens_with_the_next(client: Client) -> None:
    person = known(login=False)
    consenting.leave(enrolment=person.enrolments.get(), actor=None)
    assert Person.objects.get(pk=person.pk).page_open is False
    path = asked_elsewhere("i@n.example")
    assert "is closed" not in words(read(client, f"{path}preview/"))
    client.post(f"{path}yes/")
    assert seen(client) == ["Oskar Brandl", "Ingrid Solheim"]


def test_whose_page_is_open_is_asked_nothing_and_another_reader_sees_nothing_of_a_closed_one(client: Client) -> None:
    person = known()
    path = asked_elsewhere()
    assert not re.search(r'name="open"|is closed', read(client, f"{path}preview/"))
    close_own_page(person=person, actor=person.user)
    other = make_brand("Third", slug="third")
    listed = make_person("Ingrid Solheim", slug=None, page_open=False)
    stranger = enrol_person(brand=other, person=listed, actor=None, email="namesake@third.example")
    theirs = address(invite(enrolment=stranger, actor=User.objects.first(), words="", language="en"))
    assert not re.search(r'name="open"|is closed', read(client, f"{theirs}preview/"))
