"""The studio's list of people and the page of one person."""

import csv
import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from advocacy.models import AuditEvent
from brands.models import Brand, Enrolment, Invitation, Team
from brands.queries import roster
from people.models import Account, SyncState
from tests.brands.pages import enrol, read, words
from tests.brands.studio.rooms import enter, strangers
from tests.factories import make_account, make_brand, make_enrolment, make_person

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def vesper() -> Brand:
    return make_brand("Vesper", slug="vesper")


def ask(enrolment: Enrolment, days: int, **fields: object) -> Invitation:
    """Make an invitation that runs out in so many days."""
    fields.setdefault("token_hash", f"hash{Invitation.objects.count()}")
    expires = timezone.now() + dt.timedelta(days=days)
    return Invitation.objects.create(enrolment=enrolment, expires_at=expires, nonce="n", **fields)


def table(client: Client, query: str = "") -> list[str]:
    """Return the names of the list in their order."""
    page = read(client, f"/studio/vesper/people/{query}")
    return re.findall(r'<span><a href="/studio/vesper/people/\d+/">([^<]+)</a>', page)


def standing(page: str) -> list[str]:
    """Return the states of the list in their order."""
    return re.findall(r'data-label="State"><span class="tag [a-z]*">([^<]+)<', page)


def test_an_empty_list_says_so(vesper: Brand) -> None:
    assert "Nobody is enrolled yet." in words(read(enter(vesper), "/studio/vesper/people/"))


def test_the_list_shows_state_team_place_and_accounts_in_words(vesper: Brand) -> None:
    team = Team.objects.create(brand=vesper, slug="kitchen", name="Kitchen")
    enrolment = enrol(vesper, "Yusuf Çelik", title="Chef", place="Villach", team=team)
    Account.objects.filter(person=enrolment.person).update(handle="yusuf", state="protected")
    page = words(read(enter(vesper, "analyst"), "/studio/vesper/people/"))
    assert "1 person" in page
    assert "Yusuf Çelik Chef Active Kitchen Villach X @yusuf Protected" in page


def test_refused_unanswered_and_expired_invitations_look_the_same(vesper: Brand) -> None:
    for name, state, days, answered in (
        ("Anna Asked", "invited", 3, None),
        ("Berta Refused", "invited", 3, NOW),
        ("Carla Expired", "invited", -1, None),
        ("Doris Declined", "declined", -1, NOW),
        ("Elsa Ended", "declined", -1, None),
    ):
        ask(make_enrolment(vesper, make_person(name), state=state), days, ended_at=answered)
    make_enrolment(vesper, make_person("Frida Fresh"), state="invited")
    client = enter(vesper)
    page = read(client, "/studio/vesper/people/?sort=name")
    assert dict(zip(table(client), standing(page), strict=True)) == {
        "Anna Asked": "Invited",
        "Berta Refused": "Invited",
        "Carla Expired": "Invitation ended",
        "Doris Declined": "Invitation ended",
        "Elsa Ended": "Invitation ended",
        "Frida Fresh": "Not invited yet",
    }
    assert "eclined" not in page.replace("Doris Declined", "")
    ended = Enrolment.objects.filter(person__name__in=["Carla Expired", "Doris Declined"])
    pages = [read(client, reverse("studio-person", args=["vesper", enrolment.pk])) for enrolment in ended]
    own = r"Carla|Expired|Doris|Declined|/people/[0-9]+/|C[eE]|D[dD]|csrf[^>]+|<form.*?</form>"
    carla, doris = (words(re.sub(own, "", page, flags=re.DOTALL)) for page in pages)
    assert carla == doris


def test_who_left_is_under_a_filter_of_its_own(vesper: Brand) -> None:
    make_enrolment(vesper, make_person("Lena Left"), state="left")
    enrol(vesper, "Ingrid Solbakk")
    client = enter(vesper)
    assert table(client) == ["Ingrid Solbakk"]
    assert table(client, "?state=left") == ["Lena Left"]


def test_who_was_enrolled_anew_is_listed_once(vesper: Brand) -> None:
    person = make_person("Lena Back")
    make_enrolment(vesper, person, state="left")
    make_enrolment(vesper, person, state="invited")
    assert table(enter(vesper), "?state=left") == []
    assert table(enter(vesper)) == ["Lena Back"]


def test_words_find_names_titles_places_and_addresses_without_accents(vesper: Brand) -> None:
    enrol(vesper, "Yusuf Çelik", title="Küchenchef", place="Zürich", email="y.celik@vesper.example")
    enrol(vesper, "Ingrid Solbakk", title="Driver", place="Villach")
    client = enter(vesper)
    for query in ("celik", "CELIK yusuf", "kuchen", "zurich", "y.celik@", "Çelik Zürich"):
        assert table(client, f"?q={query}") == ["Yusuf Çelik"], query
    assert table(client, "?q=nobody") == []


def test_filters_narrow_by_state_team_topic_place_network_and_health(vesper: Brand) -> None:
    team = Team.objects.create(brand=vesper, slug="kitchen", name="Kitchen")
    topic = vesper.topics.create(slug="trains", name="Trains")
    yusuf = enrol(vesper, "Yusuf Çelik", place="Villach", team=team)
    yusuf.topics.add(topic)
    enrol(vesper, "Ingrid Solbakk", state="paused")
    make_enrolment(vesper, make_person("Noor van Dalen"), state="invited")
    client = enter(vesper)
    narrowed = {
        query: table(client, f"?{query}")
        for query in (
            "state=paused",
            "team=kitchen",
            "team=-",
            "topic=trains",
            "place=Villach",
            "network=x",
            "state=unasked",
        )
    }
    assert narrowed == {
        "state=paused": ["Ingrid Solbakk"],
        "team=kitchen": ["Yusuf Çelik"],
        "team=-": ["Noor van Dalen", "Ingrid Solbakk"],
        "topic=trains": ["Yusuf Çelik"],
        "place=Villach": ["Yusuf Çelik"],
        "network=x": ["Ingrid Solbakk", "Yusuf Çelik"],
        "state=unasked": ["Noor van Dalen"],
    }


