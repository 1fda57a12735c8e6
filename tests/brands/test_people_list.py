"""The full list of a brand's people."""

import pytest
from django.test import Client

from brands.models import Brand, Enrolment, Team, Topic
from tests.brands.pages import enrol, names, read, words
from tests.factories import make_brand, make_enrolment, make_person

pytestmark = pytest.mark.django_db
LIST = "/brands/vesper/people/"


@pytest.fixture
def vesper() -> Brand:
    """Vesper with four people, and a stranger at another brand."""
    vesper = make_brand("Vesper", slug="vesper")
    board = Team.objects.create(brand=vesper, slug="on-board", name="On board")
    winter = Topic.objects.create(brand=vesper, slug="winter", name="Winter timetable")
    people = [
        enrol(vesper, "Ingrid Solbakk", team=board, title="Driver", place="Villach"),
        enrol(vesper, "Tomáš Řeháček", title="Timetable planner", place="Prague"),
        enrol(vesper, "Noor van Dalen", team=board, title="Carriage designer", place="Utrecht"),
        enrol(vesper, "Mateus Figueira", state="paused", title="Track inspector", place="Guarda"),
    ]
    for enrolment, languages, sort_name in zip(
        people, (["de", "nb"], ["cs"], ["nl", "de-AT"], []), ("solbakk", "rehacek", "dalen", "figueira"), strict=True
    ):
        enrolment.person.languages, enrolment.person.sort_name = languages, sort_name
        enrolment.person.save()
    people[1].topics.add(winter)
    enrol(make_brand("Nightjar", slug="nightjar"), "Outside Person", title="Driver", place="Villach")
    return vesper


def found(client: Client, query: str = "") -> list[str]:
    return names(read(client, LIST + query))


def test_everybody_who_said_yes_is_listed_by_family_name(client: Client, vesper: Brand) -> None:
    for state in ("invited", "declined", "left", "suspended"):
        enrol(vesper, f"Hidden {state}", state=state)
    page = read(client, LIST)
    assert names(page) == ["Noor van Dalen", "Mateus Figueira", "Tomáš Řeháček", "Ingrid Solbakk"]
    assert "4 people" in words(page)
    assert "Hidden" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=rehacek", ["Tomáš Řeháček"]),
        ("?q=TOMÁŠ", ["Tomáš Řeháček"]),
        ("?q=planner+prag", ["Tomáš Řeháček"]),
        ("?q=winter", ["Tomáš Řeháček"]),
        ("?q=on+board", ["Noor van Dalen", "Ingrid Solbakk"]),
        ("?q=villach", ["Ingrid Solbakk"]),
        ("?q=outside", []),
        ("?team=on-board", ["Noor van Dalen", "Ingrid Solbakk"]),
        ("?topic=winter", ["Tomáš Řeháček"]),
        ("?place=utrecht", ["Noor van Dalen"]),
        ("?place=ÚTRECHT", ["Noor van Dalen"]),
        ("?language=de", ["Noor van Dalen", "Ingrid Solbakk"]),
        ("?language=de&place=villach", ["Ingrid Solbakk"]),
        ("?network=x&team=on-board", ["Noor van Dalen", "Ingrid Solbakk"]),
        ("?team=on-board&q=prague", []),
        ("?unknown=1", ["Noor van Dalen", "Mateus Figueira", "Tomáš Řeháček", "Ingrid Solbakk"]),
        ("?q=%20", ["Noor van Dalen", "Mateus Figueira", "Tomáš Řeháček", "Ingrid Solbakk"]),
    ],
)
def test_search_and_filters_narrow_the_list(client: Client, vesper: Brand, query: str, expected: list[str]) -> None:
    assert found(client, query) == expected


def test_the_count_is_announced_and_can_be_cleared(client: Client, vesper: Brand) -> None:
    page = read(client, LIST + "?team=on-board")
    status = words(page.split('role="status">')[1].split("</p>")[0])
    assert status == "2 of 4 people Show all 4"
    assert f'<a href="{LIST}">Show all 4</a>' in page


@pytest.mark.parametrize("facet", ["team", "topic", "place", "language", "network"])
def test_a_filter_that_nobody_can_match_says_so(client: Client, vesper: Brand, facet: str) -> None:
    page = read(client, f"{LIST}?{facet}=<nope>")
    assert f"Nobody here has the {facet} “<nope>”. Show all 4" in words(page)
    assert "<nope>" not in page
    assert names(page) == []


def test_a_search_without_result_says_so_and_keeps_the_words(client: Client, vesper: Brand) -> None:
    page = read(client, LIST + "?q=zzz")
    assert "Nobody here matches that. Show all 4" in words(page)
    assert 'value="zzz"' in page
    assert "<title>“zzz” – Everyone at Vesper</title>" in page


def test_choices_show_their_counts_and_what_is_chosen(client: Client, vesper: Brand) -> None:
    page = read(client, LIST + "?language=de")
    assert '<option value="de" selected>German (2)</option>' in page
    assert '<option value="villach">Villach (1)</option>' in page
    assert '<label for="f-network">' not in page  # everybody is on X: nothing to choose between


def test_a_list_of_fifty_has_two_pages_that_keep_the_filters(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    for number in range(50):
        make_enrolment(vesper, make_person(f"Anna Name{number:02}", languages=["de"] if number < 49 else []))
    first, second = read(client, LIST + "?language=de"), read(client, LIST + "?language=de&page=2")
    assert names(first) == [f"Anna Name{number:02}" for number in range(48)]
    assert names(second) == ["Anna Name48"]
    assert 'href="?language=de&amp;page=2" rel="next">Next</a>' in first
    assert "<title>Page 2 of 2 – Everyone at Vesper</title>" in second
    assert names(read(client, LIST + "?page=99")) == ["Anna Name48", "Anna Name49"]
    assert names(read(client, LIST + "?page=x")) == names(read(client, LIST))


def test_htmx_gets_only_what_was_found(client: Client, vesper: Brand) -> None:
    fragment = read(client, LIST + "?q=ingrid", **{"HX-Request": "true"})
    assert fragment.startswith('<div class="stack roomy" id="found">')
    assert names(fragment) == ["Ingrid Solbakk"]
    whole = read(client, LIST + "?q=ingrid", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert whole.startswith("<!DOCTYPE html>")


def test_a_brand_without_people_has_no_form(client: Client) -> None:
    make_brand("Vesper", slug="vesper")
    page = read(client, LIST)
    assert "No one on the page yet" in page
    assert "<form" not in page


def test_a_person_of_two_brands_is_listed_at_each_by_its_own_yes(client: Client, vesper: Brand) -> None:
    person = Enrolment.objects.get(person__name="Ingrid Solbakk").person
    make_enrolment(Brand.objects.get(slug="nightjar"), person, title="Guest")
    assert "Ingrid Solbakk" in names(read(client, "/brands/nightjar/people/"))
    Enrolment.objects.filter(brand=vesper, person=person).update(state="left")
    assert "Ingrid Solbakk" not in found(client)
    assert "Ingrid Solbakk" in names(read(client, "/brands/nightjar/people/"))
