"""Every call in docs/api.md is made, and answered as it says there."""

import datetime as dt
import json
import re
import shlex
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from brands.feed import rebuild_feed
from brands.models import Brand, Team, Topic
from tests.brands.api.house import a_key
from tests.brands.api.test_description import ADDRESSES
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "api.md"
CALL = re.compile(r"```sh\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)
SITE = "http://localhost:8000"


@pytest.fixture
def night_train(settings: Settings) -> Brand:
    """Vesper as the document shows it: its rows have fixed ids and times."""
    settings.X_WEB_BASE = "https://x.com"
    brand = make_brand("Vesper", slug="vesper", tagline="the night trains of Europe")
    make_brand("Nightjar", slug="nightjar")
    cab = Team.objects.create(brand=brand, slug="cab", name="The cab")
    yard = Team.objects.create(brand=brand, slug="yard", name="The yard")
    snow = Topic.objects.create(brand=brand, slug="snow", name="Snow")
    since = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    people = (
        ("Ingrid Solbakk", "ingrid", "drives through the night.", ["no", "de"], cab, "Train driver", "Vienna", "x"),
        ("Oskar Brandl", "oskar", "clears the snow.", ["de"], yard, "Shunter", "Innsbruck", "elsewhere"),
    )
    said = ("Forty centimetres overnight on the Brenner.", "Out with the broom at 03:40.")
    for number, (name, slug, line, languages, team, title, place, network) in enumerate(people, 1):
        person = make_person(name, slug=slug, line=line, languages=languages)
        fields = {"handle": f"{slug}_rail", "remote_id": "2109978725507402411"} if network == "x" else {"handle": ""}
        account = make_account(person, **{"network": network, "remote_id": None, "page_from": since, **fields})
        row = make_enrolment(
            brand, person, account=account, team=team, title=title, place=place, since=since, with_brand_since=since
        )
        row.topics.add(snow)
        link = "" if network == "x" else "https://radio.example/night/broom"
        at = dt.datetime(2026, 11, 20, 4 - number, 40, tzinfo=dt.UTC)
        remote = "210997872550740241" if network == "x" else "e2"
        for pk in (number,) if network == "elsewhere" else (number, number + 2):
            time = at - dt.timedelta(hours=pk)
            make_post(account, said[number - 1], pk=pk, published_at=time, link=link, remote_id=f"{remote}{pk}")
    rebuild_feed(brand)
    return brand


def calls() -> list[tuple[str, dict[str, str], str]]:
    """Return each call of the document as its address, its headers and the answer below it."""
    found = []
    for command, answer in CALL.findall(DOCUMENT.read_text(encoding="utf-8")):
        words = shlex.split(command)
        assert words[0] == "curl"
        headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
        assert words[-1].startswith(SITE)
        found.append((words[-1].removeprefix(SITE), headers, answer))
    return found


def test_every_call_is_answered_as_the_document_says(client: Client, night_train: Brand) -> None:
    for url, headers, told in calls():
        sent = {name: value.replace("chorus_0a1b2c3d_…", a_key()) for name, value in headers.items()}
        answer = client.get(url, headers=sent)
        assert answer.json() == json.loads(told), url


def test_there_is_an_example_of_every_address() -> None:
    shapes = [re.sub(r"\{\w+\}", "[^/]+", path) for path in ADDRESSES]
    shown = {url.partition("?")[0] for url, _, _ in calls()}
    for shape in shapes:
        assert [url for url in shown if re.fullmatch(shape, url)], shape
