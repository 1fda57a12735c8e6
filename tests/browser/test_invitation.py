"""The invitation in a real browser: accessible, narrow, and all the way to the yes without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from brands.inviting import invite, token_of
from brands.models import Brand, Enrolment
from people.profiles import make_person
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]


def invited() -> str:
    """Ask somebody at Vesper; return the path of their invitation."""
    person = make_person(name="Bela Novak", given="Bela", family="Novak")
    brand = Brand.objects.get(slug="vesper")
    enrolment = Enrolment.objects.create(brand=brand, person=person, email="bela@vesper.example", title="Baker")
    words = "Dear Bela,\n\nyour bread has more friends than our logo."
    return f"/invitations/{token_of(invite(enrolment=enrolment, actor=make_user(), words=words, language='en'))}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_any_step(open_page: Open, axe: str, scheme: str, width: int) -> None:
    path = invited()
    page, seen = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    found: list[object] = []

    def look(heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        page.wait_for_load_state()
        page.evaluate(axe)
        result = page.evaluate("axe.run()")
        found.extend(
            (page.url.split("/")[-2], rule["id"], [node["html"][:200] for node in rule["nodes"]])
            for rule in result["violations"]
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    steps = {
        "": "Would you stand for Vesper, as yourself?",
        "later/": "Take your time",
        "line/": "A line, and a way back in",
        "preview/": "The page of Vesper, with you",
        "accounts/": "Which accounts are yours to show?",
    }
    for step, heading in steps.items():
        page.goto(path + step)
        look(heading)
    problem = page.get_by_role("alert")
    page.get_by_role("button", name="Add it").click()  # with nothing in the field
    expect(problem).to_be_visible()
    look(steps["accounts/"])
    page.get_by_label("Your account on X").fill("@bela")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("@bela").first).to_be_visible()
    look(steps["accounts/"])
    page.get_by_role("link", name="Go on", exact=True).click()
    look("What may be shown of each?")
    page.get_by_role("button", name="Go on").click()  # with nothing chosen
    expect(problem).to_be_visible()
    look("What may be shown of each?")
    page.get_by_label("Only what I pick").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Show me the page").click()
    look(steps["preview/"])
    page.get_by_role("button", name="Yes, list me").click()
    page.wait_for_url("**/listing/**")
    look("You are in, Bela")
    page.goto(path)  # the link is used
    look("This link opens nothing")
    assert found == []
    seen.said.clear()  # the browser reports the answers 400 and 404 that are meant


def test_a_yes_on_a_phone_without_javascript(open_page: Open) -> None:
    path = invited()
    page, seen = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(path)
    page.get_by_role("link", name="Yes, go on").first.click()
    page.get_by_role("link", name="Go on without an account").click()
    page.get_by_label("Bela …").fill("bakes before the first train")
    page.get_by_role("button", name="Show me the page").click()
    page.get_by_role("button", name="Yes, list me").click()
    page.wait_for_url("**/listing/**")
    assert Enrolment.objects.get(email="bela@vesper.example").state == "active"
    page.goto("/brands/vesper/people/")
    assert page.get_by_text("Bela Novak").count() > 0
