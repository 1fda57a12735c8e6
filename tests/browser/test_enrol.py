"""The four steps of enrolling, the rows with a problem and the history: accessible, narrow, and without JavaScript."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from brands.enrolling import team_named
from brands.models import Brand, Enrolment, Import
from tests.brands.studio.enrol.steps import messy_list
from tests.factories import make_role, make_user

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]
ENROL = "/studio/vesper/enrol/"
MESSY = {"name": "crew.csv", "mimeType": "text/csv", "buffer": messy_list().encode()}
# row of the spreadsheet -> the control that is wrong, and what mends it
MENDED = {
    5: ("E-mail", "anna5@vesper.example"),
    14: ("First name", "Anna14"),
    20: ("E-mail", "anna20@vesper.example"),
    27: ("X handle", "anna_27"),
    33: ("Here since", "2015-04-03"),
}


@pytest.fixture(autouse=True)
def _files_below_the_test(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def enter(page: Page, site: str, role: str = "marketer") -> None:
    """Sign somebody in who has a role at Vesper, which has the team that the list names."""
    user, client, brand = make_user(), Client(), Brand.objects.get(slug="vesper")
    make_role(user, brand, role)
    team_named(brand, "Kitchen")
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def upload(page: Page) -> None:
    page.goto(ENROL)
    page.locator("input[type=file]").set_input_files(MESSY)  # type: ignore[arg-type]
    page.get_by_role("button", name="Go on to the columns").click()
    page.wait_for_url("**/columns/")


def check(page: Page) -> None:
    page.get_by_role("button", name="Check the rows").click()
    page.wait_for_url("**/check/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_any_step(open_page: Open, site: str, axe: str, scheme: str, width: int) -> None:
    page, seen = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    enter(page, site)
    found: list[object] = []

    def look(step: str) -> None:
        page.wait_for_load_state()
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        page.evaluate(axe)
        result = page.evaluate("axe.run()")
        found.extend(
            (step, rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in result["violations"]
        )
        assert (step, page.evaluate("document.documentElement.scrollWidth")) == (step, width)

    page.goto(ENROL)
    look("file")
    page.get_by_role("button", name="Go on to the columns").click()  # with no file chosen
    expect(page.get_by_role("alert")).to_be_visible()
    look("no file")
    upload(page)
    look("columns")
    check(page)
    look("check, with problem rows")
    file = Import.objects.get()
    page.get_by_role("button", name="Enrol").click()
    page.wait_for_url(f"**/enrol/{file.pk}/")
    look("done")
    for step in ("rows/", "check/", "undo/"):
        page.goto(f"{ENROL}{file.pk}/{step}")
        look(step)
    for room in ("history/", "person/"):
        page.goto(f"{ENROL}{room}")
        look(room)
    assert found == []
    assert [line for line in seen.said if "422" not in line] == []  # the browser tells of the page that was refused
    seen.said.clear()


def test_all_steps_go_without_javascript_from_a_messy_file_to_its_undoing(open_page: Open, site: str) -> None:
    page, _ = open_page(java_script_enabled=False, viewport={"width": 390, "height": 900})
    enter(page, site)
    upload(page)
    check(page)
    expect(page.get_by_role("heading", name="rows need you")).to_be_visible()
    for number, (label, value) in MENDED.items():
        page.get_by_label(f"{label}, row {number}", exact=True).first.fill(value)
    page.get_by_label("Leave out row 9", exact=True).check()
    with page.expect_download() as taken:
        page.get_by_role("button", name="download the rows with a problem").click()
    assert "anna5.vesper.example" in Path(taken.value.path()).read_text(encoding="utf-8-sig")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and check again").click()
    file = Import.objects.get()
    assert set(file.rows.filter(verdict="problem", left_out=False).values_list("number", flat=True)).isdisjoint(MENDED)
    page.get_by_role("button", name="Enrol").click()
    page.wait_for_url(f"**/enrol/{file.pk}/")
    enrolled = Enrolment.objects.filter(brand__slug="vesper", state="invited").count()
    assert enrolled >= 57
    page.get_by_role("link", name="History").click()
    expect(page.locator("tbody th")).to_have_text(["crew.csv"])
    page.get_by_role("link", name="Undo crew.csv").click()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("heading", name="This import was undone")).to_be_visible()
    assert Enrolment.objects.filter(brand__slug="vesper", state="invited").count() == 0


def test_a_stranger_sees_none_of_it(open_page: Open, site: str) -> None:
    page, seen = open_page()
    enter(page, site, "analyst")
    for room in ("", "history/", "person/"):
        answer = page.goto(f"{ENROL}{room}")
        assert answer is not None
        assert answer.status == 404
    seen.said.clear()
