"""/home/people/, the desk's followers, and what a brand may know."""

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from brands.feed import rebuild_feed
from brands.queries.followers import fans_of
from people import erasing, following
from people.fan_links import token_for
from people.models import Block, Fan, Follow, User
from tests.brands.pages import enrol, read, words
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_role, make_user
from tests.people.following.fans import confirmed, make_fan

pytestmark = pytest.mark.django_db


def do(client: Client, person_id: int, what: str) -> None:
    assert client.post(f"/home/people/{person_id}/", {"do": what}).status_code == 302


def test_a_reader_without_a_login_changes_everything_about_their_list(client: Client) -> None:
    ingrid, oskar = make_person("Ingrid Solbakk"), make_person("Oskar Brandl")
    fan = confirmed(client, ingrid, oskar)
    answer = client.post("/home/people/settle/", {"rhythm": "daily", "zone": "Asia/Tokyo", "name": "Lea"}, follow=True)
    assert "Kept." in words(answer.content.decode())
    fan.refresh_from_db()
    assert (fan.rhythm, fan.zone, fan.name) == ("daily", "Asia/Tokyo", "Lea")
    for what in ("mute", "no-letters", "say-so"):
        do(client, ingrid.pk, what)
    row = Follow.objects.get(fan=fan, person=ingrid)
    assert (row.muted, row.letters, row.said_so) == (True, False, True)
    assert "muted, not in your letters, knows that you follow" in words(read(client, "/home/people/"))
    for what in ("unmute", "letters", "unsay", "no such thing"):
        do(client, ingrid.pk, what)
    row.refresh_from_db()
    assert (row.muted, row.letters, row.said_so) == (False, True, False)
    do(client, ingrid.pk, "unfollow")
    assert [row.person for row in Follow.objects.filter(fan=fan)] == [oskar]


def test_nonsense_is_said_and_changes_nothing(client: Client) -> None:
    fan = confirmed(client, make_person())
    for wrong in ({"rhythm": "hourly"}, {"zone": "Mars"}, {"name": "x" * 61}):
        entered = {"rhythm": "daily", "zone": "UTC", "name": "", **wrong}
        client.post("/home/people/settle/", entered)
    fan.refresh_from_db()
    assert (fan.rhythm, fan.zone, fan.name) == ("weekly", "Europe/Vienna", "")


def test_letters_that_came_back_begin_again_by_the_fans_own_act(client: Client) -> None:
    fan = confirmed(client, make_person())
    Fan.objects.update(bounced_at=timezone.now())
    assert "came back, so we stopped" in words(read(client, "/home/people/"))
    client.post("/home/people/settle/", {"rhythm": "weekly", "zone": "UTC", "name": ""})
    fan.refresh_from_db()
    assert fan.bounced_at is None


def test_another_fan_and_whoever_is_logged_out_reach_no_list(client: Client) -> None:
    ingrid = make_person("Ingrid Solbakk")
    fan, other = make_fan(ingrid), Client()
    other.force_login(make_fan(make_person("Oskar Brandl")).user)
    assert "Ingrid" not in read(other, "/home/people/")
    do(other, ingrid.pk, "unfollow")
    assert Follow.objects.filter(fan=fan).count() == 1
    for url in ("/home/people/", "/home/people/mine.json", "/home/people/erase/"):
        assert client.get(url)["Location"].startswith("/sign-in/")
    for url in ("/home/people/settle/", f"/home/people/{ingrid.pk}/", "/home/people/erase/"):
        assert client.post(url, {"do": "unfollow"})["Location"].startswith("/sign-in/")
    assert Fan.objects.count() == 2


