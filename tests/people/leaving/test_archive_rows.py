"""What a person finds in their archive, and what somebody else does not."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from brands import removing
from brands.models import (
    Alumnus,
    Brand,
    Farewell,
    Invitation,
    JoinLink,
    JoinRequest,
    PostChoice,
    Role,
    StandingLetter,
    StoryPicture,
)
from people import following, post_pictures, reporting, taking_along
from people.models import Delivery, DraftPicture, Fan, Follow, Opening, Person, Telling
from people.models.person import OldSlug
from people.publishing.outbox import content_of
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_story, make_user
from tests.people.pictured import png

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def ingrid(settings: Any, tmp_path: Path) -> Person:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return make_person("Ingrid Solheim", slug="ingrid", user=make_user("ingrid@example.org"))


@pytest.fixture
def oskar(ingrid: Person) -> Person:
    """The outsider: a colleague with a login of his own."""
    return make_person("Oskar Brandl", slug="oskar", user=make_user("oskar@example.org"))


def packed(person: Person) -> dict[str, Any]:
    """Return the JSON of a person's archive by name; pictures as None."""
    taking_along.ask(person=person, actor=person.user)  # type: ignore[arg-type]
    assert taking_along.pack_due() == 1
    newest = taking_along.newest(person)
    assert newest is not None
    with zipfile.ZipFile(taking_along.file_of(newest)) as box:
        return {name: json.loads(box.read(name)) if name.endswith(".json") else None for name in box.namelist()}


def deliver(person: Person, text: str, state: str, **fields: Any) -> Delivery:
    content = content_of({"text": text, "lang": "", "pictures": fields.pop("pictures", [])})
    account = person.accounts.first() or make_account(person)
    times = {"state_changed_at": NOW, "due_at": NOW, "late_after": NOW}
    return Delivery.objects.create(person=person, account=account, state=state, **times, **content, **fields)


def test_what_i_wrote_to_my_followers_is_in_it_with_the_lines_of_before(ingrid: Person, oskar: Person) -> None:
    former = [["Snow is coming.", "2026-11-20T08:00:00+00:00"]]
    Opening.objects.create(person=ingrid, words="Winter is here.", written_at=NOW, former=former)
    Telling.objects.create(person=ingrid, key="left:1", left="Vesper", words="I go north.")
    OldSlug.objects.create(person=ingrid, slug="ingrid-s")
    me = packed(ingrid)["me.json"]
    assert me["letter_opening"] == {
        "words": "Winter is here.",
        "written": NOW.isoformat(),
        "former": [{"words": "Snow is coming.", "written": "2026-11-20T08:00:00+00:00"}],
    }
    assert [(one["left"], one["words"]) for one in me["told_followers"]] == [("Vesper", "I go north.")]
    assert me["former_pages"] == ["http://localhost:8000/people/ingrid-s/"]
    his = packed(oskar)["me.json"]
    assert (his["letter_opening"], his["told_followers"], his["former_pages"]) == (None, [], [])


def test_the_words_of_a_parting_are_in_it_and_what_each_side_wants(ingrid: Person, oskar: Person) -> None:
    brand = make_brand("Vesper")
    left = make_enrolment(brand, ingrid, state="left")
    Alumnus.objects.create(enrolment=left, now_at="A school in Bodø", person_at=NOW, on_own_page=True)
    Farewell.objects.create(enrolment=left, line="Thank you for the nights.", by_brand=False, person_at=NOW)
    make_enrolment(brand, oskar)
    (stood,) = packed(ingrid)["me.json"]["brands"]
    assert stood["were_here"] == {
        "i_want_it_since": NOW.isoformat(),
        "the_brand_wants_it_since": None,
        "now_at": "A school in Bodø",
        "on_my_page": True,
    }
    assert (stood["farewell"]["line"], stood["farewell"]["by"]) == ("Thank you for the nights.", "me")
    (his,) = packed(oskar)["me.json"]["brands"]
    assert (his["were_here"], his["farewell"]) == (None, None)


