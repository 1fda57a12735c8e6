"""Settings: sessions, the page closed and opened, and everything to take along."""

import datetime as dt
import io
import json
import os
import time
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from brands.models import Enrolment
from brands.outlets import addresses
from people import faces, post_pictures, taking_along
from people.models import Parcel, Post, PostPicture
from tests.brands.pages import enrol, read, words
from tests.brands.test_outlets_page import shown_on
from tests.factories import make_account, make_brand, make_person, make_post, make_story, make_told, make_user
from tests.people.desk.test_my_page import picture
from tests.people.pictured import png

pytestmark = pytest.mark.django_db
SETTINGS = "/desk/settings/"
PASSWORD = "a long pass phrase"
FORMS = {"choosing among people", "reporting a post"}  # which name people and lead to nobody
FILES = ["me.json", "followers.json", "drafts.json", "posts.json"]


@pytest.fixture
def mine(settings: object, tmp_path: Path) -> Enrolment:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    enrolment = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk", posts=2)
    user = make_user("ingrid@example.org", PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    enrolment.person.user = user
    enrolment.person.save()
    enrol(enrolment.brand, "Oskar Brandl", posts=1)
    return enrolment


def signed_in() -> Client:
    client = Client()
    sent = {"login": "ingrid@example.org", "password": PASSWORD}
    assert client.post("/sign-in/login/", sent, headers={"User-Agent": "Firefox"}).status_code == 302
    return client


def box(client: Client) -> zipfile.ZipFile:
    answer = client.get(f"{SETTINGS}parcel/mine.zip")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer)))  # type: ignore[arg-type]


def test_signing_out_everywhere_else_leaves_only_this_one(mine: Enrolment) -> None:
    here, there = signed_in(), signed_in()
    assert words(read(here, SETTINGS)).count("Firefox") == 2
    here.post(f"{SETTINGS}sessions/end/")
    assert there.get(SETTINGS).status_code == 302
    assert words(read(here, SETTINGS)).count("Firefox") == 1


def stamps() -> list[dt.datetime]:
    return list(UserSession.objects.order_by("pk").values_list("last_seen_at", flat=True))


def test_a_session_says_when_it_last_changed_something_at_most_once_an_hour_and_reading_notes_nothing(
    mine: Enrolment,
) -> None:
    with time_machine.travel(dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC), tick=False) as clock:
        here, there = signed_in(), signed_in()
        began = timezone.now()
        assert "last change made" not in words(read(here, SETTINGS))
        clock.shift(timedelta(minutes=90))
        for page in ("/", "/brands/vesper/", SETTINGS, "/desk/"):
            here.get(page)
        assert stamps() == [began, began]
        here.post(f"{SETTINGS}page/", {"page": "open"})
        first = timezone.now()
        assert stamps() == [first, began]  # the other session made no change
        clock.shift(timedelta(minutes=30))
        here.post(f"{SETTINGS}page/", {"page": "open"})
        assert stamps() == [first, began]
        clock.shift(timedelta(minutes=31))
        here.post(f"{SETTINGS}page/", {"page": "open"})
        assert stamps() == [timezone.now(), began]
        text = words(read(there, SETTINGS))
        assert text.count("signed in 1 December 2026, 09:00 UTC from 127.0.0.1") == 2, text
        assert text.count(", last change made 1 December 2026, 11:31 UTC") == 1, text


def test_a_form_of_somebody_who_is_logged_out_is_noted_nowhere(client: Client, mine: Enrolment) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        signed_in()
    before = stamps()
    client.post(f"{SETTINGS}page/", {"page": "close"})
    assert stamps() == before


def test_nobody_sees_or_ends_the_sessions_of_another(client: Client, mine: Enrolment) -> None:
    here = signed_in()
    client.force_login(make_person(user=make_user()).user)
    assert "Firefox" not in read(client, SETTINGS)
    client.post(f"{SETTINGS}sessions/end/")
    assert here.get(SETTINGS).status_code == 200


def test_a_closed_page_is_on_no_outlet_and_opens_as_it_was(client: Client, mine: Enrolment) -> None:
    here, post = signed_in(), Post.objects.filter(person=mine.person)[0]
    oskar = enrol(mine.brand, "Oskar Brandl").person
    make_told(make_story(mine.brand, oskar, lead=oskar, words="I was awake for it."), post)
    places = addresses(post)
    before = shown_on(client, places, "Ingrid")
    assert before == set(places) - {"sitemap"}  # which names nobody, only addresses
    assert shown_on(client, places, f"/people/{mine.person.slug}/") == set(places) - FORMS
    here.post(f"{SETTINGS}page/", {"page": "close"})
    assert shown_on(client, places, "Ingrid") == set()
    assert shown_on(client, places, f"/people/{mine.person.slug}/") == set()
    assert "Your page is closed" in words(read(here, "/desk/appearances/"))
    here.post(f"{SETTINGS}page/", {"page": "open"})
    assert shown_on(client, places, "Ingrid") == before


