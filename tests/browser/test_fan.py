"""A fan walks from a brand to a person, to a post, to older posts, with and without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_fan_walks_from_a_brand_to_its_people_and_their_words(
    open_page: Callable[..., tuple[Page, Any]], javascript: bool
) -> None:
    page, _ = open_page(java_script_enabled=javascript)
    page.goto("/")
    page.get_by_role("link", name="Vesper", exact=True).click()
    expect(page).to_have_title("The people of Vesper night trains")
    page.get_by_role("link", name="All 12 people").click()
    page.get_by_label("Name, place, topic or any word they used").fill("solbakk")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status").filter(has_text="1 of 12 people")).to_be_visible()
    expect(page).to_have_url(re.compile("q=solbakk"))
    page.get_by_role("link", name="Ingrid Solbakk", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingrid Solbakk")
    expect(page.get_by_text("Oskar Brandl")).to_be_visible()
    page.get_by_role("link", name="Link to this post").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingrid Solbakk")
    expect(page.get_by_role("link", name="Answer on X")).to_be_visible()
    page.get_by_role("link", name="More from Ingrid").click()
    _older_posts(page, javascript)


def _older_posts(page: Page, javascript: bool) -> None:
    articles = page.locator("#feed > article")
    expect(articles).to_have_count(20)
    page.get_by_role("link", name="Older posts").click()
    if javascript:
        expect(articles).to_have_count(40)
        # focus does not fall back to the top, and the news is announced
        expect(page.locator("#feed > article:nth-of-type(21)")).to_be_focused()
        expect(page.locator("#feed-news")).to_have_text("20 more posts")
    else:
        expect(page).to_have_url(re.compile("before="))
        expect(articles).to_have_count(20)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_run_of_posts_unfolds_and_older_posts_come(
    open_page: Callable[..., tuple[Page, Any]], javascript: bool
) -> None:
    page, _ = open_page(java_script_enabled=javascript)
    page.goto("/brands/vesper/")
    folded = page.get_by_text("Stop 0, Rosenheim & onwards.")
    expect(folded).not_to_be_visible()
    page.get_by_text("5 more from Ingrid").click()
    expect(folded).to_be_visible()
    names = page.locator("#feed > article > header h3")
    first = names.all_text_contents()
    page.get_by_role("link", name="Older posts").click()
    expect(names).to_have_count(20 if javascript else 10)
    assert names.all_text_contents()[:10] == first or not javascript
    expect(page.get_by_role("link", name="Older posts")).to_be_visible()


def test_filters_work_at_once_and_the_back_button_brings_the_list_back(
    open_page: Callable[..., tuple[Page, Any]],
) -> None:
    page, _ = open_page()
    page.goto("/brands/vesper/people/")
    page.get_by_label("Team", exact=True).select_option("track")
    expect(page.get_by_role("status").filter(has_text="4 of 12 people")).to_be_visible()
    expect(page).to_have_url(re.compile("team=track"))
    page.get_by_role("link", name="Show all 12").click()
    expect(page.get_by_role("status").filter(has_text="12 people")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("status").filter(has_text="4 of 12 people")).to_be_visible()
