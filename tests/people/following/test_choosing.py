"""Following along: choosing among a brand's people, and from where one is."""

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from advocacy import versions
from advocacy.pages import keeping
from brands.models import Brand
from people.models import Follow, FollowRequest, Person
from people.profile_changes import Words, change_words
from people.remote_follow import NotFound, way
from tests.advocacy.outside import Outside, answer
from tests.brands.pages import enrol, read, words
from tests.factories import make_brand, make_enrolment, make_person, make_user
from tests.people.following.fans import make_fan

pytestmark = pytest.mark.django_db
ENTERED = {"email": "lea@example.org", "rhythm": "weekly", "zone": "UTC"}
BASE = "/.well-known/webfinger"
LINKS = [
    {"label": "Mastodon", "url": "https://Rail.example/@ingrid"},
    {"label": "Films", "url": "https://films.example/@ingrid"},
    {"label": "My Mastodon server", "url": "https://rail.example/about"},
]


@pytest.fixture
def _kept(settings: Settings) -> Iterator[None]:
    settings.PART_CACHE_MB = 4
    yield
    keeping.clear()
    versions.forget()


@pytest.fixture
def vesper() -> Brand:
    brand = make_brand("Vesper", slug="vesper")
    for name in ("Amara Okonjo", "Ingrid Solbakk", "Oskar Brandl"):
        enrol(brand, name)
    enrol(brand, "Not Yet", state="invited")
    enrol(make_brand("Nightjar", slug="nightjar"), "Else Where")
    return brand


def of(brand: Brand, name: str) -> Person:
    return brand.enrolments.get(person__name=name).person


def test_nobody_is_chosen_before_the_reader_chooses(client: Client, vesper: Brand) -> None:
    page = read(client, "/brands/vesper/follow/")
    assert re.findall(r"<b>([^<]+)</b>", page) == ["Oskar Brandl", "Amara Okonjo", "Ingrid Solbakk"]
    assert len(re.findall(r'name="person" value="\d+"', page)) == 3
    assert re.findall(r"<input[^>]*checkbox[^>]*checked", page) == []
    assert "All 3 of today" in words(page)


def test_the_chosen_are_asked_for_and_nobody_whom_the_brand_does_not_list(client: Client, vesper: Brand) -> None:
    ingrid = of(vesper, "Ingrid Solbakk")
    others = [of(vesper, "Not Yet"), Person.objects.get(name="Else Where")]
    chosen = [str(person.pk) for person in (ingrid, *others)] + ["x", "9" * 30, "9" * 5_000]
    assert client.post("/brands/vesper/follow/", {**ENTERED, "person": chosen}).status_code == 302
    assert FollowRequest.objects.get().people == [ingrid.pk]


def test_all_of_today_are_chosen_in_one_move_and_who_joins_later_is_not(client: Client, vesper: Brand) -> None:
    client.post("/brands/vesper/follow/", {**ENTERED, "everybody": "yes"})
    enrol(vesper, "Noor Later")
    names = {person.name for person in Person.objects.filter(pk__in=FollowRequest.objects.get().people)}
    assert names == {"Oskar Brandl", "Amara Okonjo", "Ingrid Solbakk"}


def test_a_mistake_keeps_whom_the_reader_chose(client: Client, vesper: Brand) -> None:
    ingrid = of(vesper, "Ingrid Solbakk")
    found = client.post("/brands/vesper/follow/", {**ENTERED, "email": "lea", "person": [ingrid.pk]})
    assert (found.status_code, f'value="{ingrid.pk}" checked' in found.content.decode()) == (422, True)
    found = client.post("/brands/vesper/follow/", ENTERED)
    assert (found.status_code, "Choose at least one person." in words(found.content.decode())) == (422, True)


