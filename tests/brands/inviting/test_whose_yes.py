"""Whose yes an invitation takes: who reads the mailbox of a work address may no longer be the one who once said yes."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from brands import consenting, joining
from brands.enrolling import enrol_person
from brands.inviting import invite
from brands.inviting_letters import send_due_letters
from brands.models import Brand, Enrolment
from people.logins import claim_person, login_for
from people.models import Person, User
from people.profile_changes import close_own_page
from tests.brands.inviting.asking import address, asked, letter_path, said_yes, vesper
from tests.brands.pages import names, read, words
from tests.factories import make_brand, make_enrolment, make_person, make_user

pytestmark = pytest.mark.django_db
WORK, HOME = "ingrid@vesper.example", "ingrid@home.example"
LISTED = "/brands/vesper/people/"


def listed(*, private: str = HOME) -> Person:
    """Let Ingrid say yes to Vesper at her work address, with or without a private one; Oskar stands there too."""
    brand, marketer = vesper()
    make_enrolment(brand, make_person("Oskar Brandl"))
    asked(brand, marketer)
    path = letter_path()
    if private:
        said_yes(Client(), path)
    else:
        Client().post(f"{path}yes/")
    return Person.objects.get(name="Ingrid Solheim")


def answered_in_the_mailbox(brand: Brand) -> Person:
    """Let a brand ask at the work address, and whoever reads it now say yes with an address of their own."""
    path = asked_at_work(brand)
    client = Client()
    client.post(f"{path}line/", {"line": "loves the boss", "address": "boss@vesper.example"})
    client.post(f"{path}yes/")
    return Enrolment.objects.filter(brand=brand, state="active").latest("pk").person


def asked_at_work(brand: Brand) -> str:
    person = make_person("I S", slug=None, page_open=False)
    enrolment = enrol_person(brand=brand, person=person, actor=None, email=WORK)
    return address(invite(enrolment=enrolment, actor=None, words="", language="en"))


def leave(person: Person) -> None:
    consenting.leave(enrolment=person.enrolments.get(), actor=person.user, label="listing link")


@pytest.mark.parametrize("login", [True, False])
def test_who_left_is_not_brought_back_by_whoever_reads_their_work_mailbox(login: bool) -> None:
    person = listed()
    if login:
        claim_person(login_for(HOME, verified=True))
        person.refresh_from_db()
    leave(person)
    marketer = User.objects.get(email="marta@vesper.example")
    link = joining.make_link(
        brand=Brand.objects.get(), actor=marketer, note="", team=None, domain="vesper.example", days=9, cap=5,
        needs_approval=False,
    )  # fmt: skip
    Client().post(f"/join/{joining.token_of(link)}/", {"name": "I S", "email": WORK, "title": ""})
    path = letter_path()
    client = Client()
    client.post(f"{path}line/", {"line": "loves the boss", "address": "boss@vesper.example"})
    client.post(f"{path}yes/")
    person.refresh_from_db()
    assert (person.login_address, person.page_open) == (HOME, login)
    assert list(person.enrolments.values_list("state", flat=True)) == ["left"]
    assert names(read(Client(), LISTED)) == ["Oskar Brandl", "I S"]
    assert claim_person(login_for("boss@vesper.example", verified=True)) != person


def test_who_left_without_any_other_address_is_not_listed_anew_by_the_brand_they_left() -> None:
    person = listed(private="")
    leave(person)
    assert answered_in_the_mailbox(Brand.objects.get()) != person
    person.refresh_from_db()
    assert (person.page_open, person.enrolments.get().state) == (False, "left")


@pytest.mark.parametrize("private", ["", HOME])
def test_who_was_hidden_for_their_safety_stays_hidden_whoever_answers_for_them_after_they_left(private: str) -> None:
    person = listed(private=private)
    call_command("hide", person.slug)
    leave(person)
    assert answered_in_the_mailbox(Brand.objects.get()) == person
    person.refresh_from_db()
    assert (person.page_open, person.login_address) == (False, private)
    assert claim_person(login_for("boss@vesper.example", verified=True)) is None
    assert names(read(Client(), LISTED)) == ["Oskar Brandl"]


@pytest.mark.parametrize("login", [True, False])
def test_a_second_brand_at_the_same_work_address_finds_one_person_and_leaves_their_private_address(login: bool) -> None:
    person = listed()
    if login:
        claim_person(login_for(HOME, verified=True))
    assert answered_in_the_mailbox(make_brand("Nightjar", slug="nightjar")) == person
    person.refresh_from_db()
    assert person.login_address == HOME
    assert not User.objects.filter(email="boss@vesper.example").exists()
    mail.outbox.clear()
    send_due_letters()
    assert [letter.to for letter in mail.outbox if "Nightjar" in letter.body] == [[HOME]]


def test_the_preview_says_that_a_private_address_of_before_stays(client: Client) -> None:
    listed()
    path = asked_at_work(make_brand("Nightjar", slug="nightjar"))
    client.post(f"{path}line/", {"line": "", "address": "boss@vesper.example"})
    page = words(read(client, f"{path}preview/"))
    assert "becomes your login" not in page
    assert "You have a login here already, or named an address for it; it stays." in page


def test_who_reads_a_work_mailbox_opens_no_page_that_its_owner_closed_at_the_desk(client: Client) -> None:
    listed()
    person = claim_person(login_for(HOME, verified=True))
    assert person
    close_own_page(person=person, actor=person.user)
    path = asked_at_work(make_brand("Nightjar", slug="nightjar"))
    page = read(client, f"{path}preview/")
    assert 'name="open"' not in page
    assert "at your desk" in words(page)
    client.post(f"{path}yes/", {"open": "yes"})
    person.refresh_from_db()
    assert not person.page_open


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(login_for(email, verified=True))
    return client


def test_who_says_yes_signed_in_at_the_address_that_was_asked_has_a_login() -> None:
    asked()
    client = signed_in(WORK)
    client.post(f"{letter_path()}yes/")
    assert Person.objects.get().user == User.objects.get(email=WORK)
    assert "Ingrid" in read(client, "/desk/appearances/")
    send_due_letters()
    assert mail.outbox[-1].to == [WORK]


def test_nobody_is_given_away_to_another_login_or_against_a_private_address() -> None:
    brand, marketer = vesper()
    asked(brand, marketer, name="Ada A")
    signed_in(WORK).post(f"{letter_path()}yes/")  # somebody else's invitation, opened in the same browser
    asked(brand, marketer)
    said_yes(signed_in(WORK), letter_path())
    make_person("Bo B", user=make_user("bo@vesper.example"), slug="bo")
    make_enrolment(brand, Person.objects.get(slug="bo"))
    asked(brand, marketer, name="Bo B")
    signed_in("bo@vesper.example").post(f"{letter_path()}yes/")  # has a page of their own, and stands here already
    assert list(Person.objects.exclude(slug="bo").values_list("user", flat=True)) == [None] * 3