@pytest.mark.parametrize("rows", [1, 3, 120])
def test_the_list_asks_the_same_number_of_questions_for_any_number_of_people(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [make_person(f"Anna Name{number}") for number in range(rows)]
    brand = make_brand()
    for person in people:
        make_enrolment(brand, person)
    client.force_login(make_fan(*people).user)
    with django_assert_num_queries(11):
        read(client, "/home/people/")


def test_a_page_that_closed_stands_in_the_list_unnamed_and_can_be_muted_and_unfollowed(client: Client) -> None:
    ingrid, hidden = make_person("Ingrid Solbakk"), make_person("Aaron Gone", slug="aaron-gone")
    fan, other = confirmed(client, ingrid, hidden), make_fan(hidden)
    assert "Aaron Gone" in read(client, "/home/people/")
    hidden.page_open = False
    hidden.save()
    page = read(client, "/home/people/")
    assert "A page that is closed now, followed since" in words(page)
    assert not re.search("aaron", page, re.IGNORECASE)
    assert page.index("Ingrid Solbakk") < page.index("A page that is closed now")
    do(client, hidden.pk, "mute")
    assert Follow.objects.get(fan=fan, person=hidden).muted
    do(client, hidden.pk, "unfollow")
    assert "A page that is closed now" not in read(client, "/home/people/")
    assert [row.fan for row in Follow.objects.filter(person=hidden)] == [other]


def test_the_list_goes_along_as_json_and_opml_and_names_no_closed_page(client: Client) -> None:
    ingrid, closed = make_person("Ingrid Solbakk", slug="ingrid"), make_person("Closed Page")
    make_account(ingrid, handle="ingrid_drives")
    fan = confirmed(client, ingrid, closed)
    closed.page_open = False
    closed.save()
    Fan.objects.filter(pk=fan.pk).update(name="Marguerite", zone="Europe/Paris", rhythm="daily")
    Fan.objects.create(user=make_user(), name="Nils", zone="Asia/Tokyo")
    found = json.loads(read(client, "/home/people/mine.json"))
    since, gone = (Follow.objects.get(fan=fan, person=who).since.isoformat() for who in (ingrid, closed))
    account = {"network": "x", "handle": "ingrid_drives", "url": "http://localhost:8000/sandbox/ingrid_drives/"}
    assert found == {
        "version": 1,
        "name": "Marguerite",
        "zone": "Europe/Paris",
        "rhythm": "daily",
        "people": [
            {
                "name": "Ingrid Solbakk",
                "url": "http://localhost:8000/people/ingrid/",
                "feed": "http://localhost:8000/people/ingrid/feed.atom",
                "since": since,
                "letters": True,
                "muted": False,
                "said_so": False,
                "accounts": [account],
            }
        ],
        "closed": [{"since": gone, "letters": True, "muted": False, "said_so": False}],
    }
    outlines = ET.fromstring(read(client, "/home/people/mine.opml")).findall("body/outline")  # noqa: S314 - our own
    assert [(o.get("text"), o.get("xmlUrl")) for o in outlines] == [
        ("Ingrid Solbakk", "http://localhost:8000/people/ingrid/feed.atom")
    ]


def test_erasing_asks_once_and_then_nothing_is_left(client: Client) -> None:
    confirmed(client, make_person())
    assert "Erase whom you follow?" in read(client, "/home/people/erase/")
    assert Fan.objects.count() == 1
    assert client.post("/home/people/erase/")["Location"].startswith("/erased/")
    assert client.get("/home/people/").status_code == 302
    assert erasing.carry_on() == 1
    assert (Fan.objects.count(), Follow.objects.count(), User.objects.count()) == (0, 0, 0)


def test_a_link_of_a_letter_erases_no_account_that_somebody_signs_in_to(client: Client) -> None:
    fan = confirmed(client, make_person())
    User.objects.filter(pk=fan.pk).update(last_login=timezone.now())
    for answer in (client.get("/home/people/erase/"), client.post("/home/people/erase/")):
        assert answer["Location"] == "/sign-in/login/?next=/home/people/erase/"
    assert erasing.carry_on() == 0
    assert Fan.objects.get() == fan


def test_this_browser_forgets_the_reader_and_the_follows_stay(client: Client) -> None:
    confirmed(client, make_person())
    client.post("/home/people/end/")
    assert client.get("/home/people/").status_code == 302
    assert Follow.objects.count() == 1


def test_who_joins_later_is_offered_and_never_added(client: Client) -> None:
    vesper, other = make_brand("Vesper"), make_brand("Nightjar")
    ingrid, before = enrol(vesper, "Ingrid Solbakk"), enrol(vesper, "Before Them")
    fan = confirmed(client, ingrid.person)
    later = timezone.now() + dt.timedelta(seconds=1)
    for brand, name, state in (
        (vesper, "Noor Later", "active"),
        (vesper, "Not Yet", "invited"),
        (other, "Else Where", "active"),
    ):
        make_enrolment(brand, make_person(name, page_open=state == "active"), state=state, consented_at=later)
    page = words(read(client, "/home/people/"))
    assert "New among their colleagues Noor Later New at Vesper Follow Noor Later" in page
    for absent in (before.person.name, "Not Yet", "Else Where"):
        assert absent not in page
    assert [row.person for row in Follow.objects.filter(fan=fan)] == [ingrid.person]


def test_a_person_sees_how_many_follow_and_only_those_who_said_so(client: Client) -> None:
    login, colleague = make_user(), make_user()
    ingrid, oskar = make_person("Ingrid Solbakk", user=login), make_person("Oskar Brandl", user=colleague)
    lea, quiet = make_fan(ingrid, oskar, name="Lea Marin"), make_fan(ingrid, name="Quiet Fan")
    following.say_so(lea.user, ingrid.pk, on=True, actor=lea.user)
    client.force_login(login)
    page = words(read(client, "/desk/followers/"))
    assert "2 people follow you here." in page
    assert "Lea Marin" in page
    for unseen in (quiet.name, lea.user.email, quiet.user.email):
        assert unseen not in page
    row, hidden = Follow.objects.get(fan=lea, person=ingrid), Follow.objects.get(fan=quiet)
    assert client.post(f"/desk/followers/{hidden.pk}/block/").status_code == 404
    other = Client()
    other.force_login(colleague)
    assert other.post(f"/desk/followers/{row.pk}/block/").status_code == 404
    client.post(f"/desk/followers/{row.pk}/block/")
    page = words(read(client, "/desk/followers/"))
    assert ("One person follows you here." in page, "Whom you blocked Lea Marin" in page) == (True, True)
    block = Block.objects.get()
    assert other.post(f"/desk/followers/blocked/{block.pk}/lift/").status_code == 404
    client.post(f"/desk/followers/blocked/{block.pk}/lift/")
    assert Follow.objects.filter(fan=lea, person=ingrid, said_so=True).exists()


def test_a_brand_sees_a_total_of_five_or_more_and_nobody(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    ingrid, oskar = (enrol(vesper, name).person for name in ("Ingrid Solbakk", "Oskar Brandl"))
    outsider = enrol(make_brand("Nightjar"), "Else Where").person
    fans = [make_fan(ingrid, oskar, name=f"Fan {n}") for n in range(4)] + [make_fan(outsider) for _ in range(3)]
    for fan in fans[:4]:
        following.say_so(fan.user, ingrid.pk, on=True, actor=fan.user)
    owner = make_user()
    make_role(owner, vesper)
    client.force_login(owner)
    rebuild_feed(vesper)
    assert fans_of(vesper) is None
    assert "Fewer than five fans follow people of this brand." in words(read(client, "/studio/vesper/people/"))
    make_fan(oskar)
    cache.clear()
    page = words(read(client, "/studio/vesper/people/"))
    assert "5 fans follow people of this brand." in page
    assert "Fan 0" not in page


def test_no_public_page_counts_followers(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    ingrid = enrol(vesper, "Ingrid Solbakk", posts=1).person
    before = [words(read(client, url)) for url in ("/brands/vesper/", f"/people/{ingrid.slug}/")]
    for _ in range(7):
        make_fan(ingrid)
    assert [words(read(client, url)) for url in ("/brands/vesper/", f"/people/{ingrid.slug}/")] == before


def test_ending_all_links_ends_what_they_opened_elsewhere_and_not_here(client: Client) -> None:
    fan, elsewhere = confirmed(client, make_person()), Client()
    address = f"/letters/{token_for(fan, 'read')}/"
    elsewhere.post(address)
    assert elsewhere.get("/home/people/").status_code == 200
    assert "End all links in my letters" in read(client, "/home/people/")
    client.post("/home/people/settle/", {"do": "end-links"})
    assert (client.get("/home/people/").status_code, elsewhere.get("/home/people/").status_code) == (200, 302)
    assert elsewhere.post(address).status_code == 404
    Fan.objects.update(links_epoch=32_767)  # the last number there is
    fan.refresh_from_db()
    following.end_links(fan.user, actor=fan.user)
    fan.refresh_from_db()
    assert fan.links_epoch == 1


def test_a_number_that_no_person_can_have_is_not_found(client: Client) -> None:
    confirmed(client, make_person())
    for what in ("unfollow", "mute"):
        assert client.post(f"/home/people/{10**20}/", {"do": what}).status_code == 404
