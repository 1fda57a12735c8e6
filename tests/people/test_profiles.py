"""People: how they are named, ordered and coloured, and the address of their page."""

import hashlib

import pytest

from people import profiles
from people.models import BACKDROPS, Person
from people.models.person import OldSlug
from tests.factories import make_account, make_person


@pytest.mark.django_db
def test_a_new_person_has_no_page_and_no_address() -> None:
    person = profiles.make_person(name="Ingrid Solheim", given="Ingrid", family="Solheim")
    assert (person.slug, person.page_open, person.user) == (None, False, None)
    assert (person.sort_name, person.first_name) == ("solheim ingrid", "Ingrid")


@pytest.mark.django_db
def test_the_nickname_is_what_a_person_is_called() -> None:
    person = profiles.make_person(name="Chuck Álvarez", given="Charles", family="Álvarez", nickname="Chuck")
    assert (person.sort_name, person.first_name) == ("alvarez charles", "Chuck")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "called"), [("Robert B.", "Robert"), ("G. K.", "G. K."), ("Anna Maria", "Anna Maria")]
)
def test_initials_after_a_given_name_are_not_called_out(given: str, called: str) -> None:
    assert profiles.make_person(name=f"{given} X", given=given, family="X").first_name == called


@pytest.mark.django_db
def test_eight_new_people_have_eight_backdrops_and_the_ninth_the_first_again() -> None:
    found = [profiles.make_person(name=f"P {n}").backdrop for n in range(9)]
    assert found == [*BACKDROPS, BACKDROPS[0]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ingrid Solheim", "ingrid-solheim"),
        ("José Núñez", "jose-nunez"),
        ("Søren Łuczak-Weiß", "soren-luczak-weiss"),
        ("Sanford D. Bishop Jr.", "sanford-d-bishop-jr"),
    ],
)
def test_the_address_is_made_from_the_name(name: str, slug: str) -> None:
    person = profiles.make_person(name=name)
    profiles.open_page(person)
    person.refresh_from_db()
    assert (person.slug, person.page_open) == (slug, True)


@pytest.mark.django_db
def test_a_name_in_another_script_gets_an_address_with_a_number() -> None:
    person = profiles.make_person(name="山田 太郎")
    profiles.open_page(person)
    assert person.slug == f"person-{person.pk}"


@pytest.mark.django_db
def test_an_address_is_never_given_to_two_people_nor_again_after_somebody_used_it() -> None:
    make_person("Anna Berg", slug="anna-berg")
    OldSlug.objects.create(slug="anna-berg-2", person=None)
    person = profiles.make_person(name="Anna Berg")
    profiles.open_page(person)
    assert person.slug == "anna-berg-3"


@pytest.mark.django_db
def test_opening_a_page_again_keeps_its_address() -> None:
    person = profiles.make_person(name="Anna Berg")
    profiles.open_page(person)
    Person.objects.filter(pk=person.pk).update(name="Anna Lund", page_open=False)
    again = Person.objects.get(pk=person.pk)
    profiles.open_page(again)
    again.refresh_from_db()
    assert (again.slug, again.page_open) == ("anna-berg", True)


@pytest.mark.django_db
def test_a_closed_page_keeps_its_address_and_shows_no_account() -> None:
    account, stranger = make_account(), make_account()
    profiles.close_page(account.person)
    account.refresh_from_db()
    stranger.refresh_from_db()
    assert (account.person.slug is None, account.page_from) == (False, None)
    assert not Person.objects.get(pk=account.person.pk).page_open
    assert stranger.page_from is not None


@pytest.mark.django_db
def test_only_the_hash_of_a_listing_link_is_kept() -> None:
    person = make_person()
    token = profiles.new_listing_link(person)
    person.refresh_from_db()
    assert len(token) >= 43  # 256 bits in base64
    assert person.listing_hash == hashlib.sha256(token.encode()).hexdigest() == profiles.hash_token(token)
    assert profiles.new_listing_link(person) != token
