"""A brand's people to take along: the same people as the page lists, in four formats, and nobody else."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from advocacy import versions
from brands.models import Brand, Enrolment, Team, Topic
from brands.telling import place_told
from people.models import Account, Person
from tests.brands.pages import enrol, names, read, say
from tests.factories import make_account, make_brand, make_enrolment, make_person

pytestmark = pytest.mark.django_db
ENDINGS = ("csv", "json", "opml", "vcf")


@pytest.fixture
def vesper() -> Brand:
    """Vesper with three people, one of them on a break, those who are not listed, and a stranger at another brand."""
    vesper = make_brand("Vesper", slug="vesper")
    board = Team.objects.create(brand=vesper, slug="on-board", name="On board")
    ingrid = enrol(vesper, "Ingrid Solbakk", team=board, title="Driver", place="Villach", line="drives.")
    enrol(vesper, "Oskar Brandl", title="=Apprentice", place="Innsbruck")
    enrol(vesper, "Mateus Figueira", state="paused", title="Track inspector")
    ingrid.topics.add(Topic.objects.create(brand=vesper, slug="winter", name="Winter"))
    Person.objects.filter(pk=ingrid.person_id).update(
        slug="ingrid", languages=["nb", "de"], links=[{"label": "Blog", "url": "https://ingrid.example/"}]
    )
    Account.objects.filter(person=ingrid.person_id).update(handle="ingrid_v")
    for state in ("invited", "declined", "left", "suspended"):
        enrol(vesper, f"Hidden {state}", state=state)
    enrol(make_brand("Nightjar", slug="nightjar"), "Outside Person")
    return vesper


def file(client: Client, ending: str, query: str = "") -> str:
    answer = client.get(f"/brands/vesper/people.{ending}{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()  # type: ignore[arg-type] # it is streamed synchronously


def listed(client: Client, ending: str, query: str = "") -> list[str]:
    """Return the names in a file, in order."""
    body = file(client, ending, query)
    if ending == "csv":
        return [row["Name"] for row in csv.DictReader(io.StringIO(body.removeprefix("\ufeff")))]
    if ending == "json":
        return [one["name"] for one in json.loads(body)["people"]]
    if ending == "opml":
        return [str(one.get("text")) for one in ElementTree.fromstring(body).iter("outline")]  # noqa: S314 - our own
    return [line.removeprefix("FN:") for line in body.split("\r\n") if line.startswith("FN:")]


@pytest.mark.parametrize("query", ["", "?team=on-board", "?q=inspector", "?place=VILLACH&language=de", "?topic=nope"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_lists_whom_the_page_lists_in_its_order(client: Client, vesper: Brand, ending: str, query: str) -> None:
    assert listed(client, ending, query) == names(read(client, f"/brands/vesper/people/{query}"))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_for_words_lists_who_is_it_and_then_who_spoke_about_it(
    client: Client, vesper: Brand, ending: str
) -> None:
    for row in Enrolment.objects.filter(brand=vesper, person__first_name__in=["Ingrid", "Oskar"]):
        say(row, "The inspector was here.", hours=row.pk)
    assert listed(client, ending, "?q=inspector") == ["Mateus Figueira", "Ingrid Solbakk", "Oskar Brandl"]
    assert listed(client, ending, "?q=inspector&team=on-board") == ["Ingrid Solbakk"]


def test_the_page_offers_the_files_with_its_filters(client: Client, vesper: Brand) -> None:
    page = read(client, "/brands/vesper/people/?team=on-board")
    for ending in ENDINGS:
        assert f'<a href="/brands/vesper/people.{ending}?team=on-board">' in page
    assert "Take this one person along" in page
    assert "Take the list along" in read(client, "/brands/vesper/people/")
    assert "along-title" not in read(client, "/brands/vesper/people/?team=nope")


def test_the_spreadsheet_holds_no_formula(client: Client, vesper: Brand) -> None:
    body = file(client, "csv")
    assert body.startswith("\ufeffName,First name,")
    row = next(csv.DictReader(io.StringIO(file(client, "csv", "?q=oskar").removeprefix("\ufeff"))))
    assert row["Title"] == "'=Apprentice"
    row = next(csv.DictReader(io.StringIO(file(client, "csv", "?q=ingrid").removeprefix("\ufeff"))))
    assert row == {
        **{"Name": "Ingrid Solbakk", "First name": "Ingrid", "Title": "Driver", "Team": "On board"},
        **{"Topics": "Winter", "Place": "Villach", "Languages": "nb; de", "Own words": "Ingrid drives."},
        **{"Accounts": "X @ingrid_v", "Page": f"{settings.SITE_URL}/people/ingrid/"},
        "Feed": f"{settings.SITE_URL}/people/ingrid/feed.atom",
    }


def test_the_json_says_everything_that_the_page_says(client: Client, vesper: Brand) -> None:
    found = json.loads(file(client, "json", "?q=ingrid"))
    assert found["version"] == 1
    assert found["brand"] == {"name": "Vesper", "url": f"{settings.SITE_URL}/brands/vesper/"}
    (ingrid,) = found["people"]
    (account,) = ingrid.pop("accounts")
    assert (account["network"], account["handle"]) == ("x", "ingrid_v")
    assert ingrid == {
        **{"name": "Ingrid Solbakk", "first_name": "Ingrid", "url": f"{settings.SITE_URL}/people/ingrid/"},
        "feed": f"{settings.SITE_URL}/people/ingrid/feed.atom",
        **{"title": "Driver", "team": "On board", "topics": ["Winter"], "place": "Villach", "languages": ["nb", "de"]},
        **{"words": "Ingrid drives.", "portrait": None, "portrait_in_words": "", "paused": False, "paused_until": None},
        "links": [{"label": "Blog", "url": "https://ingrid.example/"}],
    }
    paused = {one["name"]: one["paused"] for one in json.loads(file(client, "json"))["people"]}
    assert paused == {"Mateus Figueira": True, "Oskar Brandl": False, "Ingrid Solbakk": False}


def test_the_opml_leads_to_each_persons_own_feed(client: Client, vesper: Brand) -> None:
    tree = ElementTree.fromstring(file(client, "opml", "?q=ingrid"))  # noqa: S314 - our own document
    assert (tree.tag, tree.get("version"), tree.findtext("head/title")) == ("opml", "2.0", "The people of Vesper")
    (one,) = tree.iter("outline")
    assert one.get("type") == "rss"
    url = str(one.get("xmlUrl"))
    assert url == f"{settings.SITE_URL}/people/ingrid/feed.atom"
    assert client.get(url.removeprefix(settings.SITE_URL)).status_code == 200


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_account_without_a_proof_is_not_named(client: Client, vesper: Brand, ending: str) -> None:
    if ending != "opml":
        assert "ingrid_v" in file(client, ending)
    Account.objects.filter(handle="ingrid_v").update(named_by_operator=False)
    assert "ingrid_v" not in file(client, ending)
    assert listed(client, ending, "?q=ingrid") == ["Ingrid Solbakk"]
    assert listed(client, ending, "?network=x&q=ingrid") == []


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("people", [1, 3, 300])
def test_the_number_of_questions_is_fixed(
    client: Client, ending: str, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brand = make_brand("Vesper", slug="vesper")
    team = Team.objects.create(brand=brand, slug="a", name="A")
    topic = Topic.objects.create(brand=brand, slug="a", name="A")
    for number in range(people):
        account = make_account(make_person(f"Anna Name{number}", languages=["de"]), avatar=f"{number:032d}")
        make_enrolment(brand, account.person, account=account, team=team).topics.add(topic)
    versions.forget()
    # the brand, its version, whom the filters leave (3), and then 500 people at a time (4)
    with django_assert_num_queries(9):
        assert len(listed(client, ending)) == people


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_list_that_did_not_change_costs_two_questions_and_a_change_is_seen(
    client: Client,
    vesper: Brand,
    ending: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    url = f"/brands/vesper/people.{ending}"
    tag = client.get(url)["ETag"]
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert len(asked) <= 2
    assert client.get(f"{url}?q=oskar", headers={"If-None-Match": tag}).status_code == 200
    ingrid = Enrolment.objects.get(person__slug="ingrid")
    Enrolment.objects.filter(pk=ingrid.pk).update(state="left")
    with django_capture_on_commit_callbacks(execute=True):
        place_told(ingrid)
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 200
    assert listed(client, ending) == ["Oskar Brandl", "Mateus Figueira"]


def test_nobody_is_a_list_too_and_no_brand_is_none(client: Client, vesper: Brand) -> None:
    for ending in ENDINGS:
        assert listed(client, ending, "?q=nobody+at+all") == []
        assert client.get(f"/brands/nowhere/people.{ending}").status_code == 404
    assert client.get("/brands/vesper/people.xlsx").status_code == 404
