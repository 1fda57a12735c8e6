"""Whom Mastodon names beside a shared link to somebody's page."""

import re

import pytest
from django.test import Client

from tests.factories import make_person

pytestmark = pytest.mark.django_db


def creators(client: Client, slug: str) -> list[str]:
    page = client.get(f"/people/{slug}/").content.decode()
    return re.findall(r'<meta name="fediverse:creator" content="([^"]*)">', page)


def test_a_page_names_its_own_persons_address_on_mastodon_and_nobody_elses(client: Client) -> None:
    links = [
        {"label": "Blog", "url": "https://rail.example/@blog"},
        {"label": "Mastodon", "url": "https://rail.example/@ingrid"},
        {"label": "Also in the Fediverse", "url": "https://snow.example/@solbakk"},
    ]
    make_person("Ingrid Solbakk", slug="ingrid", links=links)
    make_person("Oskar Brandl", slug="oskar", links=links[:1])
    assert creators(client, "ingrid") == ["@ingrid@rail.example"]
    assert creators(client, "oskar") == []
