"""What an erasure takes is of the one who is erased: nothing that they merely named, and nothing of anybody else."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from brands.enrolment_steps import files
from brands.feed import place_enrolment
from brands.models import (
    AnswerDraft,
    Brand,
    Enrolment,
    Import,
    ImportRow,
    Invitation,
    JoinLink,
    JoinRequest,
    Lead,
    ReportCase,
    Story,
    StoryPicture,
)
from people import erasing, following, personal, reporting, tombstones
from people.fan_links import fan_by, token_for
from people.models import Block, Fan, Follow, FollowRequest, Person, PostReport, User
from people.personal import Fate, Whose
from tests.factories import (
    make_account,
    make_brand,
    make_enrolment,
    make_person,
    make_post,
    make_role,
    make_story,
    make_user,
)

pytestmark = pytest.mark.django_db
Kind = tombstones.Kind
MINE, REMOTE = "ann@work.example", "1799999999999999123"


@pytest.fixture
def brand(settings: Any, tmp_path: Path) -> Brand:
    """A brand, and a folder of files."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return make_brand("Vesper", slug="vesper")


def colleague(brand: Brand) -> Person:
    """Somebody who answered a letter, with one proven account, and one that they merely named."""
    person = make_person("Ann Name", slug="ann")
    account = make_account(person, handle="Name", remote_id=REMOTE)
    enrolment = make_enrolment(brand, person, account=account, email="typed@own.example")
    at = enrolment.consented_at
    Invitation.objects.create(enrolment=enrolment, address=MINE, token_hash="yes", expires_at=at, ended_at=at)
    make_account(person, handle="oskar", remote_id="77", named_by_operator=False)
    return person


def erase(person: Person) -> None:
    erasing.erase_person(person=person, actor=None, label="test")
    assert erasing.carry_on() == 1


def test_of_lists_only_rows_that_say_so_are_emptied_however_they_write_it(brand: Brand) -> None:
    rows = {
        1: {"name": "name", "email": "name@work.example", "title": "Name"},
        2: {"name": "Joann", "email": "joann@work.example"},
        3: {"name": "Oskar", "x_handle": "@oskar", "x_id": "77"},
        4: {"name": "Na Mesake", "x_handle": "name_2; @surname"},
        11: {"name": "A", "x_handle": "https://x.com/NAME"},
        12: {"name": "B", "x_handle": "@other; @name"},
        13: {"name": "C", "x_handle": "@name; no handle at all"},
        14: {"name": "D", "x_id": f"'{REMOTE}"},
        15: {"name": "E", "email": "Ann Name <Ann@Work.example>"},
    }
    theirs = Import.objects.create(brand=make_brand(), file_name="l.csv", key="a" * 32, state="checked")
    foreign = Import.objects.create(brand=brand, file_name="l.csv", key="b" * 32, state="checked")
    for number, cells in rows.items():
        file = theirs if number > 10 else foreign
        ImportRow.objects.create(file=file, number=number, cells=cells, verdict="problem", problem="why")
    for file in (theirs, foreign):
        files.keep(file.key, b"Name", files.Table(header=(), rows=[], how="csv"))
    erase(colleague(brand))
    left = {row.number: (row.cells, row.problem) for row in ImportRow.objects.all()}
    assert left == {number: ({}, "") if number > 10 else (cells, "why") for number, cells in rows.items()}
    assert (files.kept(theirs.key), files.kept(foreign.key)) == (False, True)


def test_what_was_merely_named_is_kept_away_with_nobody(brand: Brand) -> None:
    person = colleague(brand)
    person.user = make_user("ann@own.example")
    person.login_address = "victim@own.example"
    person.save()
    for address, verified in (("ann@own.example", True), ("other@own.example", False)):
        EmailAddress.objects.create(user=person.user, email=address, verified=verified)
    erase(person)
    addresses = {MINE, "ann@own.example", "victim@own.example", "other@own.example"}
    assert tombstones.known(Kind.ADDRESS, {*addresses, "typed@own.example"}) == {MINE, "ann@own.example"}
    assert tombstones.known(Kind.ACCOUNT, {f"x:{REMOTE}", "x:77"}) == {f"x:{REMOTE}"}
    assert tombstones.known(Kind.HANDLE, {"x:name", "x:oskar"}) == {"x:name"}


