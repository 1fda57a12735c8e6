"""Who was asked stays who was asked: the address is the brand's to write until the first letter is made."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from brands import tending
from brands.answering import say_yes
from brands.inviting import invite, revoke, token_of
from brands.inviting_letters import send_due_letters
from brands.models import Enrolment, ImportRow, Invitation
from people.models import User
from tests.brands.inviting.asking import address, asked, letter_path, vesper
from tests.brands.pages import words
from tests.brands.studio.enrol import steps
from tests.brands.studio.rooms import as_user
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_user

pytestmark = pytest.mark.django_db
FACTS = tending.Facts("Guard", "", None, [], None, "boss@vesper.example")
STAYS = "The address stays as it was when the person was asked."


@pytest.fixture(autouse=True)
def folder(settings: object, tmp_path: object) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]


def marta() -> Client:
    return as_user(User.objects.get(email="marta@vesper.example"))


def rename_address(enrolment: Enrolment, email: str = "boss@vesper.example") -> str:
    """Send the form of the person's page with another address; return the address that stands afterwards."""
    marta().post(f"/studio/vesper/people/{enrolment.pk}/edit/", {"email": email, "title": "Guard"})
    enrolment.refresh_from_db()
    return enrolment.email


def test_the_form_says_that_the_address_stays_and_saves_the_rest() -> None:
    enrolment = asked().enrolment
    assert STAYS in words(marta().get(f"/studio/vesper/people/{enrolment.pk}/").content.decode())
    assert rename_address(enrolment) == "ingrid@vesper.example"
    assert enrolment.title == "Guard"


def test_an_address_that_was_asked_stays_when_the_invitation_was_taken_back() -> None:
    invitation = asked()
    revoke(invitation=invitation, actor=None)
    assert rename_address(invitation.enrolment) == "ingrid@vesper.example"


@pytest.mark.parametrize("known_by", ["a login", "a page", "another brand", "a no", "nothing"])
def test_the_address_of_somebody_who_is_known_otherwise_stays(known_by: str) -> None:
    brand, _ = vesper()
    person = make_person(
        slug="p" if known_by == "a page" else None, user=make_user() if known_by == "a login" else None
    )
    state = "declined" if known_by == "a no" else "invited"
    enrolment = make_enrolment(brand, person, state=state, email="ingrid@vesper.example")
    if known_by == "another brand":
        make_enrolment(person=person, state="invited")
    mended = "boss@vesper.example" if known_by == "nothing" else "ingrid@vesper.example"
    assert rename_address(enrolment) == mended


def test_a_form_that_was_open_when_the_yes_came_changes_nothing() -> None:
    invitation = asked()
    stale = Enrolment.objects.select_related("brand", "person").get()
    say_yes(invitation=invitation)
    with pytest.raises(tending.AddressStays):
        tending.edit(enrolment=stale, facts=FACTS, actor=None)
    assert Enrolment.objects.values_list("email", "title").get() == ("ingrid@vesper.example", "Night attendant")


def test_all_letters_go_to_the_address_that_was_asked_whatever_the_enrolment_says(client: Client) -> None:
    invitation = asked()
    path = letter_path()
    Enrolment.objects.update(email="boss@vesper.example")
    Invitation.objects.update(next_letter_at=timezone.now())
    send_due_letters()
    client.post(f"{path}yes/")
    send_due_letters()
    assert [letter.to for letter in mail.outbox] == [["ingrid@vesper.example"]] * 3
    assert "/listing/" in mail.outbox[-1].body
    assert token_of(invitation)


def test_an_invitation_of_before_goes_to_the_address_of_the_enrolment() -> None:
    invitation = asked()
    Invitation.objects.update(address="")
    letter_path()
    assert mail.outbox[-1].to == [invitation.enrolment.email]


def test_whoever_said_no_and_whoever_is_silent_cannot_be_told_apart_by_another_address() -> None:
    brand, user = vesper()
    one, two = asked(brand, user), asked(brand, user, name="Oskar Brandl")
    send_due_letters()
    Client().post(f"{address(one)}no/")
    Invitation.objects.update(sent_at=timezone.now() - dt.timedelta(hours=1))
    mail.outbox.clear()
    for invitation in (one, two):
        rename_address(invitation.enrolment, f"spy{invitation.pk}@vesper.example")
        marta().post(f"/studio/vesper/invitations/{invitation.pk}/resend/")
    send_due_letters()
    assert [letter.to for letter in mail.outbox] == [["oskar@vesper.example"]]


def test_a_file_says_that_the_address_differs_from_the_one_that_was_asked() -> None:
    client, brand = steps.studio("marketer")
    steps.enrolled(client, brand, "Name,E-mail,Staff number\nAnna Berg,anna@b.example,7\n")
    invite(enrolment=Enrolment.objects.select_related("brand", "person").get(), actor=None, words="", language="en")
    steps.enrolled(client, brand, "Name,E-mail,Staff number\nAnna Berg,boss@b.example,7\n")
    assert ImportRow.objects.latest("pk").problem == (
        "E-mail: the address differs from the one that was asked. "
        "Write that one, or end the invitation and enrol the person anew."
    )
    assert Enrolment.objects.get().email == "anna@b.example"


