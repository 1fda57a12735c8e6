"""Faces: the pictures that the networks have, and what is cleared away."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from people import accounts, faces
from people.models import Account, Person
from tests.advocacy.outside import Outside, answer
from tests.factories import make_person
from tests.people.pictured import account_with, files, four, fresh, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_the_picture_at_the_network_is_fetched_once(network: Outside, media: Path) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    assert faces.fetch_due_avatars() == 1
    fresh(account)
    assert (account.avatar_fetched_url, account.avatar_tried_at) == (account.avatar_url, None)
    assert files(media) == four(account.avatar)
    assert faces.fetch_due_avatars() == 0
    assert len(network.requests) == 1


def test_a_new_picture_replaces_the_former_one_and_its_files(network: Outside, media: Path) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    faces.fetch_due_avatars()
    first = fresh(account).avatar
    url = network.page("/b.png", answer(png("plum"), kind="image/png"))
    Account.objects.update(avatar_url=url)
    assert faces.fetch_due_avatars() == 1
    assert fresh(account).avatar not in {first, ""}
    assert files(media) == four(account.avatar)


def test_a_picture_taken_away_at_the_network_goes_here_too(network: Outside, media: Path) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    faces.fetch_due_avatars()
    Account.objects.update(avatar_url="")
    assert faces.fetch_due_avatars() == 1
    assert (fresh(account).avatar, account.avatar_fetched_url, files(media)) == ("", "", [])


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/html", b"<html>", 200),
        ("image/svg+xml", b"<svg/>", 200),
        ("image/png", b"<svg/>", 200),
        ("image/png", b"", 200),
        ("image/png", b"\x01" * 5_000_001, 200),
        ("image/png", b"", 404),
        ("image/png", b"", 500),
    ],
)
def test_a_picture_that_cannot_be_had_is_not_asked_for_again_for_a_day(
    kind: str, body: bytes, status: int, network: Outside, media: Path
) -> None:
    account = account_with(network.page("/a.png", answer(body, kind=kind, status=status)))
    assert faces.fetch_due_avatars() == 1
    assert (fresh(account).avatar, account.avatar_fetched_url, files(media)) == ("", "", [])
    assert account.avatar_tried_at is not None
    assert faces.fetch_due_avatars() == 0
    Account.objects.update(avatar_tried_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert faces.fetch_due_avatars() == 0
    Account.objects.update(avatar_tried_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert faces.fetch_due_avatars() == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/a.png",
        "http://127.1/a.png",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "/a.png",
        "http://[",
        "http://[x]/",
        "\x01",
        "http://a\u2100.example/",
    ],
)
def test_an_address_that_leads_inside_is_never_fetched(url: str, network: Outside) -> None:
    account = account_with(url)
    assert faces.fetch_due_avatars() == 1
    assert (fresh(account).avatar, account.avatar_tried_at is None) == ("", False)


def test_a_failure_leaves_the_former_picture(network: Outside, media: Path) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    faces.fetch_due_avatars()
    Account.objects.update(avatar_url=f"{network.base}/gone.png")
    faces.fetch_due_avatars()
    assert files(media) == four(fresh(account).avatar)


def test_only_accounts_that_a_yes_asks_to_read_are_fetched(network: Outside) -> None:
    url = network.page("/a.png", answer(png(), kind="image/png"))
    account_with(url, read_from=None)
    for state in Account.State:
        account_with(url, state=state)
    assert [(account.state, account.read_from is None) for account in faces.due_avatars(50)] == [("active", False)]
    faces.fetch_due_avatars()
    assert {a.state: bool(a.avatar) for a in Account.objects.exclude(read_from=None)} == {
        state: state == Account.State.ACTIVE for state in Account.State
    }
    assert Account.objects.get(read_from=None).avatar == ""
    assert len(network.requests) == 1


def test_a_picture_of_somebody_whose_yes_ended_meanwhile_is_dropped(
    network: Outside, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    keep = faces.keep

    def ends_meanwhile(body: bytes) -> str:
        accounts.stop_reading(Account.objects.get(), on_page=False)
        return keep(body)

    monkeypatch.setattr(faces, "keep", ends_meanwhile)
    assert faces.fetch_avatar(account) is True
    assert (fresh(account).avatar, files(media)) == ("", [])


def test_whose_yes_ended_before_is_not_asked_for(network: Outside) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    accounts.stop_reading(Account.objects.get(), on_page=False)
    assert faces.fetch_avatar(account) is False
    assert network.requests == []


def test_what_changed_while_it_was_fetched_does_not_count(
    network: Outside, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    keep = faces.keep

    def changes_meanwhile(body: bytes) -> str:
        Account.objects.update(avatar_url=f"{network.base}/b.png")
        return keep(body)

    monkeypatch.setattr(faces, "keep", changes_meanwhile)
    assert faces.fetch_due_avatars() == 1
    assert (fresh(account).avatar, account.avatar_fetched_url, files(media)) == ("", "", [])


def test_two_workers_never_fetch_the_same_picture(network: Outside) -> None:
    account_with(network.page("/a.png", answer(png(), kind="image/png")))
    one, other = Account.objects.get(), Account.objects.get()
    assert (faces.fetch_avatar(one), faces.fetch_avatar(other)) == (True, False)
    assert len(network.requests) == 1


def test_the_longest_waiting_come_first_and_no_more_than_asked_for(network: Outside) -> None:
    now = timezone.now()
    days = [3, None, 2, 5]
    made = [account_with("http://127.1/", avatar_tried_at=now - timedelta(days=day) if day else None) for day in days]
    assert [made.index(account) for account in faces.due_avatars(3)] == [1, 3, 0]


def test_a_larger_picture_is_asked_for_at_x_and_the_named_one_if_there_is_none(
    network: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = "https://pbs.twimg.com/profile_images/1/a_normal.jpg"
    assert faces.sizes(named) == ["https://pbs.twimg.com/profile_images/1/a_400x400.jpg", named]
    for other in (
        "https://pbs.twimg.com/profile_images/1/a.jpg",
        "https://pbs.twimg.com/profile_images/1/normal_normal_x.jpg",
        "https://pbs.twimg.com.example.org/a_normal.jpg",
        "https://example.org/a_normal.jpg",
        "",
    ):
        assert faces.sizes(other) == [other]
    monkeypatch.setattr(faces, "sizes", lambda url: [f"{network.base}/larger.png", url])
    account = account_with(network.page("/named.png", answer(png(), kind="image/png")))
    faces.fetch_due_avatars()
    assert [request.path for request in network.requests] == ["/larger.png", "/named.png"]
    assert fresh(account).avatar != ""


# clearing away


def age(media: Path, hours: float) -> None:
    for path in media.rglob("*.*"):
        os.utime(path, (time.time() - hours * 3600,) * 2)


def test_the_picture_of_an_account_that_no_yes_asks_for_is_cleared_away(network: Outside, media: Path) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    faces.fetch_due_avatars()
    accounts.stop_reading(account, on_page=True)
    age(media, 2)
    faces.tidy()
    assert (fresh(account).avatar, account.avatar_fetched_url, files(media)) == ("", "", [])


def test_files_that_no_row_names_are_cleared_away_after_an_hour(media: Path) -> None:
    person, gone = make_person(), make_person()
    faces.set_portrait(person, png(), "", actor=None)
    faces.set_portrait(gone, png("plum"), "", actor=None)
    gone.delete()
    (media / "faces" / person.portrait[:2] / "tmpabc.part").write_bytes(b"half")
    faces.tidy()
    assert len(files(media)) == 9
    age(media, 2)
    faces.tidy()
    assert files(media) == four(person.portrait)


def test_a_file_found_again_is_young_again(media: Path) -> None:
    faces.keep(png())
    age(media, 2)
    stem = faces.keep(png())
    faces.tidy()
    assert files(media) == four(stem)


def test_a_picture_whose_files_are_gone_is_asked_for_again(network: Outside, media: Path) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    faces.fetch_due_avatars()
    faces.file_of(fresh(account).avatar, "face").unlink()
    faces.tidy()
    assert faces.fetch_due_avatars() == 1
    assert files(media) == four(fresh(account).avatar)


def test_clearing_away_comes_with_the_fetching_once_an_hour(media: Path) -> None:
    faces.keep(png())
    age(media, 2)
    faces.fetch_due_avatars()
    assert files(media) == []
    faces.keep(png())
    age(media, 2)
    faces.fetch_due_avatars()
    assert len(files(media)) == 4


def test_the_person_of_a_picture_is_untouched_by_its_fetching(network: Outside) -> None:
    account = account_with(network.page("/a.png", answer(png(), kind="image/png")))
    before = Person.objects.filter(pk=account.person_id).values().get()
    faces.fetch_due_avatars()
    assert Person.objects.filter(pk=account.person_id).values().get() == before
