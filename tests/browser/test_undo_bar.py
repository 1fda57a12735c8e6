"""The bar that takes back, in a real browser: its words count down while somebody is pressing its button."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from people.models import Delivery
from tests.browser.test_linking import signed_in
from tests.browser.test_writing import desk, link

__all__ = ["desk"]
pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., tuple[Page, Any]]


@pytest.fixture
def page(open_page: Open, desk: Client, site: str) -> Page:
    """Ingrid's browser, whose account is linked."""
    page, _ = open_page()
    signed_in(page, site, desk)
    link(page)
    return page


def said(page: Page, words: str, *, hours: int) -> Delivery:
    """Send words for now; return their delivery, which waits so many hours instead of its thirty seconds."""
    page.goto("/desk/write/")
    page.get_by_label("Your words").fill(words)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Your post goes out on X in")).to_be_visible()
    delivery = Delivery.objects.latest("pk")
    due = delivery.due_at + dt.timedelta(hours=hours)
    Delivery.objects.filter(pk=delivery.pk).update(due_at=due, next_due_at=due)
    return delivery


def press(page: Page) -> None:
    """Press the button down and hold it."""
    page.get_by_role("button", name="Take it back").hover()
    page.mouse.down()


def test_a_press_under_which_the_seconds_count_on_takes_back(page: Page) -> None:
    delivery = said(page, "Said too soon.", hours=1)
    words = page.locator("#undo-bar > span")
    press(page)
    for _ in range(2):  # the second time it is certain that they changed after the press
        expect(words).not_to_have_text(words.inner_text())
    page.mouse.up()
    expect(page.get_by_text("Taken back: it does not go out.")).to_be_visible()
    delivery.refresh_from_db()
    assert delivery.state == "cancelled"


def test_a_press_under_which_the_post_goes_out_takes_back_no_other(page: Page) -> None:
    first, second = (said(page, f"Number {hours}.", hours=hours) for hours in (1, 2))
    form = page.locator("#undo-bar form")
    expect(form).to_have_id(f"take-back-{first.pk}")
    press(page)
    Delivery.objects.filter(pk=first.pk).update(due_at=first.created_at)
    expect(form).to_have_id(f"take-back-{second.pk}")
    page.mouse.up()
    Delivery.objects.filter(pk=second.pk).update(due_at=first.created_at)
    expect(page.locator("#undo-bar")).to_be_hidden()  # the page is still the one that was pressed on
    expect(page.locator("#undo-bar[hx-get]")).to_have_count(0)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"scheduled"}
