"""Every public page at 320 px, from right to left, on paper, and without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import resolve
from playwright.sync_api import Page, expect

from brands.models import Brand
from people.models import Person, Post
from people.profiles import new_listing_link
from tests.factories import make_story, make_told
from tests.journeys.test_routes_and_roles import PUBLIC

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]
# of the public addresses those that are no pages: pictures, files, feeds, the API, health, and what only leads on
NO_PAGES = (
    *("api", "face", "initials", "post-picture", "person-card", "brand-card", "brand-colour", "robots", "sitemap"),
    *("security", "livez", "readyz", "people-file", "person-feed", "brand-feed", "people-feed", "person-vcard"),
    *("sign-in", "desk-manifest"),
)
# WCAG 1.4.12
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"


def addresses() -> list[str]:
    """Return every public page, in the states in which it looks different."""
    vesper, ingrid = Brand.objects.get(slug="vesper"), Person.objects.get(slug="ingrid")
    newest = Post.objects.filter(person=ingrid).order_by("-published_at")[0]
    story = make_story(vesper, ingrid, lead=ingrid, words="I was there when the first snow fell.", slug="first-snow")
    make_told(story, newest)
    Post.objects.filter(person__slug="oskar").update(html="<p>" + "Donaudampfschifffahrtsgesellschaft" * 4 + "</p>")
    return [
        *("/", "/brands/vesper/", "/brands/nightjar/", "/brands/vesper/?before=2026-01-01T00:00:00~1&seen=20"),
        "/brands/vesper/stories/first-snow/",
        *(f"/brands/vesper/people/{query}" for query in ("", "?team=track", "?q=night", "?q=zzz", "?team=nope")),
        "/brands/vesper/people/?q=night&before=2030-01-01T00:00:00~1",
        *(f"/people/ingrid/{show}" for show in ("", "?show=answers", "?show=shared", "?show=pictures")),
        *("/people/mateus/", "/people/oskar/", f"/posts/{newest.pk}/", f"/listing/{new_listing_link(ingrid)}/"),
        *("/people/ingrid/follow/", "/brands/vesper/follow/", "/following/asked/", "/following/done/"),
        *(f"/posts/{newest.pk}/report/", "/reports/sent/", "/join/asked/", "/nowhere/", "/?x=%00", "/sign-in/login/"),
    ]


def shown(page: Page, address: str) -> None:
    """Open a page with everything on it that can be unfolded."""
    page.goto(address)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")


def quiet(seen: Any) -> None:
    """Let nothing but the pages that are meant to be refused be complained about."""
    assert [line for line in seen.said if "status of 404" not in line and "status of 400" not in line] == []
    seen.said.clear()


# what sticks out of the page sideways, but for what is meant to be read by software alone
STICKING_OUT = """() => {
  const wide = document.documentElement.clientWidth
  return [...document.querySelectorAll('body *')].filter(one => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one)
    if (!box.width || !box.height || style.position === 'absolute') return false
    return !one.closest('.for-readers, svg, table') && (box.right > wide + 1 || box.left < -1)
  }).map(one => one.outerHTML.slice(0, 120))
}"""


def test_every_public_page_is_in_the_list(site: str) -> None:
    listed = {resolve(address.partition("?")[0]).url_name for address in addresses() if address != "/nowhere/"}
    assert {name for name in PUBLIC if not name.startswith(NO_PAGES)} <= listed


def test_nothing_is_cut_off_or_scrolls_sideways_at_320_pixels(open_page: Open) -> None:
    page, seen = open_page(viewport={"width": 320, "height": 700}, bypass_csp=True)
    found = []
    for address in addresses():
        shown(page, address)
        for spaced in (False, True):
            if spaced:
                page.add_style_tag(content=SPACING)
            for direction in ("ltr", "rtl"):
                page.evaluate(f"document.documentElement.dir = '{direction}'")
                wide = page.evaluate("document.documentElement.scrollWidth")
                found += [(address, direction, spaced, wide, page.evaluate(STICKING_OUT))] if wide != 320 else []
    assert found == []
    quiet(seen)


def test_from_right_to_left_a_page_is_the_mirror_of_itself(open_page: Open) -> None:
    page, seen = open_page(viewport={"width": 1280, "height": 900})
    page.goto("/brands/vesper/")
    box = "(one => [one.getBoundingClientRect().left, innerWidth - one.getBoundingClientRect().right])"
    names = (".brand-mark", "h1", "#feed article", ".people-grid li")
    left = [page.evaluate(f"{box}(document.querySelector('{name}'))") for name in names]
    page.evaluate("document.documentElement.dir = 'rtl'")
    right = [page.evaluate(f"{box}(document.querySelector('{name}'))") for name in names]
    for name, (before, _), (_, after) in zip(names, left, right, strict=True):
        assert abs(before - after) <= 16, name  # the width of a scroll bar
    quiet(seen)


def test_on_paper_every_page_keeps_its_words_and_leaves_out_what_only_a_screen_can_use(open_page: Open) -> None:
    page, seen = open_page(viewport={"width": 794, "height": 1123}, color_scheme="dark")  # A4
    found = []
    for address in addresses():
        shown(page, address)
        page.emulate_media(media="print")
        if not page.locator("h1").first.is_visible():
            found.append((address, "no heading"))
        on_screen_only = page.locator(".button:visible, .pager:visible, .load-more:visible, .filters:visible")
        found += [(address, text) for text in on_screen_only.all_inner_texts()]
        if page.evaluate("document.documentElement.scrollWidth") > 794:
            found.append((address, "wider than the paper"))
        if page.evaluate("getComputedStyle(document.documentElement).colorScheme") != "light":
            found.append((address, "dark"))
        page.emulate_media(media="screen")
    assert found == []
    quiet(seen)


def test_without_javascript_every_page_says_what_it_says_with_it(open_page: Open) -> None:
    places = addresses()
    with_it, seen = open_page()
    without, also = open_page(java_script_enabled=False)
    for address in places:
        with_it.goto(address)
        without.goto(address)
        lines = [page.locator("main").inner_text().splitlines() for page in (with_it, without)]
        # the sign-in page says what a passkey needs
        assert [line for line in lines[0] if line not in lines[1]] == [], address
    # and its controls are links and forms: nothing waits for a script
    without.goto("/brands/vesper/people/?q=night")
    without.get_by_label("Name, place, topic").fill("solbakk")
    without.get_by_role("button", name="Show").click()
    expect(without.get_by_role("link", name="Ingrid Solbakk").first).to_be_visible()
    without.goto("/brands/vesper/")
    without.get_by_role("link", name="Older posts").click()
    expect(without).to_have_url(re.compile("before="))
    quiet(seen)
    quiet(also)