def test_each_post_says_what_was_chosen_reported_and_taken_off_and_never_by_whom(ingrid: Person, oskar: Person) -> None:
    brand = make_brand("Vesper")
    account, owner = make_account(ingrid), make_user("owner@vesper.example")
    stands = make_enrolment(brand, ingrid, account=account)
    post, other = make_post(account, "Night train."), make_post(make_account(oskar), "Day train.")
    PostChoice.objects.create(enrolment=stands, post=post, shown=True)
    removing.remove_post(brand=brand, post=post, reason="It names a passenger.", actor=owner)
    reporting.report(post=post, why="private", words="My seat is in it.", email="lea@own.example", client="here")
    reporting.report(post=other, why="harm", words="It shouts.", email="", client="there")
    everything = packed(ingrid)
    (mine,) = everything["posts.json"]
    assert [(one["brand"], one["shown_here"]) for one in mine["choices"]] == [("Vesper", True)]
    assert [(one["brand"], one["because"], one["put_back"]) for one in mine["taken_off"]] == [
        ("Vesper", "It names a passenger.", None)
    ]
    assert [(one["why"], one["words"]) for one in mine["reports"]] == [
        ("It shows something private of somebody", "My seat is in it.")
    ]
    held = json.dumps(everything)
    assert [word for word in ("lea@", "owner@", "It shouts", "Day train") if word in held] == []
    (his,) = packed(oskar)["posts.json"]
    assert (his["choices"], his["taken_off"], [one["words"] for one in his["reports"]]) == ([], [], ["It shouts."])


def test_pictures_of_drafts_and_of_what_waits_are_in_it_with_their_words(ingrid: Person, oskar: Person) -> None:
    stem = post_pictures.keep(png("plum", (800, 450)))
    draft = ingrid.drafts.create(text="Half a thought", wall_time="2026-12-01T07:10", zone="Europe/Oslo")
    DraftPicture.objects.create(draft=draft, position=0, stem=stem, alt="A train in the snow")
    shown = [{"stem": stem, "alt": "A station"}]
    first = deliver(ingrid, "One.", "scheduled", pictures=shown, zone="Europe/Oslo", wall_time="2026-12-01T07:10")
    second = deliver(ingrid, "Two.", "scheduled", parent=first, threaded=True)
    found = packed(ingrid)
    (written,) = found["drafts.json"]["drafts"]
    names = [f"pictures/draft-{draft.pk}-0.avif", f"pictures/delivery-{first.pk}-0.avif"]
    assert written["pictures"] == [{"file": names[0], "in_words": "A train in the snow"}]
    one, two = found["drafts.json"]["waiting"]
    assert one["pictures"] == [{"file": names[1], "in_words": "A station"}]
    assert (one["wall_time"], one["zone"], one["after"]) == ("2026-12-01T07:10", "Europe/Oslo", None)
    assert (two["id"], two["after"]) == (second.pk, first.pk)
    assert [name in found for name in names] == [True, True]
    his = packed(oskar)
    assert (his["drafts.json"]["drafts"], his["drafts.json"]["waiting"]) == ([], [])
    assert not [name for name in his if name.startswith("pictures/")]


def test_what_did_not_go_out_is_in_it_with_the_reason_in_words(ingrid: Person, oskar: Person) -> None:
    deliver(ingrid, "Refused.", "failed", reason="refused", trouble="X says that the text is too long.")
    deliver(ingrid, "On its way.", "unknown", first_sent_at=NOW)
    post = make_post(ingrid.accounts.get(), "Out.")
    deliver(ingrid, "Out.", "published", remote_id=post.remote_id, post=post, published_at=NOW)
    found = packed(ingrid)["drafts.json"]
    assert [(one["text"], one["because"]) for one in found["not_sent"]] == [
        ("Refused.", "X says that the text is too long.")
    ]
    assert [one["text"] for one in found["waiting"]] == ["On its way."]
    assert [(one["text"], one["post"]) for one in found["sent"]] == [("Out.", post.pk)]
    assert [packed(oskar)["drafts.json"][name] for name in ("waiting", "not_sent", "sent")] == [[], [], []]


