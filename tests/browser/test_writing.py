"""The desk's writing in a real browser: two pictures, a shorter version, tomorrow in Vienna, taken back, sent."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from advocacy.sandbox import verbs
from brands.models import Enrolment
from people.logins import login_for
from people.models import Delivery, Draft, Person
from people.networks.registry import adapter_for
from people.publishing import sending
from people.publishing.clock import DbNow
from people.views.desk import share
from tests.browser.test_linking import signed_in
from tests.factories import make_user
from tests.people.pictured import png

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]
LONG = "Week one of the winter timetable and the Brenner is already showing off. " * 5


@pytest.fixture
def desk(site: str, settings: Settings, tmp_path: Path) -> Iterator[Client]:
    """Sign Ingrid in, on a copy whose own sandbox is its network."""
    settings.SITE_URL = site
    settings.X_API_BASE, settings.X_WEB_BASE = f"{site}/sandbox/x", "/sandbox"
    settings.DOOR_ALLOW = frozenset([urlsplit(site).netloc])
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_DIR = tmp_path
    callbacks = [f"{site}/desk/accounts/callback/x/"]
    settings.X_CLIENT_ID, settings.X_CLIENT_SECRET = "this-copy", "secret"
    settings.SANDBOX_APP = {"client_id": "this-copy", "secret": "secret", "callbacks": callbacks}
    adapter_for.cache_clear()
    user = make_user()
    person = Person.objects.get(slug="ingrid")
    Person.objects.filter(pk=person.pk).update(user=user)
    own = person.accounts.get(network="x")
    verbs.inhabitant(handle=own.handle, name="Ingrid Solbakk", id=own.remote_id)
    client = Client()
    client.force_login(user)
    yield client
    adapter_for.cache_clear()


def due() -> None:
    """Let what waits for its thirty seconds go out, as a worker does."""
    for delivery in Delivery.objects.filter(state="scheduled", wall_time=""):
        Delivery.objects.filter(pk=delivery.pk).update(next_due_at=DbNow(), due_at=DbNow())
        sending.run(delivery.pk)


def tidy(page: Page) -> None:
    """Take away the empty style attributes that axe leaves: a swap would carry them over, against our own policy."""
    page.evaluate("document.querySelectorAll('[style=\"\"]').forEach((one) => one.removeAttribute('style'))")


def link(page: Page) -> None:
    page.goto("/desk/accounts/")
    page.get_by_role("link", name="Link it").or_(page.get_by_role("link", name="Link an account on X")).first.click()
    page.get_by_label("Ingrid Solbakk (@").check()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.get_by_role("button", name="Yes, link").click()
    page.get_by_text("on X is linked.").wait_for()


def plan_for_tomorrow(page: Page, look: Callable[[str], None], *, scripts: bool) -> Delivery:
    """Write with two pictures, give X its shorter version, and schedule it for tomorrow 06:30 in Vienna."""
    page.goto("/desk/write/")
    page.get_by_label("Your words").fill(LONG)
    if scripts:
        page.get_by_text("too many for X.").wait_for()
        page.get_by_text("Saved as a draft").wait_for()
    files = [{"name": f"{c}.png", "mimeType": "image/png", "buffer": png(c, (600, 400))} for c in ("teal", "navy")]
    page.get_by_label("Add pictures").set_input_files(files)  # type: ignore[arg-type]
    if not scripts:
        page.get_by_role("button", name="Add what I chose").click()
    page.get_by_label("Describe picture 2").fill("Snow on the peaks.")
    page.get_by_label("Describe picture 1").fill("View from the cab.")
    if scripts:
        page.get_by_label("Describe picture 1").blur()
        page.get_by_text("Costs whoever runs this site 0.025 USD.").wait_for()  # with two descriptions
    look("composer")
    page.get_by_role("button", name="Write a shorter version for X").click()
    page.get_by_label("Words for X").fill("Winter, week one: snow, a broom, and four minutes early.")
    page.get_by_label("At a time I choose").check()
    tomorrow = timezone.now().date() + dt.timedelta(days=1)
    page.get_by_label("Day and time").fill(f"{tomorrow}T06:30")
    page.get_by_label("Time zone").select_option("Europe/Vienna")
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("at 06:30 in Vienna").wait_for()
    planned = Delivery.objects.get()
    assert (planned.payload["text"], planned.zone) == (
        "Winter, week one: snow, a broom, and four minutes early.",
        "Europe/Vienna",
    )
    assert [one["alt"] for one in planned.payload["pictures"]] == ["View from the cab.", "Snow on the peaks."]
    return planned


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (1280, "dark"), (390, "light")])
def test_an_evening_at_the_desk(
    open_page: Open, axe: str, desk: Client, site: str, scheme: str, width: int, scripts: bool, tmp_path: Path
) -> None:
    page, _ = open_page(color_scheme=scheme, viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    signed_in(page, site, desk)
    found: list[object] = []

    def look(name: str) -> None:
        page.wait_for_load_state()
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        if scripts:
            page.evaluate(axe)
            result = page.evaluate("axe.run()")
            tidy(page)
            found.extend((name, r["id"], [n["html"][:200] for n in r["nodes"]]) for r in result["violations"])
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    link(page)
    planned = plan_for_tomorrow(page, look, scripts=scripts)

    page.get_by_label("Your words").fill("Said too soon.")
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("Your post goes out on X in").wait_for()
    look("undo")
    page.get_by_role("button", name="Take it back").click()
    page.get_by_text("Taken back: it does not go out.").wait_for()
    expect(page.get_by_label("Your words")).to_have_value("Said too soon.")

    page.goto("/desk/write/")
    page.get_by_label("Your words").fill("Warm bread at the Brenner.")
    if scripts:
        page.get_by_label("Your words").press("Control+Enter")
    else:
        page.get_by_role("button", name="Send it").click()
    page.get_by_text("Your post goes out on X in").wait_for()
    due()
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["cancelled", "published", "scheduled"]
    page.goto("/desk/outgoing/")
    look("outgoing")
    page.goto(f"/desk/outgoing/{planned.pk}/")
    look("delivery")
    tick = page.get_by_label("Show it on the page of").first
    assert tick.is_checked()
    tick.uncheck()
    page.get_by_role("button", name="Keep this").click()
    page.get_by_text("it holds as soon as the post is out").wait_for()
    expect(page.get_by_label("Show it on the page of").first).not_to_be_checked()
    page.goto("/people/ingrid/")
    page.get_by_text("Warm bread at the Brenner.").first.wait_for()
    brand = Enrolment.objects.filter(person__slug="ingrid", state="active").select_related("brand").first()
    assert brand is not None
    page.goto(f"/brands/{brand.brand.slug}/")
    page.get_by_text("Warm bread at the Brenner.").first.wait_for()
    delete_it(page, look)
    page.goto(f"/brands/{brand.brand.slug}/")
    assert page.get_by_text("Warm bread at the Brenner.").count() == 0
    assert found == []


def delete_it(page: Page, look: Callable[[str], None]) -> None:
    """Delete what was sent, from the list of what goes out; a worker comes by afterwards."""
    page.goto("/desk/outgoing/")
    page.get_by_role("link", name="How it went out, and deleting it").first.click()
    look("sent")
    page.get_by_role("link", name="Delete it").click()
    look("delete")
    page.get_by_role("button", name="Delete it for good").click()
    page.get_by_text("It is being deleted on X.").wait_for()
    look("being-deleted")
    sent = Delivery.objects.get(state="published")
    Delivery.objects.filter(pk=sent.pk).update(next_due_at=sent.due_at)
    sending.run(sent.pk)
    page.reload()
    page.get_by_text("deleted", exact=True).wait_for()
    look("deleted")


def test_shared_once_too_often_while_signed_out_the_words_are_there_to_copy(
    open_page: Open, axe: str, desk: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(share, "PER_HOUR", 0)
    for width, scheme in ((1280, "light"), (390, "dark")):
        page, seen = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        page.goto("/")
        form = '<form method="post" action="/desk/share/"><input name="text" value="From the train."></form>'
        page.evaluate(f"document.body.insertAdjacentHTML('beforeend', '{form}')")
        page.evaluate("document.querySelector('form[action=\"/desk/share/\"]').submit()")
        page.get_by_label("What you shared, to copy").wait_for()
        expect(page.get_by_label("What you shared, to copy")).to_have_value("From the train.")
        page.wait_for_load_state()
        seen.said.clear()  # the browser complains about the status 429
        page.evaluate(axe)
        page.screenshot(path=tmp_path / f"shared-{width}.png", full_page=True)
        assert page.evaluate("axe.run()")["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_what_a_phone_shares_while_signed_out_stands_in_the_draft_after_the_sign_in(
    open_page: Open, axe: str, desk: Client, width: int, scheme: str, tmp_path: Path
) -> None:
    ingrid = Person.objects.get(slug="ingrid")
    assert ingrid.user is not None
    page, _ = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.goto("/")
    field = '<input name="text" value="From the train."><input type="file" name="media" id="shared" multiple>'
    form = f'<form method="post" action="/desk/share/" enctype="multipart/form-data">{field}</form>'
    page.evaluate(f"document.body.insertAdjacentHTML('beforeend', '{form}')")
    files = [{"name": f"{c}.png", "mimeType": "image/png", "buffer": png(c, (600, 400))} for c in ("teal", "navy")]
    broken = {"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"}
    page.locator("#shared").set_input_files([*files, broken])  # type: ignore[list-item]
    page.evaluate("document.querySelector('form[action=\"/desk/share/\"]').submit()")
    by_code(page, login_for(ingrid.user.email, verified=True).email)
    page.get_by_text("Picture 3 of what you shared is not here").wait_for()
    pictures = page.locator(".media-list img")
    loaded = "list => list.map(one => one.complete && one.naturalWidth)"
    page.wait_for_load_state("networkidle")
    assert (pictures.evaluate_all(loaded), page.get_by_label("Your words").input_value()) == (
        [600, 600],
        "From the train.",
    )
    page.screenshot(path=tmp_path / f"shared-{width}.png", full_page=True)
    page.evaluate(axe)
    assert page.evaluate("axe.run()")["violations"] == []
    tidy(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not Draft.objects.exists()
    page.get_by_label("Describe picture 2").fill("Snow on the peaks.")
    page.get_by_text("Saved as a draft").wait_for()
    page.get_by_role("button", name="Take picture 1 out").click()
    page.wait_for_url("**/desk/write/*/*")
    draft = Draft.objects.get()
    assert (draft.person, draft.text) == (ingrid, "From the train.")
    assert list(draft.pictures.values_list("alt", flat=True)) == ["Snow on the peaks."]
    expect(page.get_by_label("Describe picture 1")).to_have_value("Snow on the peaks.")


def by_code(page: Page, address: str) -> None:
    """Sign in on the page that is open, by a code from a letter."""
    page.locator("#code_email").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.locator("[name=code]").wait_for()
    code = re.search(r"^    (\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    page.locator("[name=code]").fill(code[1])
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/desk/write/")


def test_what_was_typed_survives_a_reload_with_no_connection(open_page: Open, desk: Client, site: str) -> None:
    page, seen = open_page(java_script_enabled=True)
    signed_in(page, site, desk)
    page.goto("/desk/write/")
    page.context.route("**/desk/write/*/", lambda route: route.abort())
    page.get_by_label("Your words").fill("Typed in a tunnel.")
    page.get_by_text("cannot reach the site").wait_for()
    page.context.unroute("**/desk/write/*/")
    seen.said.clear()
    page.reload()
    page.wait_for_function("document.getElementById('words').value == 'Typed in a tunnel.'")
    page.get_by_text("Saved as a draft").wait_for()
    assert Draft.objects.get().text == "Typed in a tunnel."


def test_a_zone_chosen_before_the_script_has_come_stays_chosen(open_page: Open, desk: Client, site: str) -> None:
    page, _ = open_page(java_script_enabled=True, timezone_id="America/New_York")
    signed_in(page, site, desk)
    late: list[Route] = []
    page.route("**/composer*.js", lambda route: late.append(route))
    with page.expect_request("**/composer*.js"):
        page.goto("/desk/write/", wait_until="commit")
    page.get_by_label("Time zone").select_option("Europe/Vienna")
    late[0].continue_()
    page.wait_for_load_state()
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Vienna")
    with page.expect_request("**/composer*.js"):
        page.goto("/desk/write/", wait_until="commit")
    page.wait_for_function("document.getElementById('zone')")
    late[1].continue_()
    page.wait_for_load_state()
    expect(page.get_by_label("Time zone")).to_have_value("America/New_York")


def test_words_pressed_in_a_tunnel_are_there_again_and_go_once_they_arrived(
    open_page: Open, desk: Client, site: str
) -> None:
    page, seen = open_page(java_script_enabled=True)
    signed_in(page, site, desk)
    page.goto("/desk/write/")
    sent = re.compile(r"/desk/write/")
    page.context.route(sent, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_label("Your words").fill("Pressed in a tunnel.")
    page.get_by_role("button", name="Keep as draft").last.click()
    page.wait_for_function("location.protocol == 'chrome-error:'")
    page.context.unroute(sent)
    seen.said.clear()
    page.goto("/desk/write/")
    page.wait_for_function("document.getElementById('words').value == 'Pressed in a tunnel.'")
    page.get_by_role("button", name="Keep as draft").last.click()
    page.get_by_text("Kept as a draft.").wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    page.goto("/desk/write/")
    page.wait_for_load_state()
    assert page.get_by_label("Your words").input_value() == ""
    assert Draft.objects.get().text == "Pressed in a tunnel."
