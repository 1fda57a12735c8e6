"""The card of a link in a real browser: it comes by itself below the words while somebody writes."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from advocacy.http import sockets
from people import link_cards
from people.models import LinkCard
from people.views.desk import composer
from tests.advocacy.outside import Outside, answer, outside
from tests.browser.test_linking import signed_in
from tests.browser.test_writing import desk, link
from tests.people.composer.test_link_cards import HEAD
from tests.people.composer.test_whose_cards import ten_seconds_later
from tests.people.pictured import png

__all__ = ["desk"]

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]


@pytest.fixture
def web(desk: Client, site: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """A site that X makes links to: bread.org, on a port of its own."""
    real = sockets.resolve
    own = {"bread.org": ["127.0.0.1"]}
    monkeypatch.setattr(link_cards, "PAUSE", timedelta(hours=1))  # the test says when it is over
    monkeypatch.setattr(composer, "MOST_LOOKS", 12)  # an open page goes on asking on a slow machine, too
    monkeypatch.setattr(sockets, "resolve", lambda host, port: own.get(host) or real(host, port))
    with outside() as server:
        settings.DOOR_ALLOW = frozenset({urlsplit(site).netloc, f"bread.org:{server.port}"})
        server.page("/night", answer(HEAD.encode(), kind="text/html"))
        server.page("/small", answer(HEAD.replace("summary_large_image", "summary").encode(), kind="text/html"))
        server.page("/loaf.png", answer(png("teal", (1200, 630)), kind="image/png"))
        yield server


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (1280, "dark"), (390, "light")])
def test_a_card_comes_while_one_writes(
    open_page: Open, axe: str, desk: Client, site: str, web: Outside, scheme: str, width: int, tmp_path: Path
) -> None:
    page, watched = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    signed_in(page, site, desk)
    link(page)
    page.goto("/desk/write/")
    page.get_by_label("Your words").fill(f"Forty loaves: http://bread.org:{web.port}/night")
    page.get_by_text("Saved as a draft").wait_for()
    page.get_by_text("How it reads on X").click()
    page.get_by_text("is still being looked at for its card").wait_for(timeout=60_000)
    assert (link_cards.fetch_due(), web.requests) == (0, [])  # its writer may not be through with the address
    ten_seconds_later()
    assert link_cards.fetch_due() == 1
    page.locator(".link-card", has_text="Forty loaves & one night").wait_for(timeout=60_000)  # nobody typed or reloaded
    page.locator(".link-card img").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.link-card img').naturalWidth > 0")
    page.evaluate(axe)
    violations = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.target)]))")
    assert violations == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.screenshot(path=tmp_path / f"card-{width}-{scheme}.png", full_page=True)
    page.goto("/desk/write/")  # what axe leaves on a page is none of ours
    page.get_by_role("link", name="Forty loaves").first.click()
    page.locator(".link-card", has_text="Forty loaves & one night").wait_for(state="attached")
    page.wait_for_load_state()  # its scripts, too
    LinkCard.objects.update(tried_at=None)
    page.get_by_label("Your words").fill(f"Forty loaves: http://bread.org:{web.port}/small")
    page.locator(".found", has_text="/small").wait_for(state="attached")  # the preview has followed, and is closed
    page.get_by_text("How it reads on X").click()
    page.get_by_text("is still being looked at for its card").wait_for(timeout=60_000)
    ten_seconds_later()
    link_cards.fetch_due()
    page.locator(".link-card:not(.large) img").wait_for(timeout=60_000)
    page.screenshot(path=tmp_path / f"small-{width}-{scheme}.png", full_page=True)
    assert (watched.left, watched.said) == ([], [])
