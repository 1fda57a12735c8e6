"""The pages of API keys in a real browser: made, read once, revoked, and without findings of axe."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.test import Client
from playwright.sync_api import expect

from people.models import User
from tests.factories import make_person
from tests.people.desk.test_keys import KEYS, signed_in


def enter(context: Any, site: str, client: Client) -> None:
    """Let the browser have the session of a client."""
    name = site_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


@pytest.mark.parametrize("desk", [True, False])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.django_db(transaction=True)
def test_a_key_is_made_shown_and_revoked(
    open_page: Callable[..., Any], site: str, axe: str, width: int, scheme: str, desk: bool
) -> None:
    user = User.objects.create_user("kofi@vesper.example")
    if desk:
        make_person("Kofi Mensah", user=user)
    page, seen = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    enter(page.context, site, signed_in(user))

    def look(name: str, heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        page.wait_for_load_state()
        page.evaluate(axe)
        found = page.evaluate("axe.run()")["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    page.goto(KEYS)
    look("list", "API keys")
    page.get_by_role("link", name="Make a key").click()
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("problem", "Make a key")
    page.get_by_label("What it is for").fill("The screen in the hall")
    page.get_by_role("button", name="Make the key").click()
    look("made", "Copy your key now")
    assert page.locator("#key").inner_text().startswith("chorus_")
    page.get_by_role("link", name="I have copied it").click()
    look("list of one", "API keys")
    page.get_by_role("link", name="Revoke the key “The screen in the hall”").click()
    look("revoke", "Revoke “The screen in the hall”")
    page.get_by_role("button", name="Revoke it for good").click()
    expect(page.get_by_text("You have none.")).to_be_visible()
    # the browser itself reports the form that was sent empty
    assert [line for line in seen.said if "422" not in line] == []
    seen.said.clear()
