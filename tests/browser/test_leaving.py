"""Leaving, being named afterwards, and being erased, in a real browser; the same without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.test import Client
from playwright.sync_api import Page, expect

from brands import alumni
from brands.models import Enrolment
from people import erasing
from people.models import Erasure, Fan, Follow, Person, Telling, User
from tests.factories import make_role, make_user

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]
WHERE, PASSWORD = "/desk/appearances/", "a long pass phrase"


def ingrid(page: Page) -> Enrolment:
    """Sign Ingrid in; give her a follower."""
    user = make_user("ingrid@example.org", PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    Person.objects.filter(slug="ingrid").update(user=user)
    enrolment = Enrolment.objects.select_related("brand", "person").get(person__slug="ingrid", brand__slug="vesper")
    Follow.objects.create(fan=Fan.objects.create(user=make_user("fan@example.org")), person=enrolment.person)
    sign_in(page, user)
    return enrolment


def sign_in(page: Page, user: User) -> None:
    """Give the browser the session of a fresh sign-in."""
    client = Client()
    if user.has_usable_password():
        client.post("/sign-in/login/", {"login": user.email, "password": PASSWORD})
    else:
        client.force_login(user)
    cookie = client.cookies[site_settings.SESSION_COOKIE_NAME].value
    page.goto("/livez")
    page.context.add_cookies([{"name": site_settings.SESSION_COOKIE_NAME, "value": cookie, "url": page.url}])


@pytest.mark.parametrize("script", [True, False])
def test_from_leaving_to_being_named_and_erased(open_page: Open, script: bool) -> None:
    page, seen = open_page(viewport={"width": 390, "height": 844}, java_script_enabled=script)
    enrolment = ingrid(page)
    page.goto(f"{WHERE}{enrolment.pk}/leaving/")
    page.get_by_label("What your followers read").fill("Off to the mountains.")
    page.get_by_label("Vesper may name me").check()
    page.get_by_label("Where I am now").fill("Nightjar")
    page.get_by_role("button", name="Leave Vesper").click()
    expect(page.get_by_text("You are named once Vesper wants that too.")).to_be_visible()
    assert Telling.objects.get().words == "Off to the mountains."
    page.goto("/brands/vesper/people/")
    expect(page.get_by_text("They were here")).to_have_count(0)
    alumni.offer(enrolment=Enrolment.objects.get(pk=enrolment.pk), actor=None)
    page.reload()
    expect(page.get_by_text("Now at Nightjar")).to_be_visible()
    page.goto("/desk/settings/")
    page.get_by_role("link", name="What goes, and how").click()
    page.get_by_label("Your name").fill("somebody")
    page.get_by_role("button", name="Erase me for good").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was erased.")
    page.get_by_label("Your name").fill(enrolment.person.name)
    page.get_by_role("button", name="Erase me for good").click()
    expect(page.get_by_role("heading", name="You are being erased")).to_be_visible()
    erasing.carry_on()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="Everything is gone")).to_be_visible()
    assert page.goto("/people/ingrid/").status == 410  # type: ignore[union-attr]
    assert [line for line in seen.said if "410" not in line and "422" not in line] == []
    seen.said.clear()  # Chromium says of each page that is no 200 that it is none


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: Open, axe: str, scheme: str, width: int) -> None:
    page, seen = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    found: list[tuple[str, str, list[str]]] = []

    def look(address: str) -> None:
        page.goto(address)
        page.evaluate(axe)
        result = page.evaluate("axe.run()")
        found.extend((address, rule["id"], [n["html"][:200] for n in rule["nodes"]]) for rule in result["violations"])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address

    enrolment = ingrid(page)
    look(f"{WHERE}{enrolment.pk}/leaving/")
    page.get_by_label("Vesper may name me").check()
    page.get_by_label("My own page says").check()
    page.get_by_label("Where I am now").fill("Nightjar, a small hotel by the line")
    page.get_by_role("button", name="Leave Vesper").click()
    expect(page.get_by_text("You are named once Vesper wants that too.")).to_be_visible()
    left = Enrolment.objects.select_related("brand", "person").get(pk=enrolment.pk)
    alumni.offer(enrolment=left, actor=None)
    look(WHERE)
    look("/brands/vesper/people/")
    look("/people/ingrid/")
    look("/desk/settings/")
    look("/desk/settings/erase/")
    owner = make_user("owner@example.org")
    make_role(owner, left.brand)
    sign_in(page, owner)
    look(f"/studio/vesper/people/{left.pk}/")
    key = erasing.erase_person(person=left.person, actor=None, label="test").key
    look(f"/erased/{key}/")
    erasing.carry_on()
    assert Erasure.objects.get().state == "done"
    look(f"/erased/{key}/")
    look("/people/ingrid/")
    assert found == []
    assert [line for line in seen.said if "410" not in line] == []
    seen.said.clear()