def test_stories_and_closing_lines_are_of_whoever_wrote_them(ingrid: Person, oskar: Person) -> None:
    brand = make_brand("Vesper")
    story = make_story(brand, ingrid, lead=oskar, words="I was there.", facts="Snow fell.", angles=["From the cab?"])
    stem = post_pictures.keep(png("teal", (800, 450)))
    StoryPicture.objects.create(story=story, position=0, stem=stem, alt="A broom on points")
    Brand.objects.filter(pk=brand.pk).update(closing_line="And the night goes on.", closing_by=ingrid)
    found = packed(ingrid)
    (asked,) = found["me.json"]["stories_asked"]
    file = f"pictures/story-{story.pk}-0.avif"
    assert (asked["facts"], asked["angles"]) == ("Snow fell.", ["From the cab?"])
    assert asked["pictures"] == [{"file": file, "in_words": "A broom on points"}]
    assert file in found
    assert found["me.json"]["closing_lines"] == [{"brand": "Vesper", "words": "And the night goes on."}]
    assert "I was there." not in json.dumps(found)
    his = packed(oskar)
    assert [one["words"] for one in his["me.json"]["stories_led"]] == ["I was there."]
    assert [word for word in ("Snow fell", "From the cab", "broom", "goes on") if word in json.dumps(his)] == []


def test_whom_i_follow_and_how_is_in_it_as_i_see_it_and_a_block_stays_untold(ingrid: Person, oskar: Person) -> None:
    assert ingrid.user is not None
    assert oskar.user is not None
    fan = Fan.objects.create(user=ingrid.user, name="Ingrid", zone="Europe/Oslo", rhythm="daily")
    closed = make_person("Closed Page")
    for one in (oskar, closed):
        Follow.objects.create(fan=fan, person=one, letters=False, said_so=True)
    Person.objects.filter(pk=closed.pk).update(page_open=False)
    before = packed(ingrid)["me.json"]
    assert (before["reader"]["name"], before["reader"]["zone"], before["reader"]["rhythm"]) == (
        "Ingrid", "Europe/Oslo", "daily"
    )  # fmt: skip
    (one,) = before["follows"]
    assert (one["name"], one["letters"], one["muted"], one["said_so"]) == ("Oskar Brandl", False, False, True)
    (other,) = before["follows_closed"]
    assert sorted(other) == ["letters", "muted", "said_so", "since"]
    assert "Closed Page" not in json.dumps(before)
    following.block(person=oskar, fan=fan, actor=oskar.user)
    after = packed(ingrid)
    assert after["me.json"]["follows"] == before["follows"]
    assert after["followers.json"]["blocked"] == []
    his = packed(oskar)
    assert [row["name"] for row in his["followers.json"]["blocked"]] == ["Ingrid"]
    assert (his["me.json"]["reader"], his["me.json"]["follows"], his["me.json"]["follows_closed"]) == (None, [], [])


def test_how_i_was_asked_is_in_it_without_who_asked_and_what_they_wrote(ingrid: Person, oskar: Person) -> None:
    brand, boss = make_brand("Vesper"), make_user("boss@vesper.example")
    stands = make_enrolment(brand, ingrid)
    Invitation.objects.create(
        enrolment=stands, address="ingrid@vesper.example", by=boss, words="Come, says the boss.", token_hash="a" * 64,
        nonce="n" * 43, expires_at=NOW, ended_at=NOW, letters=2, bounced_at=NOW, bounce="550 no such box",
    )  # fmt: skip
    link = JoinLink.objects.create(brand=brand, nonce="j" * 43, token_hash="b" * 64, expires_at=NOW, note="For drivers")
    asked = {"link": link, "title": "Driver"}
    JoinRequest.objects.create(name="Ingrid S.", email="ingrid@vesper.example", enrolment=stands, **asked)
    JoinRequest.objects.create(name="Nils Berg", email="nils@vesper.example", **asked)
    StandingLetter.objects.create(enrolment=stands, kind="taken_off", reason="While the train is looked at.")
    found = packed(ingrid)
    (stood,) = found["me.json"]["brands"]
    (invited,) = stood["asked"]
    assert (invited["at"], invited["letters"], invited["answered"]) == ("ingrid@vesper.example", 2, NOW.isoformat())
    assert invited["came_back_because"] == "550 no such box"
    assert [(one["name"], one["title"]) for one in stood["asked_to_join"]] == [("Ingrid S.", "Driver")]
    assert [one["because"] for one in stood["letters"]] == ["While the train is looked at."]
    held = json.dumps(found)
    secret = ("boss", "Nils", "nnnnn", "jjjjj", "aaaaa", "bbbbb", "For drivers")
    assert [word for word in secret if word in held] == []
    assert packed(oskar)["me.json"]["brands"] == []