def test_an_address_that_no_letter_has_shown_to_be_theirs_takes_nothing_from_whoever_reads_it(brand: Brand) -> None:
    """Somebody typed the address of another, in the studio, a list or the form to join, or had a letter sent there."""
    other, person = "victim@own.example", colleague(brand)
    later = timezone.now() + dt.timedelta(days=3)
    enrolment = make_enrolment(make_brand(), person, state="invited", email=other)
    Invitation.objects.create(enrolment=enrolment, address=other, token_hash="n", expires_at=later, ended_at=later)
    former = Enrolment.objects.get(brand=brand)
    asked = Invitation.objects.create(enrolment=former, address=other, token_hash="o", expires_at=later)
    Invitation.objects.filter(pk=asked.pk).update(ended_at=timezone.now())  # a no, of whoever read it
    link = JoinLink.objects.create(brand=brand, nonce="n", token_hash="t", expires_at=later)
    JoinRequest.objects.create(link=link, name="Ann", email=other, enrolment=former)
    theirs = make_enrolment(brand, make_person("Victoria"), state="invited", email=other)
    kept = [
        FollowRequest.objects.create(email=other, token_hash="f", expires_at=later),
        Invitation.objects.create(enrolment=theirs, address=other, token_hash="v", expires_at=later),
        AnswerDraft.objects.create(invitation=Invitation.objects.get(enrolment=theirs), login_address=other),
        ImportRow.objects.create(
            file=Import.objects.create(brand=brand, file_name="l.csv", key="c" * 32),
            number=1, cells={"email": other}, verdict="new", enrolment=theirs,
        ),
    ]  # fmt: skip
    erase(person)
    assert tombstones.known(Kind.ADDRESS, {other, MINE}) == {MINE}
    for row in kept:
        before = {name: value for name, value in vars(row).items() if name[0] != "_"}
        row.refresh_from_db()
        assert {name: getattr(row, name) for name in before} == before
    assert Invitation.objects.count() == 1


def test_sessions_of_others_whose_address_holds_theirs_go_on(brand: Brand) -> None:
    held = [MINE, f"Mail {MINE}.", f"jo{MINE}", f"jo.{MINE}", f"jo+{MINE}", f"{MINE}.org", f"{MINE}s"]
    for words in held:
        session = Client().session
        session["half_way"] = words
        session.save()
    erase(colleague(brand))
    assert {row.get_decoded()["half_way"] for row in Session.objects.all()} == set(held[2:])


@pytest.mark.parametrize("kind", ["person", "fan", "fan who is more"])
def test_what_they_reported_stays_with_what_came_of_it_but_for_their_address(kind: str, brand: Brand) -> None:
    post = make_post(make_account(make_person("Oskar Brandl"), handle="oskar"))
    make_enrolment(brand, post.person, account=post.account)
    place_enrolment(Enrolment.objects.get())
    reporter = make_user("ann@own.example")
    for email in ("ann@own.example", "joann@own.example", ""):
        reporting.report(post=post, why="other", words="Names a passenger.", email=email, client="here")
    if kind == "person":
        erase(make_person("Ann Name", slug="ann", user=reporter))
    else:
        if kind == "fan who is more":
            make_role(reporter, brand, "marketer")
        Fan.objects.create(user=reporter)
        erasing.erase_fan(reporter, actor=reporter)
        assert erasing.carry_on() == 1
    assert User.objects.filter(pk=reporter.pk).exists() == (kind == "fan who is more")
    assert sorted(PostReport.objects.values_list("email", "words")) == [
        ("", "Names a passenger."), ("", "Names a passenger."), ("joann@own.example", "Names a passenger.")
    ]  # fmt: skip
    assert ReportCase.objects.count() == 3
    erase(post.person)
    assert not PostReport.objects.exists()


def test_a_fans_login_stays_that_somebody_named_at_their_yes(brand: Brand) -> None:
    fan = make_user("ann@own.example")
    make_person(login_address="ann@own.example")
    erasing.erase_fan(fan, actor=fan)
    assert erasing.carry_on() == 1
    assert User.objects.get(pk=fan.pk).is_active


