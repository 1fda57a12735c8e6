"""What a brand's people say, for feed readers: what its page shows, post by post, of all or of one team."""

import json

import feedparser
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from brands.models import Brand, Team
from people.models import Post
from tests.brands.pages import enrol, say
from tests.factories import make_brand

pytestmark = pytest.mark.django_db


@pytest.fixture
def vesper() -> Brand:
    """Vesper with a team of one, somebody beside it, and a stranger at another brand."""
    vesper = make_brand("Vesper", slug="vesper")
    board = Team.objects.create(brand=vesper, slug="on-board", name="On board")
    ingrid, oskar = enrol(vesper, "Ingrid Solbakk", team=board), enrol(vesper, "Oskar Brandl")
    say(ingrid, "Snow on the line.", hours=1)
    say(oskar, "I was awake.", hours=2)
    say(ingrid, "Shared.", hours=3, kind="reply", reply_to_id="5")
    say(enrol(make_brand("Nightjar", slug="nightjar"), "Outside Person"), "Quite another thing.")
    return vesper


def authors(client: Client, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200, url
    if ".json" in url:
        return [item["authors"][0]["name"] for item in json.loads(answer.content)["items"]]
    found = feedparser.parse(answer.content)
    assert found.bozo is False
    return [entry.author for entry in found.entries]


@pytest.mark.parametrize("ending", ["atom", "json"])
def test_a_feed_has_what_the_page_shows_of_all_or_of_one_team(client: Client, vesper: Brand, ending: str) -> None:
    both = ["Ingrid Solbakk", "Oskar Brandl"]
    assert authors(client, f"/brands/vesper/feed.{ending}") == both
    assert authors(client, f"/brands/vesper/people/feed.{ending}") == both
    assert authors(client, f"/brands/vesper/people/feed.{ending}?team=on-board") == ["Ingrid Solbakk"]
    assert client.get(f"/brands/vesper/people/feed.{ending}?team=nope").status_code == 404
    assert client.get(f"/brands/nowhere/feed.{ending}").status_code == 404
    body = client.get(f"/brands/vesper/feed.{ending}").content.decode()
    assert "Snow on the line" not in body  # it was said on X: its author and its address leave, its words do not


def test_a_post_has_one_name_in_every_feed(client: Client, vesper: Brand) -> None:
    ids = {
        url: [item["id"] for item in json.loads(client.get(url).content)["items"]]
        for url in ("/brands/vesper/feed.json", "/brands/vesper/people/feed.json?team=on-board")
    }
    assert ids["/brands/vesper/people/feed.json?team=on-board"] == ids["/brands/vesper/feed.json"][:1]
    slug = Post.objects.get(text="Snow on the line.").person.slug
    assert (
        json.loads(client.get(f"/people/{slug}/feed.json").content)["items"][0]["id"] in ids["/brands/vesper/feed.json"]
    )


def test_a_teams_older_pages_stay_with_the_team(client: Client, vesper: Brand) -> None:
    enrolment = vesper.enrolments.get(person__name="Ingrid Solbakk")
    for hours in range(4, 60):
        say(enrolment, f"Night {hours}.", hours=hours)
    first = json.loads(client.get("/brands/vesper/people/feed.json?team=on-board").content)
    older = json.loads(client.get(first["next_url"].removeprefix(settings.SITE_URL)).content)
    assert (len(first["items"]), len(older["items"]), older.get("next_url")) == (50, 7, None)
    assert older["feed_url"] == first["next_url"]
    assert {item["authors"][0]["name"] for item in older["items"]} == {"Ingrid Solbakk"}


def test_what_is_quiet_is_gone_and_the_reader_who_has_it_is_told(client: Client, vesper: Brand) -> None:
    url = "/brands/vesper/feed.atom?fresh=1"  # kept nowhere: rows changed behind the verbs' backs count at once
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    Post.objects.filter(text="Snow on the line.").update(quiet_at=timezone.now())
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 200
    assert authors(client, url) == ["Oskar Brandl"]