def test_where_i_am_signed_in_and_my_passkeys_are_in_it_by_name_alone(ingrid: Person, oskar: Person) -> None:
    user = ingrid.user
    assert user is not None
    EmailAddress.objects.create(user=user, email="ingrid@other.example", verified=True)
    key = {"name": "My phone", "credential": {"id": "a-secret-credential"}}
    Authenticator.objects.create(user=user, type="webauthn", data=key)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "a-secret-seed", "name": "not shown"})
    UserSession.objects.create(user=user, ip="192.0.2.7", user_agent="Firefox", session_key="a-secret-session")
    Role.objects.create(user=user, brand=make_brand("Vesper"), name="marketer")
    found = packed(ingrid)
    me = found["me.json"]
    assert [(one["address"], one["proven"]) for one in me["login"]["addresses"]] == [("ingrid@other.example", True)]
    assert [(one["kind"], one["name"]) for one in me["login"]["second_steps"]] == [
        ("passkey", "My phone"), ("authenticator app", None)
    ]  # fmt: skip
    assert [(one["from"], one["with"]) for one in me["login"]["signed_in"]] == [("192.0.2.7", "Firefox")]
    assert me["roles"] == [{"brand": "Vesper", "role": "marketer"}]
    assert "secret" not in json.dumps(found)
    his = packed(oskar)["me.json"]
    assert [his["login"][name] for name in ("addresses", "second_steps", "signed_in")] == [[], [], []]
    assert his["roles"] == []


def test_of_what_i_passed_on_the_words_and_figures_of_others_are_not_in_it(ingrid: Person, oskar: Person) -> None:
    account = make_account(ingrid)
    made = {"kind": "repost", "repost_of_id": "77", "repost_of_handle": "lea", "metrics": {"likes": 4_242}}
    make_post(account, "Words of Lea.", entities=[{"kind": "tag", "text": "lea-tag"}], **made)
    own = make_post(account, "My words.", edit_history=["1", "2"], metrics={"likes": 3}, reply_to_handle="oskar")
    shared, answer = sorted(packed(ingrid)["posts.json"], key=lambda row: row["id"])
    assert (shared["text"], shared["names"], shared["figures"]) == (None, [], None)
    assert (shared["passes_on"], shared["passes_on_handle"]) == ("77", "lea")
    assert (answer["id"], answer["versions"], answer["figures"]) == (own.pk, ["1", "2"], {"likes": 3})
    assert answer["answers_handle"] == "oskar"
    assert packed(oskar)["posts.json"] == []


def test_posts_of_a_protected_account_are_mine_and_of_one_that_nobody_proved_they_are_not(ingrid: Person) -> None:
    protected = make_account(ingrid, state="protected")
    named = make_account(ingrid, named_by_operator=False)
    kept = make_post(protected, "Said before I locked it.")
    make_post(named, "Perhaps of somebody else.")
    assert [row["id"] for row in packed(ingrid)["posts.json"]] == [kept.pk]


def test_a_worker_that_lost_the_parcel_stops_within_a_long_file(
    ingrid: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        fan = Fan.objects.create(user=make_user(f"fan{number}@example.org"), name=f"Fan {number}")
        Follow.objects.create(fan=fan, person=ingrid, said_so=True)
    monkeypatch.setattr(taking_along, "PAGE", 5)
    parcel = taking_along.ask(person=ingrid, actor=ingrid.user)  # type: ignore[arg-type]
    monkeypatch.setattr(taking_along, "_step", lambda parcel, **fields: False)
    assert taking_along.pack_due() == 0
    assert not taking_along.file_of(parcel).exists()
