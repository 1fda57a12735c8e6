"""What a person says, for feed readers: their words only where the network lets them leave, while they stand."""

import datetime as dt
import json
from dataclasses import replace
from xml.etree import ElementTree

import feedparser
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from people.models import Account, Person, Post, PostPicture
from people.models.person import OldSlug
from people.networks.types import ELSEWHERE
from people.outgoing import feeds
from people.outgoing.atom import atom as atom_of
from people.saying import Said, change_saying, say_elsewhere
from people.syncing import store
from tests.factories import make_account, make_person, make_post, make_user
from tests.people.pictured import medium

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def ingrid() -> Person:
    """Ingrid, who says one thing on X and one elsewhere, and somebody else who says another."""
    ingrid = make_person("Ingrid Solbakk", slug="ingrid", user=make_user())
    make_post(make_account(ingrid, handle="ingrid_v"), "Snow on the line.", lang="de")
    make_post(make_account(make_person("Oskar Brandl")), "Quite another thing.")
    assert ingrid.user is not None
    say_elsewhere(
        person=ingrid, said=Said("I wrote of <b>snow</b> & ice.", "https://blog.example/snow"), actor=ingrid.user
    )
    return ingrid


def atom(client: Client, url: str = "/people/ingrid/feed.atom") -> ElementTree.Element:
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own document


def items(client: Client, url: str = "/people/ingrid/feed.json") -> list[dict[str, object]]:
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/feed+json; charset=utf-8")
    found: list[dict[str, object]] = json.loads(answer.content)["items"]
    return found


def test_a_feed_reader_finds_nothing_wrong_and_every_post_once(client: Client, ingrid: Person) -> None:
    found = feedparser.parse(client.get("/people/ingrid/feed.atom").content)
    assert found.bozo is False
    assert (found.feed.title, found.feed.links[0].rel) == ("Ingrid Solbakk", "alternate")
    elsewhere, on_x = found.entries
    assert [entry.author for entry in found.entries] == ["Ingrid Solbakk"] * 2
    assert elsewhere.content[0].value == "<p>I wrote of &lt;b&gt;snow&lt;/b&gt; &amp; ice.</p>"
    post = Post.objects.get(account__network=ELSEWHERE)
    assert elsewhere.link.endswith(f"/posts/{post.pk}/")
    assert [link.href for link in elsewhere.links if link.rel == "related"] == ["https://blog.example/snow"]
    assert on_x.title == "Ingrid Solbakk on X"
    assert on_x.link.endswith(f"/ingrid_v/status/{Post.objects.get(text='Snow on the line.').remote_id}/")
    assert "content" not in on_x


def test_words_said_on_x_leave_as_author_and_address_only(client: Client, ingrid: Person) -> None:
    for ending in ("atom", "json"):
        body = client.get(f"/people/ingrid/feed.{ending}").content.decode()
        assert "Snow on the line" not in body
        assert "I wrote of" in body
        assert "Quite another thing" not in body
    on_x = items(client)[1]
    assert on_x["content_text"] == f"Ingrid Solbakk on X: {on_x['url']}"
    assert "language" not in on_x
    assert "xml:lang" not in client.get("/people/ingrid/feed.atom").content.decode()


STEM = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("alt", "told"),
    [('Snow & "ice"', "Snow &amp; &quot;ice&quot;"), ("", "Picture by Ingrid, without a description")],
)
def test_a_picture_goes_along_with_words_that_may_leave_and_stays_here_with_those_that_may_not(
    client: Client, ingrid: Person, alt: str, told: str
) -> None:
    for number, post in enumerate(Post.objects.order_by("pk")):  # everybody's, on X and elsewhere
        Post.objects.filter(pk=post.pk).update(media=[medium(None, alt=alt)])
        stem = f"{number}{STEM[1:]}"
        PostPicture.objects.create(post=post, position=0, stem=stem, width=800, height=450, published_at=timezone.now())
    elsewhere, on_x = items(client)
    url = f"{settings.SITE_URL}/media/pictures/21/2{STEM[1:]}-1200.avif"
    words = "<p>I wrote of &lt;b&gt;snow&lt;/b&gt; &amp; ice.</p>"
    drawn = f'{words}<p><img src="{url}" width="800" height="450" alt="{told}"></p>'
    assert (elsewhere["content_html"], elsewhere["image"]) == (drawn, url)
    assert "image" not in on_x
    entries = atom(client).findall("a:entry", ATOM)
    assert [entry.findtext("a:content", None, ATOM) for entry in entries] == [drawn, None]
    for ending in ("atom", "json"):
        assert client.get(f"/people/ingrid/feed.{ending}").content.count(b"/media/pictures/") == 1 + (ending == "json")


def test_the_json_feed_says_the_same(client: Client, ingrid: Person) -> None:
    Post.objects.filter(account__network=ELSEWHERE).update(lang="de")
    found = json.loads(client.get("/people/ingrid/feed.json").content)
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    names = [entry.find("a:id", ATOM) for entry in atom(client).findall("a:entry", ATOM)]
    assert [item["id"] for item in found["items"]] == [name.text for name in names if name is not None]
    assert found["home_page_url"].endswith("/people/ingrid/")
    assert found["items"][0]["external_url"] == "https://blog.example/snow"
    assert found["items"][0]["language"] == "de"


