"""A fan reads at /home/ in a real browser: what is new, older words, and what came while they read."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from people import following
from people.models import Account, Fan, Person
from tests.browser.test_linking import signed_in
from tests.browser.vesper import PEOPLE
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]
OTHERS = {slug for slug, *_ in PEOPLE} - {"ingrid", "oskar", "meilin"}


def reader(*slugs: str, hours: float) -> Client:
    """Let somebody follow these people, who was here last so many hours ago; return them signed in."""
    user = make_user("lea@example.org")
    people = Person.objects.filter(slug__in=slugs)
    following.follow(user, [one.pk for one in people], actor=user)
    Fan.objects.filter(pk=user.pk).update(read_until=timezone.now() - dt.timedelta(hours=hours))
    client = Client()
    client.force_login(user)
    return client


def mark() -> dt.datetime:
    found = Fan.objects.get().read_until
    assert found is not None
    return found


def test_what_is_new_counts_as_read_once_its_end_was_seen(open_page: Open, site: str) -> None:
    page, _ = open_page(viewport={"width": 390, "height": 844})
    signed_in(page, site, reader("ingrid", "oskar", "meilin", hours=160))
    page.clock.install()
    was = mark()
    page.goto("/home/")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("New since")
    articles = page.locator("#feed > article")
    expect(articles).to_have_count(20)
    assert mark() == was  # not yet: the end of the new is on the next page
    page.get_by_role("link", name="Older posts").click()
    expect(articles).to_have_count(40)
    expect(page.locator("#feed > article:nth-of-type(21)")).to_be_focused()
    expect(page.locator("#feed-news")).to_have_text("20 more posts")
    end = page.get_by_role("heading", name="You have read what follows")
    with page.expect_response(lambda answer: "/read/" in answer.url) as told:
        end.scroll_into_view_if_needed()
    assert told.value.status == 204
    expect(articles).to_have_count(40)  # nothing moved under the reader
    make_post(Account.objects.get(person__slug="oskar"), "Broom again.", published_at=timezone.now())
    page.clock.fast_forward(121_000)
    page.get_by_role("link", name="1 new post").click()
    expect(articles.first).to_contain_text("Oskar Brandl")
    assert mark() > was
    expect(page.get_by_role("heading", name="You have read what follows")).to_be_visible()


def test_without_javascript_links_and_a_button_do_it(open_page: Open, site: str) -> None:
    page, _ = open_page(java_script_enabled=False)
    signed_in(page, site, reader("ingrid", "oskar", "meilin", hours=30))
    page.goto("/home/")
    page.get_by_label("Whose words").select_option(label="Mei-Lin Hartmann")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("who=meilin"))
    expect(page.locator("#feed > article h3").first).to_have_text("Mei-Lin Hartmann")
    page.get_by_role("link", name="Back to the newest of everybody").click()
    page.get_by_role("link", name="Older posts").click()
    expect(page).to_have_url(re.compile("before="))
    page.get_by_role("link", name="Back to the newest of everybody").click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    page.get_by_role("link", name="Find more people").click()
    page.locator("main button", has_text="Follow").first.click()  # who is named hangs on the day
    added = Person.objects.get(followers__isnull=False, slug__in=OTHERS)
    page.goto(f"/home/?who={added.slug}")
    expect(page.locator("#feed > article h3").first).to_have_text(added.name)


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    open_page: Open, site: str, axe: str, scheme: Any, width: int
) -> None:
    page, _ = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    client = reader(hours=30)
    signed_in(page, site, client)
    found: list[tuple[str, str, list[str]]] = []

    def look(address: str) -> None:
        page.goto(address)
        page.evaluate(axe)
        result = page.evaluate("axe.run()")
        found.extend((address, rule["id"], [n["html"][:200] for n in rule["nodes"]]) for rule in result["violations"])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address

    look("/home/")  # nobody is followed yet
    user = Fan.objects.get().user
    following.follow(user, Person.objects.filter(slug__in=["ingrid", "oskar"]).values_list("pk", flat=True), actor=user)
    for address in ("/home/", "/home/?who=nobody", "/home/more/", "/home/account/"):
        look(address)
    assert found == []