def test_erasing_oneself_as_a_fan_is_no_way_round_a_block(brand: Brand) -> None:
    writer, other = make_person(user=make_user()), make_person()
    user = make_user()
    make_role(user, brand, "marketer")
    fan = Fan.objects.create(user=user, name="Ann", zone="Europe/Vienna", read_until=timezone.now(), links_epoch=3)
    Follow.objects.create(fan=fan, person=writer)
    Follow.objects.create(fan=fan, person=other)
    following.block(person=writer, fan=fan, actor=writer.user)
    before = fan.started_at
    erasing.erase_fan(user, actor=user)
    assert erasing.carry_on() == 1
    fan.refresh_from_db()
    assert (fan.name, fan.zone, fan.read_until, fan.links_epoch) == ("", "UTC", None, 4)
    assert fan.started_at > before
    assert [(row.person, row.looks) for row in Block.objects.all()] == [(writer, {})]
    following.follow(user, [writer.pk, other.pk], actor=user)
    assert list(Follow.objects.values_list("fan", "person")) == [(user.pk, other.pk)]


@pytest.mark.parametrize("what_they_are", ["a fan", "more"])
def test_links_and_sessions_of_before_open_nothing_when_a_fan_comes_back(
    what_they_are: str, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter([7, 20_000])
    monkeypatch.setattr("people.models.follow.secrets.randbelow", lambda below: next(numbers))
    writer, user = make_person(), make_user("ann@own.example")
    if what_they_are == "more":
        make_role(user, brand, "marketer")
    following.follow(user, [writer.pk], actor=user)
    old, (by_link, forwarded) = token_for(user.fan, "manage"), (Client(), Client())
    assert by_link.post(f"/letters/{token_for(user.fan, 'read')}/").status_code == 302
    assert by_link.get("/home/people/").status_code == 200
    erasing.erase_fan(user, actor=user)
    assert erasing.carry_on() == 1
    assert User.objects.filter(pk=user.pk).exists() == (what_they_are == "more")
    again = User.objects.filter(pk=user.pk).first() or make_user("ann@own.example", pk=user.pk)
    following.follow(again, [writer.pk], actor=again)
    assert fan_by(old, "manage") is None
    assert by_link.get("/home/people/").status_code == 302
    assert forwarded.get(f"/letters/{old}/").status_code == 404
    assert fan_by(token_for(again.fan, "manage"), "manage") == again.fan


def test_the_last_number_of_a_fans_links_is_followed_by_one_that_fits(brand: Brand) -> None:
    writer, user = make_person(user=make_user()), make_user()
    make_role(user, brand, "marketer")
    fan = Fan.objects.create(user=user, links_epoch=32_767)
    following.block(person=writer, fan=fan, actor=writer.user)
    erasing.erase_fan(user, actor=user)
    assert erasing.carry_on() == 1
    fan.refresh_from_db()
    assert fan.links_epoch == 1


def test_who_leads_a_story_of_theirs_keeps_their_own_words(brand: Brand) -> None:
    asker, lead, asked = colleague(brand), make_person(), make_person()
    led = make_story(brand, asker, lead=lead, words="Snow, and how it smells.", angles=["From the cab?"])
    StoryPicture.objects.create(story=led, position=0, stem="no-file", alt="Ann in the snow")
    make_story(brand, asker, lead=asked)  # who has not said yes
    make_story(brand, asker, lead=asker, words="I lead it myself.")
    erase(asker)
    (story,) = Story.objects.all()
    assert (story.pk, story.asker, story.facts, story.angles, story.links) == (led.pk, lead, "", [], [])
    assert list(Lead.objects.values_list("person", "words")) == [(lead.pk, "Snow, and how it smells.")]
    assert not StoryPicture.objects.exists()


def test_a_table_has_one_line_in_the_register() -> None:
    with pytest.raises(ValueError, match=r"people\.Fan is in the register twice"):
        personal.register("people.Fan", Whose.FAN, Fate.ROW, personal={})