def test_an_id_stays_when_words_and_address_change_and_the_change_is_told(client: Client, ingrid: Person) -> None:
    before = items(client)[0]
    assert before["date_published"] == before["date_modified"]
    post = Post.objects.get(account__network=ELSEWHERE)
    hour_ago = timezone.now() - dt.timedelta(hours=1)
    Account.objects.filter(pk=post.account_id).update(page_from=hour_ago)
    Post.objects.filter(pk=post.pk).update(published_at=hour_ago)
    post.refresh_from_db()
    assert ingrid.user is not None
    change_saying(post=post, said=Said("I wrote of ice.", "https://blog.example/ice"), actor=ingrid.user)
    Person.objects.filter(pk=ingrid.pk).update(slug="solbakk")
    OldSlug.objects.create(slug="ingrid", person=ingrid)
    moved = client.get("/people/ingrid/feed.json")
    assert (moved.status_code, moved["Location"]) == (301, "/people/solbakk/feed.json")
    after = next(item for item in items(client, "/people/solbakk/feed.json") if item["id"] == before["id"])
    assert after["content_html"] == "<p>I wrote of ice.</p>"
    assert str(after["date_modified"]) > str(after["date_published"])


@pytest.mark.parametrize("taken", ["deleted", "quiet", "unproven", "protected"])
def test_what_is_taken_away_is_gone_from_the_feed(client: Client, ingrid: Person, taken: str) -> None:
    post = Post.objects.get(text="Snow on the line.")
    assert len(items(client)) == 2
    if taken == "deleted":
        store.remove_posts("x", [post.remote_id])
    elif taken == "quiet":
        Post.objects.filter(pk=post.pk).update(quiet_at=timezone.now())
    elif taken == "unproven":
        Account.objects.filter(pk=post.account_id).update(named_by_operator=False)
    else:
        Account.objects.filter(pk=post.account_id).update(state=Account.State.PROTECTED)
    for ending in ("atom", "json"):
        # an address that no cache of ours keeps, so that rows changed behind the verbs' backs count at once
        body = client.get(f"/people/ingrid/feed.{ending}?fresh=1").content.decode()
        assert post.remote_id not in body
        assert "I wrote of" in body


def test_a_feed_that_did_not_change_costs_a_304(client: Client, ingrid: Person) -> None:
    for url in ("/people/ingrid/feed.atom", "/people/ingrid/feed.json", "/people/ingrid/feed.atom?fresh=1"):
        first = client.get(url)
        assert first["Last-Modified"]
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), url
        # a time alone cannot tell that something was taken away
        by_time = client.get(url, headers={"If-Modified-Since": first["Last-Modified"]})
        assert by_time.status_code == 200, url
    store.remove_posts("x", Post.objects.filter(account__network="x").values_list("remote_id", flat=True))
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_older_posts_are_linked_page_by_page(client: Client) -> None:
    account = make_account(make_person("Oskar Brandl", slug="oskar"))
    made = [make_post(account, f"Night {number}.").pk for number in range(120)]
    url, seen, pages = "/people/oskar/feed.json", [], 0
    while url:
        page = json.loads(client.get(url).content)
        assert page["feed_url"].endswith(url)
        seen += [item["id"].rpartition("/")[2] for item in page["items"]]
        pages, url = pages + 1, page.get("next_url", "").removeprefix(settings.SITE_URL)
    assert (pages, seen) == (3, [str(pk) for pk in made])
    first = atom(client, "/people/oskar/feed.atom")
    rels = {str(link.get("rel")): str(link.get("href")) for link in first.findall("a:link", ATOM)}
    assert set(rels) == {"alternate", "self", "next"}
    second = atom(client, rels["next"].removeprefix(settings.SITE_URL))
    assert {link.get("rel") for link in second.findall("a:link", ATOM)} == {"alternate", "self", "first", "next"}


def test_characters_that_no_xml_may_hold_do_no_harm(client: Client, ingrid: Person) -> None:
    post = Post.objects.get(account__network=ELSEWHERE)
    Post.objects.filter(pk=post.pk).update(html="<p>bell\x07 form\x0c feed\ufffe \U0001f682</p>")
    Person.objects.filter(pk=ingrid.pk).update(name="Ingrid\x0b Solbakk")
    found = feedparser.parse(client.get("/people/ingrid/feed.atom").content)
    assert (found.bozo, found.feed.title) == (False, "Ingrid Solbakk")
    assert found.entries[0].content[0].value == "<p>bell form feed \U0001f682</p>"


def test_no_value_of_an_item_can_spoil_the_document(ingrid: Person) -> None:
    feed = feeds.of_person(ingrid, None)
    odd = {name: f"https://a.example/{name}\x0b" for name in ("url", "link", "author_url")}
    odd |= {name: f"{name}\x00\ufffe" for name in ("title", "author", "html", "lang")}
    spoilt = replace(feed, title="a\x1b", items=[replace(item, **odd) for item in feed.items])
    root = ElementTree.fromstring(atom_of(spoilt))  # noqa: S314 - our own document
    entry = root.find("a:entry", ATOM)
    assert entry is not None
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "lang"
    assert entry.findtext("a:author/a:uri", None, ATOM) == "https://a.example/author_url"


def test_a_closed_page_has_no_feed(client: Client, ingrid: Person) -> None:
    Person.objects.filter(pk=ingrid.pk).update(page_open=False)
    assert client.get("/people/ingrid/feed.atom?fresh=1").status_code == 404
    assert client.get("/people/ingrid/feed.rss").status_code == 404
