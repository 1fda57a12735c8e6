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
from brands.models import Brand, BrandPost, Enrolment, Invitation, Removal, Team
from brands.queries import roster
from people.models import Account, SyncState
from tests.brands.pages import enrol, read, words
from tests.brands.studio.rooms import as_user, enter, strangers
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_role, make_user

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
    assert table(client, "?q=e%00l") == ["Yusuf Çelik"]


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
    assert list(AuditEvent.objects.values_list("verb", "details")) == [("people.exported", {"people": 1})]


def test_facts_are_changed_and_only_the_changed_ones_are_noted(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk", title="Driver", place="Villach")
    team = Team.objects.create(brand=vesper, slug="crew", name="Crew")
    topic = vesper.topics.create(slug="trains", name="Trains")
    fields = {"title": "Head driver", "place": "Villach", "team": team.pk, "topics": [topic.pk]}
    enter(vesper, "marketer").post(f"/studio/vesper/people/{enrolment.pk}/edit/", fields)
    enrolment.refresh_from_db()
    assert (enrolment.title, enrolment.place, enrolment.team, list(enrolment.topics.all())) == (
        "Head driver",
        "Villach",
        team,
        [topic],
    )
    event = AuditEvent.objects.get(verb="enrolment.changed")
    assert event.details == {"fields": ["title", "team", "topics"]}


def test_another_brands_team_cannot_be_given(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk")
    foreign = Team.objects.create(brand=make_brand(), slug="crew", name="Crew")
    answer = enter(vesper).post(f"/studio/vesper/people/{enrolment.pk}/edit/", {"team": foreign.pk})
    assert answer.status_code == 200
    enrolment.refresh_from_db()
    assert enrolment.team is None


def do(client: Client, enrolment: Enrolment, deed: str, **fields: str) -> Enrolment:
    """Press one of the buttons of a person's page."""
    client.post(f"/studio/vesper/people/{enrolment.pk}/{deed}/", fields)
    enrolment.refresh_from_db()
    return enrolment


def test_the_studio_pauses_and_ends_its_own_pause(vesper: Brand) -> None:
    enrolment, client = enrol(vesper, "Ingrid Solbakk"), enter(vesper)
    assert do(client, enrolment, "pause").state == "paused"
    assert do(client, enrolment, "resume").state == "active"
    assert not enrolment.paused_by_brand


def test_who_paused_by_themselves_is_not_brought_back_by_the_studio(vesper: Brand) -> None:
    enrolment, client = enrol(vesper, "Ingrid Solbakk", state="paused"), enter(vesper)
    assert do(client, enrolment, "resume").state == "paused"
    assert "comes back when they want to" in words(read(client, f"/studio/vesper/people/{enrolment.pk}/"))


def test_who_is_taken_off_is_gone_at_once_with_a_reason_and_can_be_put_back(vesper: Brand) -> None:
    enrolment, client = enrol(vesper, "Ingrid Solbakk", posts=2), enter(vesper)
    assert do(client, enrolment, "take-off").state == "active"  # not without a reason
    do(client, enrolment, "take-off", reason="A customer  is named")
    assert (enrolment.state, enrolment.suspended_reason) == ("suspended", "A customer is named")
    assert BrandPost.objects.count() == 0
    assert "Ingrid" not in read(Client(), "/brands/vesper/people/")
    do(client, enrolment, "put-back")
    assert (enrolment.state, enrolment.suspended_reason) == ("active", "")
    assert BrandPost.objects.count() == 2


def test_who_was_paused_is_put_back_paused_since_the_same_moment(vesper: Brand) -> None:
    since = timezone.now() - dt.timedelta(minutes=90)
    enrolment, client = enrol(vesper, "Ingrid Solbakk", state="paused", posts=3), enter(vesper)
    Enrolment.objects.filter(pk=enrolment.pk).update(state_changed_at=since)  # one post is newer than that, one not
    enrolment.refresh_from_db()
    do(client, enrolment, "take-off", reason="A look at it")
    do(client, enrolment, "put-back")
    assert (enrolment.state, enrolment.state_changed_at, enrolment.paused_by_brand) == ("paused", since, False)
    assert BrandPost.objects.count() == 1


def test_ending_an_enrolment_takes_the_person_off_for_good(vesper: Brand) -> None:
    enrolment, client = enrol(vesper, "Ingrid Solbakk", posts=1), enter(vesper)
    assert do(client, enrolment, "end").state == "left"
    assert BrandPost.objects.count() == 0
    assert "What you know of" in words(read(client, f"/studio/vesper/people/{enrolment.pk}/"))


def test_ending_an_invitation_takes_it_back_whether_or_not_it_was_answered(vesper: Brand) -> None:
    client, seen = enter(vesper), []
    for answered in (None, NOW):
        enrolment = make_enrolment(vesper, make_person("Noor van Dalen"), state="invited")
        invitation = ask(enrolment, 3, ended_at=answered)
        do(client, enrolment, "end")
        invitation.refresh_from_db()
        seen.append((enrolment.state, invitation.revoked_at is not None))
    assert seen == [("declined", True)] * 2


def test_the_history_names_the_studio_by_address_and_never_a_persons_private_one(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk")
    private = make_user("ingrid@private.example")
    enrolment.person.user = private
    enrolment.person.save()
    for actor in (private, make_user("kofi@vesper.example")):
        if actor != private:
            make_role(actor, vesper, "marketer")
        for verb in ("enrolment.paused", "enrolment.changed"):
            AuditEvent.objects.create(
                actor=actor,
                actor_label=f"user:{actor.pk}",
                verb=verb,
                brand="vesper",
                subject=f"enrolment:{enrolment.pk}",
            )
    page = read(enter(vesper), f"/studio/vesper/people/{enrolment.pk}/")
    assert "ingrid@private.example" not in page
    history = words(page.split("History</h2>")[1])
    assert history.count("kofi@vesper.example") == 2
    assert history.count("The person is paused") == 1
    assert history.count("changed what is known") == 1


def test_one_post_is_taken_off_with_a_reason_and_put_back(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk", posts=2)
    post = enrolment.person.posts.latest("published_at")
    client = enter(vesper, "moderator")
    address = f"/studio/vesper/people/{enrolment.pk}/posts/"
    assert "Write the reason." in words(client.post(f"{address}{post.pk}/remove/").content.decode())
    client.post(f"{address}{post.pk}/remove/", {"reason": "It names a customer"})
    removal = Removal.objects.get()
    assert (removal.post, removal.reason) == (post, "It names a customer")
    assert set(BrandPost.objects.values_list("post", flat=True)) == set(
        enrolment.person.posts.values_list("pk", flat=True)
    ) - {post.pk}
    assert "It names a customer" in read(client, address)
    client.post(f"/studio/vesper/people/{enrolment.pk}/removals/{removal.pk}/put-back/")
    assert BrandPost.objects.count() == 2
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["post.removed", "post.put_back"]


def test_a_post_of_somebody_else_cannot_be_taken_off_by_this_address(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk", posts=1)
    other = enrol(vesper, "Oskar Brandl", posts=1).person.posts.get()
    foreign = enrol(make_brand(), "Zoe Abel", posts=1).person.posts.get()
    client = enter(vesper)
    for post in (other, foreign):
        answer = client.post(f"/studio/vesper/people/{enrolment.pk}/posts/{post.pk}/remove/", {"reason": "No"})
        assert answer.status_code == 404
    assert Removal.objects.count() == 0


def test_a_trainer_sees_people_and_no_button(vesper: Brand) -> None:
    enrolment = enrol(vesper, "Ingrid Solbakk", posts=1)
    client = enter(vesper, "trainer")
    for address in ("people/", f"people/{enrolment.pk}/", f"people/{enrolment.pk}/posts/"):
        page = read(client, f"/studio/vesper/{address}")
        assert "Ingrid" in page
        assert 'method="post"' not in page


def test_an_address_with_a_number_beyond_all_numbers_is_not_found(vesper: Brand) -> None:
    client = enter(vesper)
    assert client.get(f"/studio/vesper/people/{'9' * 30}/").status_code == 404
    assert client.get(f"/studio/vesper/people/bulk/{'9' * 30}/").status_code == 404
    assert as_user(make_user()).get("/studio/nowhere/people/").status_code == 404
