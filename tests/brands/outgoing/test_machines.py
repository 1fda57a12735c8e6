"""What software asks of every site: where its pages are and when they changed, and whom to tell of a hole."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from advocacy.environment import Environment
from brands.models import Brand
from brands.queries import sitemap
from people.models import Post
from tests.brands.pages import enrol, read, say
from tests.factories import make_brand, make_person, make_story

SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def entries(client: Client, url: str) -> dict[str, str | None]:
    """Return the addresses of a sitemap or an index, each with its lastmod."""
    body = client.get(url.removeprefix(settings.SITE_URL)).getvalue()
    root = ElementTree.fromstring(body)  # noqa: S314 - our own document
    return {str(one.findtext("s:loc", None, SPACE)): one.findtext("s:lastmod", None, SPACE) for one in root}


@pytest.mark.django_db
def test_every_public_page_is_listed_with_its_last_change_and_no_other_one(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    ingrid = enrol(vesper, "Ingrid Solbakk")
    shown, quiet = say(ingrid, "Snow.", hours=2), say(ingrid, "Hush.", hours=1)
    Post.objects.filter(pk=quiet.pk).update(quiet_at=timezone.now())
    hidden = make_person("Nobody Yet", slug="nobody", page_open=False)
    told = make_story(vesper, ingrid.person, lead=ingrid.person, words="I lead it.")
    make_story(vesper, ingrid.person, lead=ingrid.person)  # she has not said yes
    gone = enrol(vesper, "Oskar Brandl", state="suspended").person
    make_story(vesper, ingrid.person, lead=gone, words="I led it.")
    type(gone).objects.filter(pk=gone.pk).update(page_open=False)
    parts = entries(client, "/sitemap.xml")
    found = {url: changed for part in parts for url, changed in entries(client, part).items()}
    pages = {
        *("/brands/vesper/", "/brands/vesper/people/", f"/people/{ingrid.person.slug}/", f"/posts/{shown.pk}/"),
        f"/brands/vesper/stories/{told.slug}/",
    }
    assert set(found) == {settings.SITE_URL + page for page in pages}
    assert hidden.slug not in "".join(found)
    said = f"{shown.published_at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    assert found[f"{settings.SITE_URL}/posts/{shown.pk}/"] == said
    assert all(found.values())
    for listing in ("/sitemap.xml", *(part.removeprefix(settings.SITE_URL) for part in parts)):
        assert client.get(listing)["Cache-Control"] == "public, no-cache"
    for url in found:
        assert client.get(url.removeprefix(settings.SITE_URL)).status_code == 200
    Brand.objects.filter(pk=vesper.pk).update(publishing_paused_at=timezone.now())
    rests = f"/brands/vesper/stories/{told.slug}/"
    assert {page.url for page in sitemap.pages("brands", 0)} == {
        url for url in found if "/brands/" in url and not url.endswith(rests)
    }
    read(client, rests, 404)
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in read(client, "/robots.txt").splitlines()


@pytest.mark.django_db
def test_large_sites_are_listed_in_parts_whose_addresses_stay(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST", 2)
    people = [make_person(slug=f"one-{number}") for number in range(5)]
    parts = [part for part in entries(client, "/sitemap.xml") if "/sitemap-people-" in part]
    assert len(parts) == len({person.pk // 2 for person in people})
    listed = [list(entries(client, part)) for part in parts]
    assert max(map(len, listed)) == 2
    assert [url for part in listed for url in part] == [f"{settings.SITE_URL}/people/one-{n}/" for n in range(5)]
    assert entries(client, "/sitemap-people-999.xml") == {}
    assert client.get("/sitemap-secrets-0.xml").status_code == 404


@pytest.mark.django_db
def test_a_part_beyond_every_id_is_none(client: Client) -> None:
    assert client.get("/sitemap-posts-999999999999999.xml").status_code == 404


def test_whoever_finds_a_hole_reads_whom_to_tell(client: Client, settings: Settings) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@vesper.example"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert set(said) == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert said["Contact"] == "mailto:security@vesper.example"
    assert said["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    left = dt.datetime.fromisoformat(said["Expires"]) - timezone.now()
    assert dt.timedelta(days=178) < left < dt.timedelta(days=366)


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("", ""),
        ("security@vesper.example", "mailto:security@vesper.example"),
        ("https://vesper.example/security", "https://vesper.example/security"),
    ],
)
def test_the_contact_is_an_address(monkeypatch: pytest.MonkeyPatch, words: str, address: str) -> None:
    monkeypatch.setenv("SECURITY_CONTACT", words)
    assert Environment().contact("SECURITY_CONTACT") == address


@pytest.mark.parametrize("words", ["Ingrid", "http://vesper.example/", "a@b.example\nExpires: never", "mailto:a@b"])
def test_a_contact_that_nobody_can_reach_stops_the_start(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setenv("SECURITY_CONTACT", words)
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        Environment().contact("SECURITY_CONTACT")
