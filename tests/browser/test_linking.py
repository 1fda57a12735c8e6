"""Linking an account in a real browser: our policy lets the way to the network and back pass; axe finds nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from advocacy.sandbox import verbs
from people.models import Connection, Person
from people.networks.registry import adapter_for
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]


@pytest.fixture
def desk(site: str, settings: Settings, tmp_path: Path) -> Iterator[Client]:
    """Sign Ingrid in, on a copy whose own sandbox is its network."""
    settings.SITE_URL = site
    settings.X_API_BASE, settings.X_WEB_BASE = f"{site}/sandbox/x", "/sandbox"
    settings.DOOR_ALLOW = frozenset([urlsplit(site).netloc])
    settings.MEDIA_ROOT = tmp_path
    callbacks = [f"{site}/desk/accounts/callback/x/"]
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = "this-copy", "secret"
    settings.SANDBOX_APP = {"client_id": "this-copy", "secret": "secret", "callbacks": callbacks}
    adapter_for.cache_clear()
    verbs.inhabitant(handle="ingrid_rail", name="Ingrid Solbakk")
    user = make_user()
    person = Person.objects.get(slug="ingrid")
    Person.objects.filter(pk=person.pk).update(user=user)
    make_account(person, handle="ingrid_old", remote_id="77")
    client = Client()
    client.force_login(user)
    yield client
    adapter_for.cache_clear()


def signed_in(page: Page, site: str, client: Client) -> None:
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": site}])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_whole_way_with_nothing_for_axe_to_find(
    open_page: Open, axe: str, desk: Client, site: str, scheme: str, width: int, tmp_path: Path
) -> None:
    page, seen = open_page(color_scheme=scheme, viewport={"width": width, "height": 900}, java_script_enabled=True)
    signed_in(page, site, desk)
    found: list[object] = []

    def look(name: str) -> None:
        page.wait_for_load_state()
        page.evaluate(axe)
        result = page.evaluate("axe.run()")
        found.extend((name, rule["id"], [n["html"][:200] for n in rule["nodes"]]) for rule in result["violations"])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)

    page.goto("/desk/accounts/")
    look("before")
    page.get_by_role("link", name="Link an account on X").click()
    page.get_by_role("heading", name="to act for you?").wait_for()
    look("consent")
    page.get_by_label("Ingrid Solbakk (@ingrid_rail)").check()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_role("heading", name="Is this your account?").wait_for()
    assert "code=" not in page.url
    look("confirm")
    assert not Connection.objects.exists()
    page.get_by_role("button", name="Yes, link @ingrid_rail").click()
    page.get_by_text("@ingrid_rail on X is linked.").wait_for()
    look("linked")
    row = Connection.objects.get()
    Connection.objects.update(state="broken", broken_at=row.linked_at)
    page.goto("/desk/accounts/")
    look("broken")
    page.get_by_role("button", name="End the link to @ingrid_rail on X").click()
    page.get_by_text("The link to @ingrid_rail is ended.").wait_for()
    assert not Connection.objects.exists()
    assert found == []


def test_the_way_works_without_javascript_and_a_no_links_nothing(open_page: Open, desk: Client, site: str) -> None:
    page, _ = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    signed_in(page, site, desk)
    page.goto("/desk/accounts/")
    page.get_by_role("link", name="Link an account on X").click()
    page.get_by_role("button", name="Do not allow").click()
    page.get_by_text("You did not allow it on X, so nothing was linked.").wait_for()
    page.get_by_role("link", name="Link an account on X").click()
    page.get_by_label("Ingrid Solbakk (@ingrid_rail)").check()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_role("button", name="No, link nothing").click()
    page.get_by_text("Nothing was linked.").wait_for()
    assert not Connection.objects.exists()
