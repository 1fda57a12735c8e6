"""Every outlet forgets what is taken away, and never shows what there was no yes for."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone
from pytest_django import Settings

from brands.models import Enrolment
from brands.outlets import OUTLETS, addresses
from people.models import Account, Post
from people.syncing import store
from tests.brands.pages import enrol, say
from tests.factories import make_brand, make_story, make_told

pytestmark = pytest.mark.django_db
WORDS = "Forty centimetres of new snow"
NAME = "Ingrid Solbakk"
# what they say of a post on X is its author and its link
API_POSTS = {"API brand posts", "API person posts", "API post"}
OF_THE_PERSON = {"following a person", "reporting a post"}
OF_THE_PERSON |= {"person page", "post page", "API person", "API person posts", "API post", "person feed", "contact"}
PAGES = {"brand page", "story page", "person page", "post page"}
LISTS = {"brand page", "people list", "choosing among people", "people files", "API people list"}
FEEDS = {"brand feed", "person feed"}
NAMING = {outlet.name for outlet in OUTLETS} - {"sitemap"}  # which has addresses only


@pytest.fixture(autouse=True)
def _without_limits(settings: Settings) -> None:
    settings.API_PER_MINUTE = 10**6


def shown_on(client: Client, places: dict[str, list[str]], needle: str) -> set[str]:
    """Return the outlets that show this, with all their older pages."""
    return {name for name, urls in places.items() if any(needle in page for url in urls for page in pages(client, url))}


def pages(client: Client, url: str) -> Iterator[str]:
    """Read a page and those that its "Older posts" or "Next" links lead to."""
    answer = client.get(url)
    page = answer.getvalue().decode().replace("\r\n ", "")  # files are streamed, a contact's long lines folded
    yield page
    if further := re.search(r'<link href="([^"]+)" rel="next"|"next_url": "([^"]+)"', page):
        yield from pages(client, unescape(further[1] or further[2]).removeprefix(site.SITE_URL))
        return
    if answer.headers["Content-Type"] == "application/json" and (link := answer.json().get("next")):
        yield from pages(client, link.removeprefix("http://localhost:8000"))
    if 'rel="next"' in page:
        before = page.split('rel="next"')[0] if "Older posts" in page else page.split('" rel="next"')[0] + '"'
        query = before.rsplit('href="', 1)[1].split('"')[0].split("#")[0].replace("&amp;", "&")
        yield from pages(client, url.split("?")[0] + query)


@pytest.fixture
def spoken() -> Post:
    """A post that is answered, in the middle of others', with an outsider's of the same words beside it."""
    vesper = make_brand("Vesper", slug="vesper")
    ingrid, oskar = enrol(vesper, NAME), enrol(vesper, "Oskar Brandl")
    for hours in range(30):
        say(ingrid if hours % 2 else oskar, f"Filler {hours}.", hours=hours)
    spoken = say(ingrid, f"{WORDS}.", hours=25.5, media=[{"kind": "photo", "url": None, "alt": WORDS}])
    say(oskar, "I was awake.", hours=25, kind="reply", reply_to_id=spoken.remote_id)
    make_told(make_story(vesper, oskar.person, lead=oskar.person, words="I was awake for it."), spoken)
    outsider = enrol(make_brand("Nightjar", slug="nightjar"), "Outside Person")
    say(outsider, "Quite another thing.")
    return spoken


def test_what_is_said_is_on_every_outlet_of_posts_and_its_author_on_every_outlet(client: Client, spoken: Post) -> None:
    places = addresses(spoken)
    assert shown_on(client, places, WORDS) == PAGES
    # said on X: what leaves the site is its author and its address there
    assert shown_on(client, places, spoken.remote_id) == PAGES | API_POSTS | FEEDS
    assert shown_on(client, places, NAME) == NAMING
    assert shown_on(client, places, f"/posts/{spoken.pk}/") == PAGES | API_POSTS | {"sitemap", "reporting a post"}
    outside = {"first page": ["/"], "brand": ["/brands/nightjar/"], "list": ["/brands/nightjar/people/"]}
    assert shown_on(client, outside, WORDS) == set()


def test_a_deleted_post_is_on_no_outlet(client: Client, spoken: Post) -> None:
    places = addresses(spoken)
    store.remove_posts("x", [spoken.remote_id])
    for needle in (WORDS, spoken.remote_id, f"/posts/{spoken.pk}/"):
        assert shown_on(client, places, needle) == set()
    assert client.get(places["post page"][0]).status_code == 404
    answer = Post.objects.get(text="I was awake.")
    assert WORDS not in client.get(f"/posts/{answer.pk}/").content.decode()


def test_a_protected_account_is_on_no_outlet(client: Client, spoken: Post) -> None:
    places = addresses(spoken)
    Account.objects.filter(pk=spoken.account_id).update(state=Account.State.PROTECTED)
    for needle in (WORDS, spoken.account.handle, spoken.remote_id):
        assert shown_on(client, places, needle) == set()
    assert spoken.account.handle not in client.get("/brands/vesper/people/").content.decode()
    store.remove_all_posts(spoken.account)
    assert shown_on(client, places, WORDS) == set()


def test_an_account_that_is_not_proven_is_on_no_outlet(client: Client, spoken: Post) -> None:
    Account.objects.filter(pk=spoken.account_id).update(named_by_operator=False, avatar="a" * 32)
    places = addresses(spoken)
    assert shown_on(client, places, WORDS) == set()
    for needle in (spoken.account.handle, spoken.remote_id):
        assert shown_on(client, places, needle) == set()
    assert shown_on(client, places, "a" * 32) == set()
    Account.objects.filter(pk=spoken.account_id).update(confirmed_at=timezone.now())
    assert shown_on(client, places, WORDS) == PAGES
    assert shown_on(client, places, "a" * 32) == NAMING - API_POSTS - FEEDS - {"reporting a post"}


def test_a_post_that_its_author_wants_shown_nowhere_is_on_no_outlet(client: Client, spoken: Post) -> None:
    Post.objects.filter(pk=spoken.pk).update(quiet_at=timezone.now())
    for needle in (WORDS, spoken.remote_id, f"/posts/{spoken.pk}/"):
        assert shown_on(client, addresses(spoken), needle) == set()


@pytest.mark.parametrize("state", ["invited", "declined"])
def test_before_the_yes_nothing_is_public_or_counted(client: Client, state: str) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    enrol(vesper, "Oskar Brandl", posts=1)
    post = say(enrol(vesper, NAME, state=state), WORDS)
    places = addresses(post)
    assert shown_on(client, places, WORDS) == set()
    assert shown_on(client, places, "Ingrid") == set()
    assert client.get(places["person page"][0]).status_code == 404
    assert "This page starts with Oskar." in client.get("/brands/vesper/").content.decode()
    assert "1 person" in client.get("/brands/vesper/people/").content.decode()


@pytest.mark.parametrize(
    ("state", "words_on", "name_on"),
    [
        ("active", PAGES, NAMING),
        # paused: a card, and nothing said since; the person's own page is theirs
        ("paused", {"person page", "post page"}, OF_THE_PERSON | LISTS),
        ("left", {"person page", "post page"}, OF_THE_PERSON),
        ("suspended", {"person page", "post page"}, OF_THE_PERSON),
    ],
)
def test_each_state_shows_what_the_contract_says(
    client: Client, state: str, words_on: set[str], name_on: set[str]
) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    oskar = enrol(vesper, "Oskar Brandl", posts=1)
    mine = enrol(vesper, NAME)
    Enrolment.objects.filter(pk=mine.pk).update(state=state)
    mine.refresh_from_db()
    post = say(mine, WORDS, hours=-1)
    make_told(make_story(vesper, oskar.person, lead=oskar.person, words="I was awake for it."), post)
    places = addresses(post)
    assert shown_on(client, places, WORDS) == words_on
    assert shown_on(client, places, NAME) == name_on


def test_every_public_page_is_an_outlet_or_known_to_show_no_person() -> None:
    named = {str(pattern.name) for pattern in _patterns() if getattr(pattern, "name", None)}
    outlets = {"home-of-all", "brand", "brand-people", "person", "post"}
    outlets |= {f"api-{name}" for name in ("brand-people", "brand-posts", "person", "person-posts", "post")}
    outlets |= {"follow", "brand-follow", "report"}
    outlets |= {"brand-story", "brand-feed", "people-file", "person-feed", "person-vcard", "sitemap-part"}
    assert len(outlets) == len(OUTLETS)
    outlets |= {"people-feed"}  # of one team, beside the brand's
    own = {"listing", "leave-brand", "home", "sign-in", "authenticator-picture"}  # read by one person only
    own |= {f"home-{name}" for name in ("account", "more", "new", "read", "people")}
    own |= {f"home-people-{name}" for name in ("settle", "change", "erase", "end", "export")}
    own |= {"follow-asked", "follow-done", "follow-confirm", "follow-from-mastodon"}
    nobody = {"brand-colour", "robots", "sitemap", "security", "livez", "readyz", "sessions"}
    nobody |= {"api", "api-schema", "api-brands", "api-brand", "api-nothing", "mailbox", "mailbox-letter"}
    own |= {"letter-read", "letter-stop", "report-sent", "erasure"}
    # reached only from the pages above, and from letters
    pictures = {"letter-face", "face", "initials", "post-picture", "person-card", "brand-card"}
    # behind sign-in or a secret address: what these show stays with its reader
    rooms = ("account_", "mfa_", "usersessions_", "desk", "studio", "invitation", "listing-", "join")
    assert {name for name in named if not name.startswith(rooms)} == outlets | own | nobody | pictures


def _patterns() -> Iterator[object]:
    stack = [*get_resolver().url_patterns]
    while stack:
        pattern = stack.pop()
        inner = getattr(pattern, "url_patterns", None)
        if inner is None:
            yield pattern
        elif "sandbox" not in str(pattern.pattern):  # type: ignore[attr-defined] # resolvers have one
            stack += inner
