"""The Follow button: a link for strangers, one click with its state in words for readers, also on kept pages."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from advocacy import versions
from advocacy.pages import keeping
from brands.models import Brand
from people import following
from people.models import Follow
from tests.brands.pages import enrol, read
from tests.factories import make_account, make_brand, make_person, make_post, make_user
from tests.people.following.fans import confirmed, make_fan

pytestmark = pytest.mark.django_db
BUTTON = re.compile(r'aria-pressed="(true|false)">(\w+)<span class="for-readers"> ([^<]+)<')
LINK = re.compile(
    r'<a class="button[^"]*" href="/people/[\w-]+/follow/" rel="nofollow">Follow<span class="for-readers"> ([^<]+)<'
)


@pytest.fixture
def vesper() -> Brand:
    brand = make_brand("Vesper", slug="vesper")
    for name in ("Amara Okonjo", "Ingrid Solbakk", "Oskar Brandl"):
        enrol(brand, name)
    return brand


def states(page: str) -> dict[str, tuple[str, str]]:
    return {name: (pressed, word) for pressed, word, name in BUTTON.findall(page)}


@pytest.mark.parametrize("kept", [0, 8])
def test_the_way_home_goes_with_the_links_that_a_fan_ends_elsewhere(
    client: Client, vesper: Brand, settings: Settings, kept: int
) -> None:
    settings.PAGE_CACHE_MB = settings.PART_CACHE_MB = kept
    keeping.clear()
    versions.forget()
    person = vesper.enrolments.get(person__name="Ingrid Solbakk").person
    pages = ("/", "/brands/vesper/", f"/people/{person.slug}/", f"/posts/{make_post(make_account(person)).pk}/")
    fan = confirmed(client, person)
    other, signed_in = Client(), Client()
    confirmed(other, person, email="other@example.org")
    signed_in.force_login(fan.user)
    for url in pages:
        assert ("Home</a>" in read(client, url), "Sign in</a>" in read(client, url)) == (True, False), url
    following.end_links(fan.user, actor=fan.user)
    for url in pages:
        page = read(client, url)
        assert ("Home</a>" in page, "Sign in</a>" in page) == (False, True), url
        for one in (other, signed_in):
            assert "Home</a>" in read(one, url), url


@pytest.mark.parametrize("kept", [0, 8])
def test_each_reader_sees_their_own_state_on_the_cards(vesper: Brand, settings: Settings, kept: int) -> None:
    settings.PAGE_CACHE_MB = settings.PART_CACHE_MB = kept
    keeping.clear()
    versions.forget()
    ingrid, oskar, amara = (
        vesper.enrolments.get(person__name=name).person for name in ("Ingrid Solbakk", "Oskar Brandl", "Amara Okonjo")
    )
    stranger, fan, reader, ninja = Client(), Client(), Client(), Client()
    fan.force_login(make_fan(ingrid).user)
    confirmed(reader, oskar)
    ninja.force_login(amara_login := make_user())
    amara.user = amara_login
    amara.save()
    following_it, not_yet = ("true", "Following"), ("false", "Follow")
    for url in ("/brands/vesper/", "/brands/vesper/people/"):
        pages = {who: read(who, url) for who in (stranger, fan, reader, ninja, stranger)}
        assert sorted(set(LINK.findall(pages[stranger]))) == ["Amara Okonjo", "Ingrid Solbakk", "Oskar Brandl"]
        assert states(pages[stranger]) == {}
        assert "csrfmiddlewaretoken" not in pages[stranger]
        assert states(pages[fan]) == {"Ingrid Solbakk": following_it, "Oskar Brandl": not_yet, "Amara Okonjo": not_yet}
        assert states(pages[reader]) == {
            "Ingrid Solbakk": not_yet,
            "Oskar Brandl": following_it,
            "Amara Okonjo": not_yet,
        }
        assert states(pages[ninja]) == {"Ingrid Solbakk": not_yet, "Oskar Brandl": not_yet}  # nobody follows themself
    assert "Sign in" in pages[stranger]
    assert "Sign in" not in pages[reader]


def test_all_buttons_of_a_kept_page_ask_the_database_once(vesper: Brand, settings: Settings) -> None:
    settings.PAGE_CACHE_MB = 8
    client = Client()
    user = make_user()
    client.force_login(user)
    for rows in (3, 30):
        for number in range(rows - 3):
            enrol(vesper, f"Anna Name{number}")
        keeping.clear()
        versions.forget()
        read(client, "/brands/vesper/people/")
        with CaptureQueriesContext(connection) as asked:
            assert len(states(read(client, "/brands/vesper/people/"))) == rows
        assert len([q for q in asked if "people_follow" in q["sql"]]) == 1
        assert len(asked) == 3  # session, user, follows


def test_a_stranger_with_a_made_up_session_costs_no_follow_and_sets_no_cookie(
    vesper: Brand, settings: Settings
) -> None:
    settings.PAGE_CACHE_MB = 8
    keeping.clear()
    client = Client()
    client.cookies["session"] = "made-up"
    page = client.get("/brands/vesper/people/")
    assert len(LINK.findall(page.content.decode())) == 3
    bare = Client().get("/brands/vesper/people/")
    bare = Client().get("/brands/vesper/people/")
    assert (bare["Vary"], len(bare.cookies)) == ("HX-Request, Cookie, Accept-Encoding", 0)


def test_one_click_follows_and_leads_back_and_the_next_ends_it(client: Client) -> None:
    make_person("Ingrid Solbakk", slug="ingrid")
    client.force_login(make_user())
    for will, count in (("yes", 1), ("yes", 1), ("no", 0)):
        answer = client.post("/people/ingrid/follow/", {"follow": will, "next": "/brands/vesper/people/?team=nord"})
        assert (answer.status_code, answer["Location"]) == (302, "/brands/vesper/people/?team=nord")
        assert Follow.objects.count() == count
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""):
        answer = client.post("/people/ingrid/follow/", {"follow": "yes", "next": elsewhere})
        assert answer["Location"] == "/people/ingrid/"


def test_with_htmx_the_button_comes_back_in_its_new_state(client: Client) -> None:
    make_person("Ingrid Solbakk", slug="ingrid")
    client.force_login(make_user())
    answer = client.post("/people/ingrid/follow/", {"follow": "yes", "next": "/x/"}, headers={"HX-Request": "true"})
    assert states(answer.content.decode()) == {"Ingrid Solbakk": ("true", "Following")}
    assert answer.content.startswith(b"<form")


def test_whoever_is_signed_in_no_longer_keeps_the_person_whom_they_meant(client: Client) -> None:
    make_person(slug="ingrid")
    assert client.post("/people/ingrid/follow/", {"follow": "yes"})["Location"] == "/people/ingrid/follow/"
    answer = client.post("/people/ingrid/follow/", {"follow": "yes"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/people/ingrid/follow/")
    assert not Follow.objects.exists()


def test_a_click_without_the_forms_token_does_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    make_person(slug="ingrid")
    client.force_login(make_user())
    assert client.post("/people/ingrid/follow/", {"follow": "yes"}).status_code == 403
    assert not Follow.objects.exists()


def test_a_closed_page_cannot_be_followed_and_an_old_address_leads_on(client: Client) -> None:
    make_person(slug="closed", page_open=False)
    ingrid = make_person(slug="ingrid")
    ingrid.old_slugs.create(slug="ingrid-before")
    client.force_login(make_user())
    assert client.post("/people/closed/follow/", {"follow": "yes"}).status_code == 404
    assert client.get("/people/ingrid-before/follow/")["Location"] == "/people/ingrid/follow/"


def test_who_was_blocked_sees_the_button_as_they_left_it(client: Client) -> None:
    login = make_user()
    ingrid = make_person("Ingrid Solbakk", slug="ingrid", user=login)
    fan = make_fan(ingrid)
    following.block(person=ingrid, fan=fan, actor=login)
    client.force_login(fan.user)
    assert states(read(client, "/people/ingrid/")) == {"Ingrid Solbakk": ("true", "Following")}
    client.post("/people/ingrid/follow/", {"follow": "no"})
    assert states(read(client, "/people/ingrid/")) == {"Ingrid Solbakk": ("false", "Follow")}
    client.post("/people/ingrid/follow/", {"follow": "yes"})
    assert states(read(client, "/people/ingrid/")) == {"Ingrid Solbakk": ("true", "Following")}
    assert not Follow.objects.exists()