def test_a_file_changes_an_address_that_was_never_asked() -> None:
    client, brand = steps.studio("marketer")
    steps.enrolled(client, brand, "Name,E-mail,Staff number\nAnna Berg,ana@b.example,7\n")
    steps.enrolled(client, brand, "Name,E-mail,Staff number\nAnna Berg,anna@b.example,7\n")
    assert Enrolment.objects.get().email == "anna@b.example"


@pytest.mark.parametrize("asks", [True, False])
def test_undoing_a_file_gives_the_address_of_before_back_unless_the_other_one_was_asked(asks: bool) -> None:
    client, brand = steps.studio("marketer")
    steps.enrolled(client, brand, "Name,E-mail,Staff number\nAnna Berg,ana@b.example,7\n")
    file = steps.enrolled(client, brand, "Name,E-mail,Staff number\nAnna Berg,anna@b.example,7\n")
    if asks:
        enrolment = Enrolment.objects.select_related("brand", "person").get()
        invite(enrolment=enrolment, actor=None, words="", language="en")
    client.post(steps.address(file, "undo/"))
    file.refresh_from_db()
    assert (file.state, Enrolment.objects.get().email) == ("undone", "anna@b.example" if asks else "ana@b.example")


def test_a_file_does_not_change_the_address_of_somebody_who_said_yes() -> None:
    client, brand = steps.studio("marketer")
    make_enrolment(brand, make_person("Anna Berg"), email="anna@b.example", external_id="7")
    steps.enrolled(client, brand, "Name,E-mail,Staff number\nAnna Berg,boss@b.example,7\n")
    assert Enrolment.objects.get().email == "anna@b.example"


def enrol_by_hand(client: Client, slug: str, email: str) -> Enrolment:
    """Enrol I S by the form for one person."""
    fields = {"name": "I S", "email": email, "language": "en", "key": "a" * 32}
    assert client.post(f"/studio/{slug}/enrol/person/", fields).status_code == 302
    return Enrolment.objects.select_related("person", "brand").get(brand__slug=slug)


def known(email: str, *, login: bool) -> Enrolment:
    """Make Ingrid Solheim, who said yes to another brand, known by a login or by that brand's address."""
    person = make_person("Ingrid Solheim", user=make_user(email) if login else None, languages=["nn"], line="drives")
    account = make_account(person, handle="solheim_drives")
    return make_enrolment(make_brand("Nightjar"), account=account, email="" if login else email)


@pytest.mark.parametrize("login", [True, False])
def test_the_studio_sees_what_its_list_said_and_the_yes_makes_it_the_person_who_is_known(
    client: Client, login: bool
) -> None:
    there = known("ingrid@home.example", login=login)
    studio, brand = steps.studio("marketer")
    here = enrol_by_hand(studio, brand.slug, "ingrid@home.example")
    file = here.brand.imports.get()
    listed = here.person_id
    pages = (f"people/{here.pk}/", "people/", f"enrol/{file.pk}/rows/", f"invitations/write/{here.pk}/")
    for page in pages:
        shown = studio.get(f"/studio/{brand.slug}/{page}").content.decode()
        assert "I S" in shown
        assert not [word for word in ("Solheim", "solheim_drives", there.person.slug) if word in shown], page
    studio.post(f"/studio/{brand.slug}/invitations/write/{here.pk}/", {"words": "", "language": "en", "send": "1"})
    path = letter_path()
    assert "Solheim" not in mail.outbox[-1].body
    answer = client.post(f"{path}yes/")
    here.refresh_from_db()
    assert (here.person, here.state, here.person.name) == (there.person, "active", "Ingrid Solheim")
    assert answer.status_code == 302
    assert not Enrolment.objects.filter(person=listed).exists()
    assert list(type(here.person).objects.filter(pk=listed)) == []


def test_the_yes_is_of_the_listed_person_where_the_known_one_is_enrolled_here_already(client: Client) -> None:
    brand, user = vesper()
    person = make_person("Ingrid S.", user=make_user("ingrid@vesper.example"))
    make_enrolment(brand, person)
    invitation = asked(brand, user)
    client.post(f"{letter_path()}yes/")
    assert Enrolment.objects.get(pk=invitation.enrolment_id).person.name == "Ingrid Solheim"


def test_whom_another_brand_only_invited_is_not_recognised(client: Client) -> None:
    make_enrolment(person=make_person("Rude Name"), state="invited", email="ingrid@vesper.example")
    invitation = asked()
    client.post(f"{letter_path()}yes/")
    assert Enrolment.objects.get(pk=invitation.enrolment_id).person.name == "Ingrid Solheim"
