"""The archive: what a person takes along, written page by page by workers that may be killed."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from people import archive, keys, taking_along
from people.models import Fan, Follow, Parcel, Person, Post
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_story, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingrid(settings: Any, tmp_path: Path) -> Person:
    settings.DATA_DIR = tmp_path
    return make_person("Ingrid Solheim", user=make_user("ingrid@example.org"))


def packed(person: Person) -> Callable[[str], Any]:
    parcel = taking_along.ask(person=person, actor=person.user)  # type: ignore[arg-type]
    assert taking_along.pack_due() == 1
    box = zipfile.ZipFile(taking_along.file_of(parcel))
    return lambda name: json.loads(box.read(name))


def test_followers_are_counted_and_those_named_who_said_so(ingrid: Person) -> None:
    for number, (name, said_so) in enumerate((("Marguerite", True), ("Nils", False), ("", True))):
        fan = Fan.objects.create(user=make_user(f"fan{number}@example.org"), name=name)
        Follow.objects.create(fan=fan, person=ingrid, said_so=said_so)
        Follow.objects.create(fan=fan, person=make_person())
    found = packed(ingrid)("followers.json")
    assert (found["format"], found["number"]) == (archive.FORMAT, 3)
    assert [one["name"] for one in found["known"]] == ["Marguerite"]
    assert "example.org" not in json.dumps(found)


def test_keys_stories_drafts_and_whom_i_follow_come_along_without_secrets(ingrid: Person) -> None:
    _, key = keys.make_key(user=ingrid.user, name="Hall", scopes=["brands:read"], days=30, actor=ingrid.user)  # type: ignore[arg-type]
    brand = make_brand("Vesper")
    oskar = make_enrolment(brand, make_person("Oskar Brandl", slug="oskar")).person
    make_story(brand, oskar, lead=ingrid, words="I was there.", title="Snow")
    make_story(brand, oskar, lead=ingrid, title="Not yet")
    ingrid.drafts.create(text="Half a thought")
    Follow.objects.create(fan=Fan.objects.create(user=ingrid.user), person=oskar)
    read = packed(ingrid)
    me = read("me.json")
    assert [(one["name"], one["may"]) for one in me["api_keys"]] == [("Hall", ["brands:read"])]
    assert [(one["story"], one["words"]) for one in me["stories_led"]] == [("Snow", "I was there.")]
    assert [one["name"] for one in me["follows"]] == ["Oskar Brandl"]
    assert [one["text"] for one in read("drafts.json")["drafts"]] == ["Half a thought"]
    assert key not in json.dumps(me)
    assert key.split("_")[1] not in json.dumps(me)


def test_a_killed_worker_is_followed_by_one_that_goes_on_where_it_was(
    ingrid: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(ingrid)
    said = [make_post(account, f"Number {number}.").pk for number in range(25)]
    monkeypatch.setattr(taking_along, "PAGE", 10)
    real, read = archive.posts, []

    def die(*args: Any) -> list[Post]:
        if len(read) == 2:
            raise KeyboardInterrupt
        read.append(args)
        return real(*args)

    parcel = taking_along.ask(person=ingrid, actor=ingrid.user)  # type: ignore[arg-type]
    monkeypatch.setattr(archive, "posts", die)
    with pytest.raises(KeyboardInterrupt):
        taking_along.pack_due()
    with taking_along.posts_of(parcel).open("ab") as torn:
        torn.write(b",\n{ half a pos")
    assert taking_along.pack_due() == 0  # nobody knows yet that it was killed
    Parcel.objects.update(changed_at=timezone.now() - taking_along.STUCK * 2)
    taking_along.sweep()
    pages: list[int] = []
    monkeypatch.setattr(archive, "posts", lambda *args: pages.append(1) or real(*args))
    assert taking_along.pack_due() == 1
    with zipfile.ZipFile(taking_along.file_of(parcel)) as box:
        assert [one["id"] for one in json.loads(box.read("posts.json"))] == said
    assert len(pages) == 2  # the page that was left, and the one that is empty
    assert [path.name for path in taking_along.file_of(parcel).parent.iterdir()] == [f"{parcel.key}.zip"]


def test_a_worker_that_was_taken_for_dead_stops(ingrid: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    make_post(make_account(ingrid), "Good morning.")
    taking_along.ask(person=ingrid, actor=ingrid.user)  # type: ignore[arg-type]
    real = archive.posts

    def slow(*args: Any) -> list[Post]:
        Parcel.objects.update(state="wanted")  # another one found it stuck
        return real(*args)

    monkeypatch.setattr(archive, "posts", slow)
    assert taking_along.pack_due() == 0
    assert Parcel.objects.get().state == "wanted"