def test_a_reader_follows_the_chosen_at_once(client: Client, vesper: Brand) -> None:
    ingrid, oskar = of(vesper, "Ingrid Solbakk"), of(vesper, "Oskar Brandl")
    fan = make_fan(oskar)
    client.force_login(fan.user)
    page = words(read(client, "/brands/vesper/follow/"))
    assert ("You follow Oskar" in page, "E-mail" in page) == (True, False)
    assert "Choose at least one person." in words(client.post("/brands/vesper/follow/").content.decode())
    client.post("/brands/vesper/follow/", {"person": [ingrid.pk]})
    assert {row.person for row in Follow.objects.filter(fan=fan)} == {ingrid, oskar}


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_the_page_asks_the_same_number_of_questions_for_any_number_of_people(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brand = make_brand("Vesper", slug="vesper")
    for number in range(rows):
        make_enrolment(brand, make_person(f"Anna Name{number}"))
    with django_assert_num_queries(6):
        read(client, "/brands/vesper/follow/")


@pytest.mark.usefixtures("_kept")
@pytest.mark.parametrize("rows", [1, 3, 300])
def test_a_second_look_reads_only_those_whom_it_shows(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brand = make_brand("Vesper", slug="vesper")
    for number in range(rows):
        make_enrolment(brand, make_person(f"Anna Name{number}", links=LINKS if number == 0 else []))
    first = words(read(client, "/brands/vesper/follow/"))
    with django_assert_num_queries(4):  # the brand, whether its people are the same, the rows shown, their faces
        assert words(read(client, "/brands/vesper/follow/")) == first
    assert "its import page" in first


@pytest.mark.usefixtures("_kept")
def test_whoever_is_on_mastodon_no_longer_is_not_offered_there_though_the_list_is_kept(
    client: Client, vesper: Brand, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    ingrid = of(vesper, "Ingrid Solbakk")
    ingrid.user = make_user()
    ingrid.save()
    for links, offered in (([("Mastodon", "https://rail.example/@ingrid")], True), ([], False)):
        with django_capture_on_commit_callbacks(execute=True):
            change_words(person=ingrid, words=Words("drives", "", ["en"], links), actor=ingrid.user)
        assert ("its import page" in read(client, "/brands/vesper/follow/")) is offered


def test_those_beyond_the_first_faces_are_found_by_name(client: Client) -> None:
    brand = make_brand("Vesper", slug="vesper")
    for number in range(130):
        make_enrolment(brand, make_person(f"Anna Müller{number:03}", sort_name=f"muller{number:03} anna"))
    assert "up to 120 of 130" in words(read(client, "/brands/vesper/follow/"))
    enrol(make_brand("Nightjar", slug="nightjar"), "Anna Müller129")  # of another house
    for asked in ("Müller129", "Anna Müller129", "muller129  ANNA"):
        page = read(client, f"/brands/vesper/follow/?q={asked}")
        assert re.findall(r"<b>([^<]+)</b>", page) == ["Anna Müller129"], asked
    assert "<b>" not in read(client, "/brands/vesper/follow/?q=Anna Brandl")


def test_the_brands_list_goes_into_mastodons_import_form(client: Client, vesper: Brand) -> None:
    assert "its import page" not in read(client, "/brands/vesper/follow/")
    ingrid = of(vesper, "Ingrid Solbakk")
    ingrid.links = LINKS
    ingrid.save()
    assert "its import page" in read(client, "/brands/vesper/follow/")
    file = client.get("/brands/vesper/people.mastodon.csv")
    assert file.getvalue().decode() == (
        "Account address,Show boosts,Notify on new posts,Languages\r\ningrid@rail.example,true,false,\r\n"
    )
    assert file["Content-Disposition"] == 'attachment; filename="vesper-people.mastodon.csv"'


def answers(network: Outside, body: object, kind: str = "application/jrd+json") -> str:
    """Let a server answer questions about anybody; return its name."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    network.page(BASE, answer(sent, kind=kind))
    return f"127.0.0.1:{network.port}"


def subscribe(template: object) -> dict[str, object]:
    return {
        "links": [
            {"rel": "self", "href": "x"},
            {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": template},
        ]
    }


def test_the_readers_own_server_says_where_they_follow(network: Outside) -> None:
    host = answers(network, subscribe("https://social.example/authorize_interaction?uri={uri}"))
    found = way(own=f"@lea@{host}", address="ingrid@rail.example", client="here")
    assert found == ("https://social.example/authorize_interaction?uri=ingrid%40rail.example", "social.example")
    asked = f"{BASE}?resource=acct%3Alea%40{host.replace(':', '%3A')}"
    assert [(one.method, one.path, "cookie" in one.headers) for one in network.requests] == [("GET", asked, False)]


@pytest.mark.parametrize(
    "body",
    [
        subscribe("javascript:alert('{uri}')"),
        subscribe("http://social.example/{uri}"),
        subscribe("https://user:pw@social.example/{uri}"),
        subscribe("https://social.example/a b{uri}"),
        subscribe("https://social.example/"),
        subscribe("https:///{uri}"),
        subscribe(["{uri}"]),
        {"links": "x"},
        [],
        b"<html>",
        b"[" * 60_000,
        subscribe("https://[{uri}"),
    ],
)
def test_a_server_that_answers_strangely_leads_nowhere(network: Outside, body: object) -> None:
    with pytest.raises(NotFound, match="does not answer as a Mastodon server does"):
        way(own=f"lea@{answers(network, body)}", address="ingrid@rail.example", client="here")
    assert len(network.requests) == 1


@pytest.mark.parametrize(
    "own",
    ["@lea@127.0.0.1", "@lea@localhost", "@lea@169.254.169.254", "@lea@[::1]", "@lea@127.0.0.1:8000", "@lea@0x7f.1"],
)
def test_an_address_inside_is_asked_nothing(own: str, network: Outside) -> None:
    with pytest.raises(NotFound):
        way(own=own, address="ingrid@rail.example", client="here")
    assert network.connections == 0


@pytest.mark.parametrize(
    "own", ["", "lea", "@lea", "lea@", "@lea@a/b.example", "@lea@x.example?y", "a b@x.example", "@l" * 200]
)
def test_what_is_no_address_is_asked_nowhere(own: str) -> None:
    with pytest.raises(NotFound, match="Write your whole address"):
        way(own=own, address="ingrid@rail.example", client="here")


def test_the_page_shows_the_way_as_a_link_and_only_for_people_on_mastodon(client: Client, network: Outside) -> None:
    make_person("Ingrid Solbakk", slug="ingrid", links=LINKS)
    make_person(slug="oskar")
    host = answers(network, subscribe("https://social.example/follow?uri={uri}"))
    entered = {"address": "ingrid@rail.example", "own": f"lea@{host}"}
    page = client.post("/people/ingrid/follow/from-mastodon/", entered).content.decode()
    assert 'href="https://social.example/follow?uri=ingrid%40rail.example"' in page
    assert client.get("/people/ingrid/follow/from-mastodon/").status_code == 405
    found = client.post("/people/oskar/follow/from-mastodon/", entered)
    assert found.status_code == 404
    assert len(network.requests) == 1


def test_one_reader_asks_servers_so_often_in_an_hour(network: Outside, settings: Settings) -> None:
    settings.DOOR_ALLOW = frozenset()
    for _ in range(30):
        with pytest.raises(NotFound, match="does not answer"):
            way(own="lea@localhost", address="ingrid@rail.example", client="here")
    with pytest.raises(NotFound, match="Too many"):
        way(own="lea@localhost", address="ingrid@rail.example", client="here")
