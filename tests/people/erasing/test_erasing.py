"""Erasing a person: nothing of them is left anywhere, and nobody else has lost anything."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from advocacy.models import AuditEvent
from brands.models import Brand, BulkAct, Role
from brands.outlets import addresses
from people import erasing, personal, tombstones
from people.models import Erasure, Fan, Follow, Person, Revocation, Tombstone, User
from people.models.person import OldSlug
from people.personal import Fate, Traces
from people.profiles import open_page
from people.publishing import ending
from tests.factories import make_brand, make_person, make_role, make_user
from tests.people.erasing.scene import ADDRESS, HANDLE, PERSON, REMOTE, SLUG, USER, WORK, Scene, left, make_scene
from tests.people.erasing.scene import rows_of_others as others

pytestmark = pytest.mark.django_db
State = Erasure.State


@pytest.fixture
def scene(settings: Any, tmp_path: Path) -> Scene:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return make_scene(make_brand("Vesper", slug="vesper"), tmp_path)


def words(answer: Any) -> str:
    body = b"".join(answer) if answer.streaming else answer.content
    return str(body.decode(errors="replace"))


def test_nothing_is_left_and_others_keep_everything(scene: Scene, django_capture_on_commit_callbacks: Any) -> None:
    before = others(scene.oskar.person)
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_person(person=scene.person, actor=scene.user)
    with django_capture_on_commit_callbacks(execute=True):
        assert erasing.carry_on() == 1
    assert left(scene.folder) == []
    assert others(scene.oskar.person) == before
    assert {table for table, rows in before.items() if rows} >= {"people.Post", "people.Fan", "brands.Enrolment"}
    assert list((scene.folder / "media").rglob("*.avif")) == []  # every picture was of the person
    assert list((scene.folder / "media" / "faces").rglob("*.*")) == []
    assert AuditEvent.objects.filter(subject=f"person:{scene.oskar.person_id}").count() == 1
    act = BulkAct.objects.get()
    assert (act.enrolments, act.before) == ([scene.oskar.pk], {str(scene.oskar.pk): None})
    assert erasing.carry_on() == 0


def tombs() -> Any:
    return Tombstone.objects.values_list("kind", flat=True).order_by("kind")


def test_the_scene_has_something_in_every_table_of_the_register(scene: Scene) -> None:
    traces = Traces("k", PERSON, USER, addresses=frozenset({ADDRESS, WORK}))
    owed = {"people.Revocation"}  # made by the erasure itself
    empty = set()
    for entry in personal.entries():
        condition = entry.of(traces)
        if entry.fate == Fate.KEPT or not entry.personal or condition is None:
            continue
        if not entry.table._default_manager.filter(condition).exists():
            empty.add(entry.model)
    assert empty == owed
    assert len(left(scene.folder)) > 60


def test_the_networks_are_told_to_forget_and_what_waits_names_nobody(scene: Scene) -> None:
    erasure = erasing.erase_person(person=scene.person, actor=scene.user)
    erasing.carry_on()
    owed = list(Revocation.objects.values_list("network", "subject", "handle", "person"))
    assert owed == [("x", f"erased:{erasure.key[:12]}", "", None)] * 2
    assert all(row.token for row in Revocation.objects.all())


def test_from_the_act_on_nobody_sees_them_and_they_cannot_sign_in(scene: Scene, client: Client) -> None:
    client.force_login(scene.user)
    assert client.get("/desk/settings/").status_code == 200
    erasing.erase_person(person=scene.person, actor=scene.user)
    assert client.get("/desk/settings/").status_code == 302
    reader = Client()
    for url in {url for urls in addresses(scene.person.posts.all()[0]).values() for url in urls}:
        assert "uillfeather" not in words(reader.get(url)), url


def test_the_address_of_the_page_is_gone_for_good_and_given_to_nobody(scene: Scene, client: Client) -> None:
    erasing.erase_person(person=scene.person, actor=None, label="command")
    erasing.carry_on()
    answers = {client.get(url).status_code for url in (f"/people/{SLUG}/", "/people/xaverine-q/")}
    assert answers == {410}
    assert client.get(f"/people/{SLUG}/feed.atom").status_code == 410
    assert client.get("/people/somebody-else/").status_code == 404
    namesake = make_person("Xaverine Quillfeather", slug=None, page_open=False)
    open_page(namesake)
    assert namesake.slug == f"{SLUG}-2"
    assert not OldSlug.objects.filter(slug=SLUG).exists()


def test_what_is_kept_against_coming_back_tells_nothing_and_is_lifted_by_nobody_else(scene: Scene) -> None:
    erasing.erase_person(person=scene.person, actor=scene.user)
    erasing.carry_on()
    assert list(tombs()) == ["account", "address", "address", "handle", "slug", "slug"]
    kind = Tombstone.Kind
    assert tombstones.known(kind.ADDRESS, ["Xaverine@Own.example", "oskar@own.example"]) == {"Xaverine@Own.example"}
    assert tombstones.known(kind.ACCOUNT, [f"x:{REMOTE}", "x:1"]) == {f"x:{REMOTE}"}
    assert tombstones.known(kind.HANDLE, [f"x:{HANDLE}"]) == {f"x:{HANDLE}"}


def test_a_killed_worker_is_followed_by_another_that_leaves_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    erasure = erasing.erase_person(person=scene.person, actor=scene.user)
    real = erasing._carry_out
    last: list[str] = [""]

    def die(entry: Any, traces: Any, keep: Any) -> None:
        if entry.model == last[-1]:
            raise KeyboardInterrupt
        real(entry, traces, keep)

    monkeypatch.setattr(erasing, "_carry_out", die)
    for stop in (
        "people.FollowRequest",
        "brands.JoinRequest",
        "brands.Invitation",
        "people.Connection",
        "people.Delivery",
        "people.Account",
        "people.Person",
        "people.User",
    ):
        last.append(stop)
        with pytest.raises(KeyboardInterrupt), django_capture_on_commit_callbacks(execute=True):
            erasing.carry_on()
        erasure.refresh_from_db()
        assert erasure.state == State.WORKING
        assert erasing.carry_on() == 0  # the lease of the killed one still runs
        Erasure.objects.update(lease_until="2026-01-01T00:00:00Z")
    monkeypatch.setattr(erasing, "_carry_out", real)
    with django_capture_on_commit_callbacks(execute=True):
        assert erasing.carry_on() == 1
    assert left(scene.folder) == []


def test_only_the_person_and_only_with_another_owner_left(scene: Scene) -> None:
    with pytest.raises(PermissionDenied):
        erasing.erase_person(person=scene.person, actor=make_user())
    Role.objects.exclude(user=scene.user).delete()
    Role.objects.filter(user=scene.user).update(name="owner")
    with pytest.raises(erasing.NotErased) as refused:
        erasing.erase_person(person=scene.person, actor=scene.user)
    assert str(refused.value) == "You are the last owner of Vesper. Make somebody else an owner first."
    assert (Person.objects.get(pk=PERSON).page_open, User.objects.get(pk=USER).is_active) == (True, True)
    assert Brand.objects.get().closing_line


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_last_two_owners_cannot_both_go_at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    brand = make_brand("Vesper", slug="vesper")
    first, second = (make_person(user=make_user()) for _ in range(2))
    for one in (first, second):
        make_role(one.user, brand, "owner")
    make_role(make_user(), make_brand(), "owner")  # of another brand
    holds, tried, refused, failed = threading.Event(), threading.Event(), [], []
    real = ending.call_off

    def slow(person: int) -> None:
        """Stand in the middle of the first act until the second has begun."""
        if person == first.pk:
            holds.set()
            tried.wait(10)
            time.sleep(0.5)
        real(person)

    def go(person: Person) -> None:
        try:
            if person == second:
                holds.wait(10)
                tried.set()
            erasing.erase_person(person=person, actor=person.user)
        except erasing.NotErased as words:
            refused.append((person, str(words)))
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)
        finally:
            connection.close()

    monkeypatch.setattr(ending, "call_off", slow)
    both = [threading.Thread(target=go, args=(one,)) for one in (first, second)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    words = "You are the last owner of Vesper. Make somebody else an owner first."
    assert (failed, refused) == ([], [(second, words)])
    assert list(Erasure.objects.values_list("person", flat=True)) == [first.pk]
    assert list(Role.objects.filter(brand=brand, user__is_active=True)) == [second.user.roles.get()]


def test_the_page_of_an_erasure_says_how_far_it_is_and_nothing_else(scene: Scene, client: Client) -> None:
    erasure = erasing.erase_person(person=scene.person, actor=scene.user)
    before = client.get(f"/erased/{erasure.key}/").content.decode()
    erasing.carry_on()
    after = client.get(f"/erased/{erasure.key}/")
    assert "You are being erased" in before
    assert "Everything is gone" in after.content.decode()
    assert "uillfeather" not in before + after.content.decode()
    assert (after["Referrer-Policy"], after["Cache-Control"]) == ("no-referrer", "no-store, private")
    assert client.get("/erased/0000/").status_code == 404


def test_a_fan_goes_with_the_login_and_a_fan_who_is_more_keeps_the_rest(scene: Scene) -> None:
    fan = make_user("marguerite@own.example", pk=USER + 77)
    Fan.objects.create(user=fan, name="Marguerite")
    Follow.objects.create(fan=fan.fan, person=scene.oskar.person)
    with pytest.raises(PermissionDenied):
        erasing.erase_fan(fan, actor=scene.user)
    gone = erasing.erase_fan(fan, actor=fan)
    stays = erasing.erase_fan(scene.user, actor=scene.user)
    assert erasing.carry_on() == 2
    assert list(User.objects.filter(pk__in=[fan.pk, scene.user.pk])) == [scene.user]
    assert not Fan.objects.filter(pk__in=[fan.pk, scene.user.pk]).exists()
    assert Person.objects.filter(pk=PERSON, page_open=True).exists()
    assert scene.person.posts.count() == 3
    assert User.objects.get(pk=scene.user.pk).is_active
    assert [Erasure.objects.get(pk=row.pk).state for row in (gone, stays)] == [State.DONE] * 2
    assert tombstones.known(Tombstone.Kind.ADDRESS, ["marguerite@own.example", ADDRESS]) == {"marguerite@own.example"}
