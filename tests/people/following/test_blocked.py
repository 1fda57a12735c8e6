"""What a blocked fan sees: everything as they left it, but for what the person says."""

import pytest
from django.test import Client
from django.utils import timezone

from people import following
from people.models import Fan, Person
from people.queries import home
from tests.brands.pages import read, words
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_user
from tests.people.following.fans import make_fan

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingrid() -> Person:
    """A person of Vesper, as three others are, who speaks and blocks."""
    person = make_person("Ingrid Solbakk", slug="ingrid", user=make_user())
    brand = make_brand("Vesper", slug="vesper")
    for one in (person, *(make_person(name) for name in ("Oskar Brandl", "Lea Marin", "Noor Later"))):
        make_enrolment(brand, one, account=make_account(one))
    return person


def block(person: Person, fan: Fan) -> None:
    assert person.user
    following.block(person=person, fan=fan, actor=person.user)


def test_home_goes_on_for_a_fan_whose_only_person_blocked_them(client: Client, ingrid: Person) -> None:
    fan = make_fan(ingrid)
    client.force_login(fan.user)
    before = words(read(client, "/home/"))
    block(ingrid, fan)
    make_post(ingrid.accounts.get(), "Snow.")
    assert words(read(client, "/home/")) == before
    assert "Ingrid Solbakk" in read(client, "/home/people/")
    following.mute(fan.user, ingrid.pk, on=True, actor=fan.user)
    page = words(read(client, "/home/"))
    assert "Whom do you want to read? " in page
    assert "You have muted everybody whom you follow" in page
    following.mute(fan.user, ingrid.pk, on=False, actor=fan.user)
    following.unfollow(fan.user, [ingrid.pk], actor=fan.user)
    assert "You have muted everybody" not in words(read(client, "/home/"))


def test_the_list_of_whose_words_and_the_number_at_a_brand_stay_the_same(client: Client, ingrid: Person) -> None:
    oskar = Person.objects.get(name="Oskar Brandl")
    make_post(oskar.accounts.get(), "Broom.", published_at=timezone.now())
    fan = make_fan(ingrid, oskar)
    client.force_login(fan.user)
    pages = ("/home/", "/home/?who=oskar", "/home/?who=ingrid", "/home/more/", "/brands/vesper/")
    before = [words(read(client, url)) for url in pages]
    assert "You already follow two people at Vesper" in before[3]
    block(ingrid, fan)
    assert [words(read(client, url)) for url in pages] == before


def test_new_colleagues_are_offered_as_before_and_who_blocks_is_offered_to_no_one_they_blocked(
    client: Client, ingrid: Person
) -> None:
    fan, other = make_fan(ingrid), make_fan(ingrid)
    pages = []
    for name in ("Noor Later", "Lea Marin"):
        joining = Person.objects.get(name=name)
        joining.enrolments.update(consented_at=timezone.now())
    for one in (fan, other):
        client.force_login(one.user)
        pages.append(words(read(client, "/home/people/")))
    assert pages[0].count("New at Vesper") == 2
    block(ingrid, make_fan())
    block(ingrid, fan)
    client.force_login(fan.user)
    assert words(read(client, "/home/people/")) == pages[0]
    Person.objects.filter(name="Lea Marin").update(user=make_user())
    block(Person.objects.get(name="Lea Marin"), fan)
    for address in ("/home/people/", "/home/", "/home/more/"):
        page = words(read(client, address))
        assert "Lea Marin" not in page, address
        assert "Noor Later" in page, address
    client.force_login(other.user)
    assert words(read(client, "/home/people/")) == pages[1]


def test_who_is_one_of_many_is_counted_and_found_as_before(ingrid: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "FEW", 1)
    fan = make_fan(ingrid, Person.objects.get(name="Oskar Brandl"))
    block(ingrid, fan)
    people = home.readable(fan)
    assert people.few is None
    assert [one.name for one in home.chosen(people, "solbakk").few or ()] == ["Ingrid Solbakk"]
    assert home.readable(make_fan()).few == []
