"""An archive is packed while others write: each note of how far it is comes through, whatever is being read."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from brands.models import StoryPicture
from people import archive_form, taking_along
from people.models import Block, DraftPicture, Fan, Follow, Person, PostPicture
from tests.factories import make_account, make_brand, make_person, make_post, make_story, make_user
from tests.people.leaving.test_archive_rows import deliver, packed

MANY = 5  # of each kind, read two at a time


def filled() -> Person:
    """Return a person with some of everything that an archive reads row by row."""
    user = make_user("ingrid@example.org")
    person = make_person("Ingrid Solheim", slug="ingrid", user=user)
    account, story = make_account(person), make_story(make_brand("Vesper"), person)
    me, now = Fan.objects.create(user=user), timezone.now()
    for number in range(MANY):
        draft = person.drafts.create(text=f"Draft {number}")
        DraftPicture.objects.create(draft=draft, position=0, stem=f"draft{number}")
        StoryPicture.objects.create(story=story, position=number, stem=f"story{number}", alt="Snow")
        post = make_post(account, f"Post {number}")
        PostPicture.objects.create(post=post, position=0, stem=f"post{number}", published_at=now)
        shown = [{"stem": f"waits{number}", "alt": "Snow"}]
        deliver(person, f"Waits {number}", "scheduled", pictures=shown)
        deliver(person, f"Failed {number}", "failed")
        deliver(person, f"Out {number}", "published", remote_id=f"90{number}")
        Follow.objects.create(fan=me, person=make_person(f"Read {number}", slug=f"read-{number}"))
        Follow.objects.create(fan=me, person=make_person(f"Closed {number}", page_open=False))
        fan = Fan.objects.create(user=make_user(f"fan{number}@example.org"), name=f"Fan {number}")
        Follow.objects.create(fan=fan, person=person, said_so=True)
        no = Fan.objects.create(user=make_user(f"no{number}@example.org"), name=f"No {number}")
        Block.objects.create(fan=no, person=person)
    return person


@pytest.mark.django_db(transaction=True)
def test_an_archive_is_packed_while_another_process_writes_between_its_rows(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    person, outsider = filled(), make_person("Oskar Brandl")
    monkeypatch.setattr(taking_along, "PAGE", 1)  # a note of how far it is after each row
    monkeypatch.setattr(archive_form, "CHUNK", 2)
    noted: list[object] = []
    real = taking_along._step

    def write() -> None:
        Person.objects.filter(pk=outsider.pk).update(line=f"Written {len(noted)} times.")

    with ThreadPoolExecutor(1) as other:  # with a connection of its own

        def step(*args: Any, **fields: Any) -> bool:
            other.submit(write).result(timeout=20)
            noted.append(fields)
            return real(*args, **fields)

        monkeypatch.setattr(taking_along, "_step", step)
        try:
            found = packed(person)
        finally:
            other.submit(connections.close_all).result(timeout=20)
    lists = [found["me.json"][name] for name in ("follows", "follows_closed")]
    lists += [found["followers.json"][name] for name in ("known", "blocked")]
    lists += [found["drafts.json"][name] for name in ("drafts", "waiting", "not_sent", "sent")]
    assert [len(rows) for rows in [*lists, found["posts.json"]]] == [MANY] * 9
    assert [one["text"] for one in found["drafts.json"]["drafts"]] == [f"Draft {number}" for number in range(MANY)]
    assert len(noted) > 12 * MANY
    outsider.refresh_from_db()
    assert outsider.line == f"Written {len(noted) - 1} times."


@pytest.mark.django_db
def test_rows_come_in_their_order_and_those_that_went_meanwhile_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_form, "CHUNK", 2)
    for name in "dbeac":
        make_person(name)
    rows = archive_form.by_key(Person.objects.order_by("-name"))
    first = next(rows).name
    Person.objects.filter(name="b").delete()
    assert [first, *(one.name for one in rows)] == ["e", "d", "c", "a"]
