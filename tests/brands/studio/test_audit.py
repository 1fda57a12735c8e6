"""The audit log as the studio reads it."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocacy.audit import record
from advocacy.models import AuditEvent
from brands.models import Brand, Enrolment
from people.models import User
from tests.brands.pages import enrol, read, words
from tests.brands.studio.rooms import as_user
from tests.factories import make_brand, make_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def vesper() -> Brand:
    return make_brand("Vesper", slug="vesper")


@pytest.fixture
def kofi(vesper: Brand) -> User:
    return make_role(make_user("kofi@vesper.example"), vesper, "owner").user


@pytest.fixture
def office(kofi: User) -> Client:
    return as_user(kofi)


def note(enrolment: Enrolment, verb: str, actor: User | None, label: str = "", **details: object) -> None:
    """Add an event about an enrolment."""
    subject = f"enrolment:{enrolment.pk}"
    record(verb, actor=actor, label=label, brand=enrolment.brand.slug, subject=subject, details=details)


def entries(client: Client, query: str = "") -> list[str]:
    """Return the entries as a reader sees them, newest first."""
    page = read(client, f"/studio/vesper/audit/{query}")
    return [words(part.split("</tr>")[0].partition("</time></td>")[2]) for part in page.split("<tr>")[2:]]


def test_the_log_says_who_did_what_to_whom_newest_first(vesper: Brand, kofi: User, office: Client) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk")
    note(enrolment, "enrolment.changed", kofi, fields=["title", "team"])
    note(enrolment, "enrolment.made", None, label="command enrol")
    record("people.exported", actor=make_user(), brand="nightjar")  # another brand's
    assert entries(office) == [
        "command enrol Enrolled somebody Ingrid Solbakk",
        "kofi@vesper.example Changed what is known of somebody fields: title, team Ingrid Solbakk",
    ]


def test_what_people_decide_at_their_own_desk_is_not_in_it(vesper: Brand, office: Client) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk")
    ingrid = make_user("ingrid@private.example")
    note(enrolment, "choice.post_hidden", ingrid, post=7)
    note(enrolment, "choice.post_hidden", None, label="invitation")
    note(enrolment, "enrolment.left", None, label="listing link")
    note(enrolment, "consent.given", ingrid, accounts=[1, 2])
    assert entries(office) == ["The person Said yes Ingrid Solbakk", "The person Ended the enrolment Ingrid Solbakk"]
    assert "ingrid@private.example" not in read(office, "/studio/vesper/audit/")


def test_who_had_a_role_once_is_still_named(vesper: Brand, office: Client, kofi: User) -> None:
    office.post("/studio/vesper/roles/give/", {"email": "amara@vesper.example", "role": "marketer"})
    amara = User.objects.get(email="amara@vesper.example")
    as_user(amara).post("/studio/vesper/teams/add/", {"name": "Kitchen"})
    office.post(f"/studio/vesper/roles/{amara.roles.get().pk}/take/")
    assert entries(office) == [
        "kofi@vesper.example Took a role away role: marketer amara@vesper.example",
        "amara@vesper.example Made a team name: Kitchen",
        "kofi@vesper.example Gave a role role: marketer amara@vesper.example",
    ]


def test_a_search_finds_people_logins_and_acts(vesper: Brand, kofi: User, office: Client) -> None:
    ingrid, yusuf = enrol(vesper, "Ingrid Solbakk"), enrol(vesper, "Yusuf Çelik")
    note(ingrid, "enrolment.changed", None, label="command enrol")
    note(yusuf, "enrolment.made", kofi)
    found = {
        query: len(entries(office, f"?{query}"))
        for query in (
            "q=YUSUF",
            "q=Ingrid Solbakk",
            "q=kofi@",
            "q=enrolled",
            "act=enrolment.made",
            "q=nobody",
            "act=made.up",
        )
    }
    assert found == {
        "q=YUSUF": 1,
        "q=Ingrid Solbakk": 1,
        "q=kofi@": 1,
        "q=enrolled": 1,
        "act=enrolment.made": 1,
        "q=nobody": 0,
        "act=made.up": 2,
    }


@pytest.mark.parametrize("events", [1, 60])
def test_a_page_of_the_log_asks_the_database_as_often_for_many_as_for_one(
    vesper: Brand, kofi: User, office: Client, events: int
) -> None:
    for number in range(events):
        note(enrol(vesper, f"Person Number{number}"), "enrolment.changed", kofi)
    office.get("/studio/vesper/audit/")
    with CaptureQueriesContext(connection) as asked:
        page = read(office, "/studio/vesper/audit/")
    assert len(asked) == 11
    assert ('rel="next"' in page) == (events > 50)


def test_the_log_as_a_file_cannot_calculate_and_is_noted_itself(vesper: Brand, kofi: User, office: Client) -> None:
    note(enrol(vesper, "=Ingrid Solbakk"), "enrolment.changed", kofi, name="+1")
    answer = office.post("/studio/vesper/audit/export/")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == ["When", "Who", "What", "About", "Details"]
    assert [line[1:] for line in lines[1:]] == [
        ["kofi@vesper.example", "changed what is known of somebody", "'=Ingrid Solbakk", "name: +1"]
    ]
    assert AuditEvent.objects.latest("pk").verb == "audit.exported"