def test_what_i_take_along_is_all_of_mine_and_nothing_of_others(mine: Enrolment) -> None:
    here = signed_in()
    here.post("/desk/my-page/portrait/", {"picture": picture()})
    account = mine.person.accounts.get()
    make_post(account, "Somebody else's words", kind="repost", repost_of_id="1", repost_of_handle="other")
    account.proof_code = "chorus-secret"
    account.save()
    assert here.get(f"{SETTINGS}parcel/mine.zip").status_code == 404
    assert here.post(f"{SETTINGS}parcel/").status_code == 302
    assert "It is being packed." in words(read(here, SETTINGS))
    assert here.get(f"{SETTINGS}parcel/mine.zip").status_code == 404
    assert (taking_along.pack_due(), taking_along.pack_due()) == (1, 0)
    packed = box(here)
    assert packed.namelist() == [*FILES, "pictures/portrait.avif"]
    mine.person.refresh_from_db()
    assert packed.read("pictures/portrait.avif") == faces.file_of(mine.person.portrait, "640").read_bytes()
    me, posts = json.loads(packed.read("me.json")), json.loads(packed.read("posts.json"))
    assert (me["name"], me["login_address"]) == ("Ingrid Solbakk", "ingrid@example.org")
    assert [(brand["brand"], brand["state"]) for brand in me["brands"]] == [("Vesper", "active")]
    assert sorted(post["text"] or "" for post in posts) == [
        "",
        "Ingrid says 0.",
        "Ingrid says 1.",
    ]  # a repost's is not mine
    assert all(post["link"] for post in posts)
    everything = b"".join(packed.read(name) for name in FILES)
    for foreign in (b"Oskar", b"chorus-secret", b"Somebody else", b"argon2", mine.person.listing_hash.encode() or b"#"):
        assert foreign not in everything, foreign


def test_the_file_is_its_owners_alone_for_a_day(client: Client, mine: Enrolment) -> None:
    here = signed_in()
    here.post(f"{SETTINGS}parcel/")
    taking_along.pack_due()
    parcel = Parcel.objects.get()
    file = taking_along.file_of(parcel)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert client.get(f"{SETTINGS}parcel/mine.zip").status_code == 302
    client.force_login(make_person(user=make_user()).user)
    assert client.get(f"{SETTINGS}parcel/mine.zip").status_code == 404
    assert "Get the file" not in read(client, SETTINGS)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert taking_along.newest(mine.person) is None
        assert taking_along.sweep() == 1
    assert (file.exists(), Parcel.objects.exists()) == (False, False)


def test_asking_twice_packs_once_and_a_lost_worker_is_replaced(mine: Enrolment) -> None:
    here = signed_in()
    here.post(f"{SETTINGS}parcel/")
    here.post(f"{SETTINGS}parcel/")
    assert Parcel.objects.count() == 1
    Parcel.objects.update(state="packing", changed_at=timezone.now())
    assert taking_along.pack_due() == 0
    Parcel.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    assert taking_along.pack_due() == 1


def test_nothing_of_an_account_that_is_not_proven_to_be_mine_is_packed(mine: Enrolment) -> None:
    account = make_account(mine.person, handle="bob", named_by_operator=False, avatar=faces.keep(png("navy")))
    post = make_post(account, "Bob's words")
    shown = Post.objects.filter(person=mine.person).exclude(pk=post.pk)[0]
    for of, colour in ((post, "plum"), (shown, "teal")):
        stem = post_pictures.keep(png(colour))
        PostPicture.objects.create(post=of, position=0, stem=stem, published_at=of.published_at)
    here = signed_in()
    here.post(f"{SETTINGS}parcel/")
    taking_along.pack_due()
    packed = box(here)
    assert packed.namelist() == [*FILES, f"pictures/post-{shown.pk}-0.avif"]
    assert sorted(one["text"] for one in json.loads(packed.read("posts.json"))) == ["Ingrid says 0.", "Ingrid says 1."]


def test_what_a_killed_worker_left_half_packed_is_swept_away(mine: Enrolment) -> None:
    folder = taking_along.file_of(taking_along.ask(person=mine.person, actor=mine.person.user)).parent
    folder.mkdir()
    for name, minutes in (("left.part", 21), ("begun.part", 5)):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (time.time() - minutes * 60,) * 2)
    taking_along.sweep()
    assert [path.name for path in folder.iterdir()] == ["begun.part"]
