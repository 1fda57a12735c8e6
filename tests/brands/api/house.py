"""A brand with two people and an outsider, as the tests of the API read it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from brands.feed import rebuild_feed
from brands.models import Brand, Enrolment, Team, Topic
from people.keys import make_key
from people.models import Scope, User
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_user

V1 = "/api/v1/"
KEYS_OF_A_PROBLEM = {"type", "title", "status", "detail"}


@pytest.fixture
def vesper(db: None) -> Brand:
    """Vesper with Ingrid (X, and something said elsewhere) and Oskar, and Nightjar with somebody else."""
    brand = make_brand("Vesper", slug="vesper", tagline="the night train")
    team = Team.objects.create(brand=brand, slug="cab", name="The cab")
    topic = Topic.objects.create(brand=brand, slug="snow", name="Snow")
    ingrid = make_person("Ingrid Solbakk", slug="ingrid", languages=["no", "de"], line="drives.", about="In the cab.")
    account = make_account(ingrid, handle="ingrid_rail")
    first = make_enrolment(brand, ingrid, account=account, team=team, title="Driver", place="Köln")
    first.topics.add(topic)
    make_post(account, "Forty centimetres of snow")
    elsewhere = make_account(ingrid, network="elsewhere", remote_id=None, handle="")
    make_enrolment_shows(first, elsewhere)
    link = "https://talks.example/snow"
    make_post(elsewhere, "My talk about snow", remote_id="e1", link=link, published_at=_ago(2))
    oskar = make_account(make_person("Oskar Brandl", slug="oskar", languages=["de"]), handle="oskar_shovel")
    make_enrolment(brand, oskar.person, account=oskar, title="Shoveller", place="Wien")
    make_post(oskar, "Out with the broom", published_at=_ago(3))
    other = make_brand("Nightjar", slug="nightjar")
    outsider = make_account(make_person("Outside Person", slug="outside"))
    make_enrolment(other, outsider.person, account=outsider)
    make_post(outsider, "Quite another thing")
    for one in (brand, other):
        rebuild_feed(one)
    return brand


def make_enrolment_shows(enrolment: Enrolment, account: Any) -> None:
    """Let an enrolment show another account."""
    enrolment.shown_accounts.create(account=account, shows="all", since=_ago(24 * 300))


def _ago(hours: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)


def get(client: Client, path: str, status: int = 200, **headers: str) -> Any:
    """Return the body of an answer of the API, whose kind is the one that its status has."""
    answer = client.get(path if path.startswith("/") else V1 + path, headers=headers or None)
    assert answer.status_code == status, (path, answer.status_code, answer.content[:300])
    if status >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        body = answer.json()
        assert set(body) - {"parameters"} == KEYS_OF_A_PROBLEM
        assert body["status"] == status
        return body
    assert answer["Content-Type"] == "application/json"
    return answer.json()


def pages(client: Client, path: str) -> list[dict[str, Any]]:
    """Return the rows of a list over all of its pages."""
    found: list[dict[str, Any]] = []
    url: str | None = V1 + path
    while url:
        page = get(client, url)
        found += page["results"]
        url = page["next"] and page["next"].removeprefix("http://localhost:8000")
    return found


def a_key(user: User | None = None, scopes: list[str] | None = None, days: int = 365, name: str = "The hall") -> str:
    """Make a key; return it."""
    user = user or make_user()
    return make_key(user=user, name=name, scopes=Scope.values if scopes is None else scopes, days=days, actor=user)[1]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