def test_account_health_is_one_of_eight_and_can_be_filtered_by(vesper: Brand) -> None:
    for health in roster.HEALTH:
        account = make_account(make_person(f"Person {health.title()}"))
        make_enrolment(vesper, account=account)
        if health in Account.State.values:
            account.state = health
        elif health == "unconfirmed":
            account.named_by_operator = False
        else:
            SyncState.objects.create(account=account, due_at=NOW, parked_at=NOW, trouble="X refused five times")
        account.save()
    client = enter(vesper)
    found = {health: table(client, f"?health={health}") for health in roster.HEALTH}
    assert found == {health: [f"Person {health.title()}"] for health in roster.HEALTH}
    assert "No longer read: X refused five times" in words(read(client, "/studio/vesper/people/?health=parked"))


def test_accounts_that_the_person_shows_elsewhere_only_are_not_named(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk")
    make_account(enrolment.person, handle="only_elsewhere")
    invited = make_enrolment(vesper, make_person("Noor van Dalen", portrait="a" * 32), state="invited")
    make_account(invited.person, handle="not_asked_yet")
    client = enter(vesper)
    pages = [read(client, "/studio/vesper/people/")]
    pages += [read(client, f"/studio/vesper/people/{one.pk}/") for one in (enrolment, invited)]
    assert all(word not in page for page in pages for word in ("only_elsewhere", "not_asked_yet", "a" * 32))


def test_the_list_is_sorted_both_ways_and_says_so(vesper: Brand) -> None:
    enrol(vesper, "Anna Zeller", consented_at=NOW - dt.timedelta(days=1))
    enrol(vesper, "Zoe Abel", consented_at=NOW - dt.timedelta(days=9))
    client = enter(vesper)
    assert table(client) == ["Zoe Abel", "Anna Zeller"]
    assert table(client, "?sort=-name") == ["Anna Zeller", "Zoe Abel"]
    assert table(client, "?sort=since") == ["Zoe Abel", "Anna Zeller"]
    assert table(client, "?sort=-since") == ["Anna Zeller", "Zoe Abel"]
    page = read(client, "/studio/vesper/people/?sort=-since")
    assert re.findall(r'aria-sort="(\w+)"', page) == ["descending"]


def test_nothing_can_be_sorted_or_filtered_by_how_much_somebody_posts(vesper: Brand) -> None:
    assert set(roster.SORTS) == {"name", "team", "state", "since"}
    assert set(roster.Wanted.__slots__) == {"q", "state", "team", "topic", "place", "network", "health", "sort"}
    enrol(vesper, "Ingrid Solbakk", posts=3)
    assert "post" not in words(read(enter(vesper), "/studio/vesper/people/")).casefold()


def test_pages_are_links_that_keep_what_was_asked(vesper: Brand) -> None:
    for number in range(51):
        make_enrolment(vesper, make_person(f"Person Number{number:03}"), place="Villach")
    client = enter(vesper)
    page = read(client, "/studio/vesper/people/?place=Villach")
    assert 'href="?place=Villach&amp;page=2"' in page
    assert len(table(client, "?place=Villach&page=2")) == 1
    assert "<title>People (page 1 of 2)" in page


@pytest.mark.parametrize("people", [1, 3, 120])
def test_the_list_asks_the_database_as_often_for_many_as_for_one(vesper: Brand, people: int) -> None:
    for number in range(people):
        account = make_account(make_person(f"Person Number{number}"))
        make_enrolment(vesper, account=account)
    client = enter(vesper)
    client.get("/studio/vesper/people/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/studio/vesper/people/?q=person")
    assert len(asked) == 14


def test_the_list_of_another_brand_is_not_shown(vesper: Brand) -> None:
    enrol(make_brand("Nightjar"), "Oskar Brandl")
    enrol(vesper, "Ingrid Solbakk")
    assert table(enter(vesper)) == ["Ingrid Solbakk"]
    assert {client.get("/studio/vesper/people/").status_code for client in strangers(vesper).values()} == {404}


def test_the_file_holds_who_matches_and_cannot_calculate(vesper: Brand) -> None:
    enrol(vesper, "Ingrid Solbakk", title="=1+1", place="Villach", email="i@vesper.example", external_id="+7")
    enrol(vesper, "Oskar Brandl", place="Linz")
    answer = enter(vesper).post("/studio/vesper/people/export/", {"place": "Villach"})
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    handle = Account.objects.get(person__name="Ingrid Solbakk").handle
    since = Enrolment.objects.get(place="Villach").consented_at
    assert since is not None
    assert lines[0][:3] == ["Name", "Title", "Team"]
    assert lines[1:] == [
        [
            "Ingrid Solbakk",
            "'=1+1",
            "",
            "",
            "Villach",
            "i@vesper.example",
            "'+7",
            "active",
            f"X @{handle} (readable)",
            f"{since:%Y-%m-%d}",
        ]
    ]
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", "details")) == [
        ("people.exported", {"people": 1})
    ]
