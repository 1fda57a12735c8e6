"""The page of one post."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from brands.models import BrandPost
from people.models import Account
from people.networks.types import Entity
from people.rendering import words_html
from tests.brands.pages import read, words
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_x(settings: object) -> None:
    """These pages point to X itself."""
    settings.X_WEB_BASE = "https://x.com"  # type: ignore[attr-defined] # pytest-django's fixture has no type


def test_a_post_of_x_is_drawn_by_the_rules_of_x(client: Client) -> None:
    person = make_person("Ingrid Solbakk", slug="ingrid", portrait="own-portrait")
    account = make_account(person, handle="ingrid_drives", avatar="their-x-picture")
    text = "See t.co/1 & @oskar"
    entities = [
        Entity("url", 4, 10, "https://t.co/1", "vesper.example/winter"),
        Entity("mention", 13, 19, "https://x.com/oskar", "@oskar"),
    ]
    post = make_post(account, text, html=words_html(text, entities), remote_id="123", edit_history=["122", "123"])
    page = read(client, f"/posts/{post.pk}/")
    assert "their-x-picture" in page
    assert "own-portrait" not in page
    assert "Ingrid Solbakk" in words(page)
    assert "@ingrid_drives" in words(page)
    assert "icons.svg#x" in page
    assert '<a href="https://t.co/1" rel="nofollow noopener ugc">vesper.example/winter</a> &amp; <a' in page
    link = page.split('href="https://x.com/ingrid_drives/status/123"')[1].split("</a>")[0]
    assert "<time" in link
    assert '<a href="https://x.com/intent/tweet?in_reply_to=123">Answer on X</a>' in page
    assert "<span>edited</span>" in page


@pytest.mark.parametrize(
    ("base", "handle", "answer"),
    [
        ("https://x.com", "railfan", "https://x.com/intent/tweet?in_reply_to=99"),
        ("https://x.com", "", "https://x.com/intent/tweet?in_reply_to=99"),
        ("/sandbox", "railfan", "/sandbox/railfan/status/99/"),
        ("/sandbox", "", "/sandbox/ingrid/status/123/"),  # the sandbox finds no post without its author
    ],
)
def test_whoever_answers_a_post_that_was_shared_answers_its_author(
    client: Client, settings: object, base: str, handle: str, answer: str
) -> None:
    settings.X_WEB_BASE = base  # type: ignore[attr-defined] # pytest-django's fixture has no type
    account = make_account(handle="ingrid")
    post = make_post(account, "", kind="repost", repost_of_id="99", repost_of_handle=handle, remote_id="123")
    page = read(client, f"/posts/{post.pk}/")
    assert page.count("Answer on X") == 1
    assert f'<a href="{answer}">Answer on X</a>' in page


def test_the_picture_of_an_account_that_no_yes_asks_to_read_is_not_shown(client: Client) -> None:
    person = make_person("Ingrid Solbakk", portrait="own-portrait")
    post = make_post(make_account(person, avatar="their-x-picture"))
    account = make_account(person, avatar="picture-of-before")
    before = make_post(account)
    account.read_from = None
    account.save()
    assert "their-x-picture" in read(client, f"/posts/{post.pk}/")
    page = read(client, f"/posts/{before.pk}/")
    assert "picture-of-before" not in page
    assert "own-portrait" in page


def test_a_post_that_was_not_edited_says_nothing_of_it(client: Client) -> None:
    post = make_post(edit_history=["123"])
    assert "edited" not in read(client, f"/posts/{post.pk}/")


def test_a_site_that_reads_the_sandbox_points_to_its_pages(client: Client, settings: object) -> None:
    settings.X_WEB_BASE = "/sandbox"  # type: ignore[attr-defined] # pytest-django's fixture has no type
    post = make_post(make_account(handle="ingrid_drives"), remote_id="123")
    page = read(client, f"/posts/{post.pk}/")
    assert '<a href="/sandbox/ingrid_drives/status/123/">Answer on X</a>' in page
    assert "x.com" not in page


def test_answers_of_our_people_stand_below_and_the_authors_own_words_go_on(client: Client) -> None:
    ingrid = make_account(make_person("Ingrid Solbakk", slug="ingrid"))
    oskar = make_account(make_person("Oskar Brandl"))
    hidden = make_account(make_person("Hidden Person", page_open=False))
    post = make_post(ingrid, "Nobody awake but me.", html="<p>Nobody awake but me.</p>")
    now = timezone.now()
    for account, text, kind in (
        (oskar, "I was awake.", "reply"),
        (ingrid, "And the kettle.", "post"),
        (hidden, "So was I.", "reply"),
    ):
        make_post(account, text, kind=kind, reply_to_id=post.remote_id, published_at=now)
    make_post(oskar, "Unrelated.", kind="reply", reply_to_id="1")
    text = words(read(client, f"/posts/{post.pk}/"))
    assert [word in text for word in ("I was awake.", "And the kettle.", "So was I.", "Unrelated.")] == [
        *(True, True, False, False)
    ]
    assert "Oskar Brandl answered" in text
    assert "Ingrid Solbakk went on" in text


def test_an_answer_shows_what_it_answers_or_links_there(client: Client) -> None:
    asked = make_post(make_account(make_person("Oskar Brandl")), "Who has the broom?")
    ours = make_post(make_account(), "You.", kind="reply", reply_to_id=asked.remote_id, reply_to_handle="oskar")
    theirs = make_post(make_account(), "You.", kind="reply", reply_to_id="77", reply_to_handle="marta_reads")
    assert "Oskar Brandl said" in words(read(client, f"/posts/{ours.pk}/"))
    page = read(client, f"/posts/{theirs.pk}/")
    assert 'An answer to <a href="https://x.com/marta_reads/status/77">@marta_reads</a>' in page


def test_a_quote_links_to_what_it_quotes_and_where_that_cannot_be_known_to_itself(
    client: Client, settings: object
) -> None:
    post = make_post(make_account(handle="ingrid"), kind="quote", quote_of_id="1177001177001177", remote_id="5")
    assert 'href="https://x.com/i/status/1177001177001177"' in read(client, f"/posts/{post.pk}/")
    settings.X_WEB_BASE = "/sandbox"  # type: ignore[attr-defined] # pytest-django's fixture has no type
    page = read(client, f"/posts/{post.pk}/")
    assert "1177001177001177" not in page.split("<main")[1]
    assert page.count('href="/sandbox/ingrid/status/5/"') == 3


def test_a_quote_of_one_of_ours_leads_to_its_page_here(client: Client) -> None:
    quoted = make_post(make_account(make_person("Oskar Brandl")), "I was awake.")
    post = make_post(make_account(make_person("Ingrid Solbakk")), kind="quote", quote_of_id=quoted.remote_id)
    page = read(client, f"/posts/{post.pk}/")
    assert f'href="/posts/{quoted.pk}/"' in page
    assert "The post of Oskar Brandl that Ingrid quotes" in words(page)


def test_the_same_id_at_another_network_is_another_post(client: Client) -> None:
    post = make_post(make_account(make_person("Ingrid Solbakk")), "Here.", remote_id="5")
    elsewhere = make_account(make_person("Oskar Brandl"), network="elsewhere")
    make_post(elsewhere, "Not an answer to it.", kind="reply", reply_to_id="5")
    assert "Not an answer to it." not in read(client, f"/posts/{post.pk}/")


@pytest.mark.parametrize("why", ["closed page", "protected", "before the yes", "shows nothing", "unknown"])
def test_a_post_that_nobody_shows_is_not_found(client: Client, why: str) -> None:
    person = make_person("Ingrid Solbakk", page_open=why != "closed page")
    account = make_account(person, state=Account.State.PROTECTED if why == "protected" else Account.State.ACTIVE)
    if why == "shows nothing":
        account.page_from = None
    if why == "before the yes":
        account.page_from = timezone.now() + dt.timedelta(days=1)
    account.save()
    post = make_post(account, "Hidden words.")
    page = read(client, f"/posts/{post.pk + 1000 if why == 'unknown' else post.pk}/", 404)
    assert "Hidden words." not in page


def test_a_post_that_only_a_brand_shows_has_its_page(client: Client) -> None:
    account = make_account(page_from=None)
    post = make_post(account, "Picked.", html="<p>Picked.</p>")
    brand = make_enrolment(account=account).brand
    BrandPost.objects.create(brand=brand, post=post, person=account.person, published_at=post.published_at)
    make_brand("Nightjar")
    assert "Picked." in words(read(client, f"/posts/{post.pk}/"))


def test_a_number_beyond_all_numbers_is_not_found(client: Client) -> None:
    read(client, f"/posts/{10**30}/", 404)
