"""A farewell card from the desk to the brand's page, and where answers to one's letter go, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from brands import choosing
from brands.models import Enrolment
from people.models import AnswerAddress, Opening
from tests.browser.test_leaving import WHERE, ingrid, sign_in
from tests.factories import make_role, make_user

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]
LINE = "So long, and thank you for the soup."


@pytest.mark.parametrize("script", [True, False])
def test_words_of_who_leaves_stand_on_the_page_once_the_brand_wants_them(
    open_page: Open, axe: str, script: bool
) -> None:
    page, seen = open_page(viewport={"width": 390, "height": 844}, java_script_enabled=script)
    enrolment = ingrid(page)
    choosing.leave(enrolment=enrolment, actor=Enrolment.objects.get(pk=enrolment.pk).person.user)  # type: ignore[arg-type]
    page.goto(WHERE)
    page.get_by_text("Say farewell on the page of Vesper").click()
    page.get_by_label("Your line").fill(LINE)
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("Nothing is shown unless it wants these words too.")).to_be_visible()
    looked_at(page, axe, script)
    owner = make_user("kofi@vesper.example")
    make_role(owner, enrolment.brand)
    page.context.clear_cookies()
    sign_in(page, owner)
    page.goto(f"/studio/vesper/people/{enrolment.pk}/")
    looked_at(page, axe, script)
    page.get_by_role("button", name="Show these words for thirty days").click()
    expect(page.get_by_text("The farewell card stands on your page for thirty days")).to_be_visible()
    page.goto("/brands/vesper/")
    expect(page.get_by_role("heading", name="Farewell")).to_be_visible()
    expect(page.get_by_text(LINE)).to_be_visible()
    page.wait_for_load_state()
    wide = page.locator("html").evaluate("page => page.scrollWidth > page.clientWidth") if script else False
    assert not wide
    looked_at(page, axe, script)
    assert seen.said == []


def test_a_letter_is_opened_once_its_writer_chose_where_answers_go(open_page: Open, axe: str) -> None:
    page, seen = open_page(viewport={"width": 390, "height": 844})
    ingrid(page)
    page.goto("/desk/letters/")
    looked_at(page, axe, script=True)
    page.get_by_label("Your lines").fill("Forty centimetres of snow.")
    page.get_by_role("button", name="Put them into the next letter").click()
    assert not Opening.objects.exists()  # the browser asks for one of the two
    page.get_by_label("At ingrid@example.org, the address of your login").check()
    page.get_by_role("button", name="Put them into the next letter").click()
    expect(page.get_by_text("Answer Ingrid: ingrid@example.org")).to_be_visible()
    assert AnswerAddress.objects.get().address == "ingrid@example.org"
    page.get_by_label("At another address").check()
    page.get_by_label("Another address", exact=True).fill("ingrid@home.example")
    page.get_by_role("button", name="Change the lines").click()
    expect(page.get_by_label("Code")).to_be_visible()
    looked_at(page, axe, script=True)
    assert [line for line in seen.said if "422" not in line] == []
    seen.said.clear()  # Chromium says of each page that is no 200 that it is none


def looked_at(page: Page, axe: str, script: bool) -> None:
    """Let axe look at the page, where scripts run."""
    if not script:
        return
    page.wait_for_load_state()
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations.map(one => one.id + ': ' + one.nodes[0].html)")
    assert found == []
