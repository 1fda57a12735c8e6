"""An ended sign-in or an answer that comes late takes nothing from the composer that its writer typed or chose."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect

from people.models import Draft
from tests.browser.test_linking import signed_in
from tests.browser.test_writing import desk, link
from tests.people.pictured import png

__all__ = ["desk"]
pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]


def test_an_ended_sign_in_leaves_the_page_as_it_is_and_says_so(open_page: Open, desk: Client, site: str) -> None:
    page, seen = open_page()
    signed_in(page, site, desk)
    link(page)
    page.goto("/desk/write/")
    page.get_by_label("Your words").fill("Typed while signed in.")
    page.get_by_text("Saved as a draft").wait_for()
    page.context.clear_cookies(name="session")
    page.get_by_label("Your words").fill("Typed after it ended.")
    page.get_by_text("This page cannot reach the site, or you are signed out.").wait_for()
    page.wait_for_timeout(1_500)
    expect(page.get_by_label("Your words")).to_have_value("Typed after it ended.")
    expect(page.get_by_role("heading", name="Where it goes")).to_be_visible()
    assert page.get_by_label("E-mail").count() == 0
    signed_in(page, site, desk)
    seen.said.clear()  # the browser's own words about 401
    page.reload()
    page.wait_for_function("document.getElementById('words').value == 'Typed after it ended.'")
    page.get_by_text("Saved as a draft").wait_for()
    assert "Typed after it ended." in Draft.objects.values_list("text", flat=True)


def test_what_was_chosen_while_a_preview_was_on_its_way_stays_chosen(open_page: Open, desk: Client, site: str) -> None:
    page, _ = open_page()
    signed_in(page, site, desk)
    link(page)

    def slowly(route: Route) -> None:
        page.wait_for_timeout(800)
        route.continue_()

    page.goto("/desk/write/")
    files = [{"name": "a.png", "mimeType": "image/png", "buffer": png("teal", (600, 400))}]
    page.locator("#more-media").set_input_files(files)  # type: ignore[arg-type]
    page.get_by_label("Describe picture 1").wait_for()
    page.route(re.compile("/preview/"), slowly)
    page.get_by_label("Describe picture 1").fill("A loaf of bread")
    box = page.locator("input[name=to]")
    assert box.is_checked()
    with page.expect_response(re.compile("/preview/")):
        page.get_by_label("Describe picture 1").blur()
        box.uncheck()
        page.get_by_label("Say that I work here").check()
        page.get_by_label("In these words").fill("I bake for a living.")
    page.wait_for_timeout(300)
    assert not box.is_checked()
    expect(page.get_by_label("Say that I work here")).to_be_checked()
    expect(page.get_by_label("In these words")).to_have_value("I bake for a living.")
    expect(page.get_by_text("Costs whoever runs this site 0.02 USD.")).to_be_visible()
