"""The first page of the site."""

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import server_error
from pytest_django import DjangoDbBlocker

from tests.brands.pages import enrol, names, read, words
from tests.factories import make_brand, make_enrolment

pytestmark = pytest.mark.django_db


def test_an_empty_site_says_how_to_begin(client: Client) -> None:
    page = words(read(client, "/"))
    assert "Nobody speaks here yet" in page
    assert "manage.py createbrand" in page


def test_every_brand_is_shown_by_faces_of_its_people(client: Client) -> None:
    vesper, nightjar = make_brand("Vesper", slug="vesper"), make_brand("Nightjar", slug="nightjar")
    make_brand("Aurora", slug="aurora")
    for number in range(7):
        elsewhere = enrol(vesper, f"Anna Name{number}").person
    enrol(nightjar, "Oskar Brandl", state="paused")
    make_enrolment(nightjar, elsewhere, state="invited")  # whose page is open by another yes
    enrol(nightjar, "Hidden Person", state="invited")
    page = read(client, "/")
    assert names(page) == ["Nightjar", "Vesper", "Aurora"]
    assert page.count('<img class="face large') == 5
    text = words(page)
    assert "Seven people speak here" in text
    assert "One person speaks here" in text
    assert "No one on the page yet" in text
    assert "Hidden" not in text


def test_the_operator_may_make_one_brands_page_the_first(client: Client, settings: object) -> None:
    settings.HOME_BRAND = "vesper"  # type: ignore[attr-defined] # pytest-django's fixture has no type
    enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk")
    make_brand("Nightjar")
    page = read(client, "/")
    assert "<title>The people of Vesper</title>" in page
    assert "Nightjar" not in page


def test_robots_are_told_to_leave_secret_addresses_and_rooms_behind_a_door_alone(client: Client) -> None:
    lines = read(client, "/robots.txt").splitlines()
    assert lines[0] == "User-agent: *"
    closed = {"listing", "invitations", "join", "following", "letters", "desk", "studio", "home", "sign-in", "erased"}
    assert {f"Disallow: /{room}/" for room in closed} <= set(lines)
    assert not [line for line in lines if line.startswith(("Disallow: /brands", "Disallow: /people", "Disallow: /p"))]


def test_pages_set_no_cookie_for_a_reader(client: Client) -> None:
    enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk")
    for address in ("/", "/brands/vesper/", "/brands/vesper/people/"):
        answer = client.get(address)
        assert dict(answer.cookies) == {}
        assert answer["Cache-Control"] == "private, no-cache"


def test_the_page_for_our_own_mistakes_needs_no_database(
    rf: RequestFactory, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.block():
        answer = server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "This page broke" in answer.content.decode()


def test_a_wrong_address_gets_a_page_in_the_look(client: Client) -> None:
    page = read(client, "/nowhere/", 404)
    assert "There is no such page" in page
    assert 'href="/static/voices.css"' in page
