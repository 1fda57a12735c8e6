"""Every public page in a real browser: accessible, narrow, light enough, quiet."""

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from people.models import Person, Post
from people.profiles import new_listing_link

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]


def addresses() -> list[str]:
    """Return the public pages, in each of their states."""
    ingrid = Person.objects.get(slug="ingrid")
    newest = Post.objects.filter(person=ingrid).order_by("-published_at")[0]
    return [
        "/",
        "/brands/vesper/",
        "/brands/nightjar/",
        "/brands/vesper/?before=2026-01-01T00:00:00~1&seen=20",
        "/brands/vesper/people/",
        "/brands/vesper/people/?q=solbakk&team=nope",
        "/people/ingrid/",
        "/people/ingrid/?show=answers",
        "/people/mateus/",
        f"/posts/{newest.pk}/",
        f"/listing/{new_listing_link(ingrid)}/",
        "/nowhere/",
        "/sign-in/login/",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(open_page: Open, axe: str, scheme: str, width: int) -> None:
    found = []
    page, seen = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    for address in addresses():
        page.goto(address)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        page.evaluate(axe)
        result = page.evaluate("axe.run()")
        found += [
            (address, rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in result["violations"]
        ]
    assert found == []
    # the browser itself reports the one page that is meant not to be there
    assert [line for line in seen.said if "404" not in line] == []
    seen.said.clear()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_scrolls_sideways(open_page: Open, width: int) -> None:
    page, seen = open_page(viewport={"width": width, "height": 800})
    for address in addresses():
        page.goto(address)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert (address, page.evaluate("document.documentElement.scrollWidth")) == (address, width)
    seen.said.clear()


def test_the_brand_page_is_light_with_three_hundred_posts(open_page: Open, client: Client) -> None:
    page, _ = open_page()
    page.goto("/brands/vesper/")
    assert page.evaluate("document.querySelectorAll('*').length") <= 900
    assert len(gzip.compress(client.get("/brands/vesper/").content)) <= 12_000


def test_the_keyboard_reaches_the_main_part_first(open_page: Open) -> None:
    page, _ = open_page()
    page.goto("/brands/vesper/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_page_printed_leaves_out_what_only_a_screen_can_use(open_page: Open) -> None:
    page, _ = open_page()
    page.goto("/people/ingrid/")
    page.emulate_media(media="print")
    assert not page.get_by_role("link", name="Older posts").is_visible()
    assert page.get_by_text("Eleven coaches").first.is_visible()
