"""Stories in a real browser: asked in the studio, led and taken at the desk, seen on the page; axe finds nothing."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from brands.models import Brand
from people import faces
from people.models import Person
from tests.browser.test_linking import signed_in
from tests.factories import make_role, make_user
from tests.people.pictured import png

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]


def seat(slug: str, role: Brand | None = None) -> Client:
    """Let one of the people sign in, as a marketer where a brand is given."""
    user = make_user()
    Person.objects.filter(slug=slug).update(user=user)
    faces.set_portrait(Person.objects.get(slug=slug), png("teal", (640, 800)), "", actor=None)
    if role:
        make_role(user, role, "marketer")
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_story_from_its_question_to_the_page(
    open_page: Open, axe: str, site: str, width: int, scheme: str, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    vesper = Brand.objects.get(slug="vesper")
    studio, desk = seat("kofi", vesper), seat("ingrid")
    page, _ = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    found: list[object] = []

    def look(name: str) -> None:
        page.wait_for_load_state()
        page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)
        page.evaluate(axe)
        result = page.evaluate("axe.run()")
        found.extend((name, r["id"], [n["html"][:200] for n in r["nodes"]]) for r in result["violations"])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    signed_in(page, site, studio)
    page.goto("/studio/vesper/stories/new/")
    page.get_by_label("What it is about").fill("The first snow week")
    page.get_by_label("Facts").fill(
        "Forty centimetres fell on the Brenner in the night to Friday, and the points held."
    )
    page.get_by_label("Angles").fill("What does the first snow change for you?")
    page.get_by_label("Last day").fill(f"{timezone.now().date() + dt.timedelta(days=6)}")
    page.get_by_label("Who is asked to lead").fill("Ingrid Solbakk")
    look("new")
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("is asked. It lies on the desk").wait_for()
    look("studio")

    page.context.clear_cookies()
    signed_in(page, site, desk)
    page.goto("/desk/stories/")
    look("desk")
    page.get_by_label("Your words on the page").fill("Snow never stopped a train. Not knowing where the snow is does.")
    page.get_by_role("button", name="Yes, I lead it").click()
    page.get_by_text("You lead “The first snow week”.").wait_for()
    page.get_by_role("button", name="Take it").click()
    page.get_by_text("Kofi asks, because you lead this story:").wait_for()
    look("write")

    page.context.clear_cookies()
    page.goto("/brands/vesper/")
    page.get_by_text("Snow never stopped a train.").wait_for()
    look("brand")
    page.get_by_role("link", name="The first snow week").click()
    page.get_by_role("heading", name="The first snow week").wait_for()
    look("story")
    assert found == []
