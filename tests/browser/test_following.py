"""Somebody without an account follows three people from a phone, and finds them again; in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import Page, expect

from brands.models import Brand
from brands.queries.removable import shown_of
from people import follow_requests, following
from people.models import Follow, Person, User
from tests.factories import make_role, make_user
from tests.people.following.fans import TOKEN, make_fan

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]
PHONE = {"width": 390, "height": 844}
NAMES = ("Ingrid Solbakk", "Oskar Brandl", "Yusuf Çelik")


def way() -> str:
    """Send what is owed, and return the way of the newest letter."""
    follow_requests.send_due()
    found = TOKEN.search(str(mail.outbox[-1].body))
    assert found
    return found[0]


@pytest.mark.parametrize("script", [True, False])
def test_a_fan_without_an_account_follows_three_people_from_a_phone(open_page: Open, script: bool) -> None:
    page, seen = open_page(viewport=PHONE, java_script_enabled=script, timezone_id="Europe/Vienna")
    page.goto("/brands/vesper/")
    page.get_by_role("link", name="Follow along").click()
    for name in NAMES:
        page.get_by_role("checkbox", name=name).check()
    page.get_by_label("E-mail").fill("lea@example.org")
    expect(page.get_by_label("Your time zone")).to_have_value("Europe/Vienna" if script else "UTC")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="A letter is next")).to_be_visible()
    page.goto(way())
    page.get_by_role("button", name="Yes, follow them").click()
    expect(page.get_by_role("heading", name="Whom you follow")).to_be_visible()
    assert {row.person.name for row in Follow.objects.select_related("person")} == set(NAMES)
    page.goto("/brands/vesper/people/")
    following_ingrid = page.get_by_role("button", name="Following Ingrid Solbakk")
    expect(following_ingrid).to_have_attribute("aria-pressed", "true")
    following_ingrid.click()
    expect(page.get_by_role("button", name="Follow Ingrid Solbakk", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    assert Follow.objects.count() == 2
    assert seen.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: Open, axe: str, scheme: str, width: int) -> None:
    page, seen = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    found = []

    def look(address: str) -> None:
        page.goto(address)
        found.extend(looked_at(page, axe, width))

    ingrid = Person.objects.get(slug="ingrid")
    ingrid.links = [{"label": "Mastodon", "url": "https://rail.example/@ingrid"}]
    ingrid.save()
    fan = make_user("lea@example.org")
    for address in ("/people/ingrid/follow/", "/brands/vesper/follow/", "/following/asked/", "/following/done/"):
        look(address)
    page.goto("/people/oskar/follow/")
    page.get_by_label("E-mail").fill("lea@example.org")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="A letter is next")).to_be_visible()
    address = way()
    look(address)
    page.get_by_role("button", name="Yes, follow Oskar").click()
    expect(page.get_by_role("heading", name="Whom you follow")).to_be_visible()
    following.settle(fan, rhythm="weekly", zone="UTC", name="Lea Marin", actor=fan)
    following.say_so(fan, Person.objects.get(slug="oskar").pk, on=True, actor=fan)
    people = [row.person_id for row in Brand.objects.get(slug="vesper").enrolments.filter(state="active")]
    following.follow(fan, people[:6], actor=fan)
    for address in (
        "/home/people/",
        "/home/people/erase/",
        "/brands/vesper/",
        "/brands/vesper/people/",
        "/people/oskar/",
    ):
        look(address)
    assert found == []
    assert seen.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_where_fans_and_reports_are_looked_after(
    open_page: Open, axe: str, scheme: str, width: int
) -> None:
    page, seen = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    vesper, ingrid = Brand.objects.get(slug="vesper"), Person.objects.get(slug="ingrid")
    ingrid.user = make_user("ingrid@example.org")
    ingrid.save()
    make_role(ingrid.user, vesper)
    fans = [make_fan(ingrid, name=name) for name in ("Lea Marin", "Max Weber")]
    for fan in fans:
        following.say_so(fan.user, ingrid.pk, on=True, actor=fan.user)
    following.block(person=ingrid, fan=fans[1], actor=ingrid.user)
    post = shown_of(vesper, ingrid.pk)[0]
    page.goto(f"/posts/{post.pk}/")
    page.get_by_role("link", name="Report this post").click()
    page.get_by_label("It says something untrue").check()
    page.get_by_label("In your own words").fill("Trains do not fly.")
    found = looked_at(page, axe, width)
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_role("heading", name="Your report is on its way")).to_be_visible()
    found += looked_at(page, axe, width)
    sign_in(page, ingrid.user)
    for address in ("/desk/followers/", "/desk/reports/", "/studio/vesper/reports/", "/studio/vesper/people/"):
        page.goto(address)
        assert page.url.endswith(address)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        found += looked_at(page, axe, width)
    assert found == []
    assert seen.said == []


def looked_at(page: Page, axe: str, width: int) -> list[tuple[str, str, list[str]]]:
    """Return what axe finds on the page that is open; it must not scroll sideways."""
    page.wait_for_load_state()
    page.evaluate(axe)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    result = page.evaluate("axe.run()")
    return [(page.url, rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in result["violations"]]


def sign_in(page: Page, user: User) -> None:
    """Let a browser be somebody's, without the pages of signing in."""
    client = Client()
    client.force_login(user)
    page.goto("/livez")
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": page.url}])
