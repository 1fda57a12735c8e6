"""Faces: how pictures are kept and served, and the portraits that people set."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from advocacy.models import AuditEvent
from people import faces
from people.models import Person
from people.pictures import NotAPicture
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_role, make_user
from tests.people.pictured import files, four, fresh, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

Committed = Callable[..., None]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Committed:
    """Call a verb and do what comes after its commit, though a test's transaction never commits."""

    def call(verb: Callable[..., None], *args: Any, **words: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            verb(*args, **words)

    return call


def test_the_same_picture_has_the_same_stem_and_is_written_once(media: Path) -> None:
    stem = faces.keep(png())
    written = faces.file_of(stem, "face").stat()
    assert files(media) == four(stem)
    assert faces.keep(png()) == stem
    assert faces.file_of(stem, "face").stat().st_ino == written.st_ino
    assert faces.keep(png("plum")) != stem


def test_a_picture_that_is_refused_leaves_no_file(media: Path) -> None:
    with pytest.raises(NotAPicture):
        faces.keep(b"<svg/>")
    assert files(media) == []


def test_a_stem_gives_the_addresses_of_its_pictures(client: Client) -> None:
    stem = faces.keep(png(size=(800, 1000)))
    shown = faces.picture(stem)
    assert shown.face_url == f"/media/faces/{stem[:2]}/{stem}-face.avif"
    sizes = [
        Image.open(io.BytesIO(b"".join(client.get(url)))).size  # type: ignore[arg-type]
        for url in (shown.face_url, shown.small_url, shown.large_url)
    ]
    assert sizes == [(144, 144), (320, 400), (640, 800)]


# serving


def test_a_picture_is_served_for_ever_as_what_it_is(client: Client) -> None:
    found = client.get(faces.picture(faces.keep(png())).face_url)
    assert found["Content-Type"] == "image/avif"
    assert found["Cache-Control"] == "private, max-age=31536000, immutable"
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in found
    found.close()


@pytest.mark.parametrize(
    "path",
    [
        "faces/ab/../../secret-key",
        "faces/ab/..%2f..%2fsecret-key",
        "faces/%2e%2e/%2e%2e/secret-key",
        "faces/ab/%00.avif",
        "faces/ab/ab-face.avif",
        "faces/zz/" + "z" * 32 + "-face.avif",
        "faces/ab/" + "ab" * 16 + "-face.avif",
        "faces/ab/" + "ab" * 16 + "-1200.avif",
        "faces/ab/" + "ab" * 16 + "-face.avif.part",
        "faces/ab/" + "ab" * 16 + "-face.avif%0a",
        "faces/ab/" + "AB" * 16 + "-face.avif",
        "faces/",
        "secret-key",
        "",
    ],
)
def test_nothing_else_is_served(path: str, client: Client, media: Path) -> None:
    (media / "secret-key").write_text("secret")
    (media.parent / "secret-key").write_text("secret")
    assert client.get(f"/media/{path}").status_code == 404


def test_a_picture_is_found_in_its_own_folder_only(client: Client) -> None:
    stem = faces.keep(png())
    other = "00" if stem[:2] != "00" else "01"
    assert client.get(f"/media/faces/{other}/{stem}-face.avif").status_code == 404


@pytest.mark.parametrize("state", ["invited", "declined", "left"])
def test_a_hidden_face_is_closed_to_a_brand_without_their_yes(client: Client, state: str) -> None:
    person = make_person("Ingrid Solbakk", portrait=faces.keep(png()), page_open=False)
    asking, listing = make_brand("Nightjar", slug="nightjar"), make_brand("Vesper", slug="vesper")
    make_enrolment(asking, person, state=state)
    make_enrolment(asking, make_person("Oskar Brandl"))  # whom it lists opens nobody else's face
    make_enrolment(listing, person)
    url = faces.picture(person.portrait).face_url
    for brand, seen in ((asking, False), (listing, True)):
        make_role(user := make_user(), brand, "owner")
        client.force_login(user)
        assert status(client, url) == (200 if seen else 404)
        assert (url in client.get(f"/studio/{brand.slug}/people/").content.decode()) == seen


def test_a_hidden_face_is_shown_to_its_owner_and_whose_brand_lists_them_alone(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = make_person(user=make_user(), portrait=faces.keep(png()))
    account = make_account(person, avatar=faces.keep(png("plum")))
    brand = make_enrolment(account=account).brand
    stranger, owner, ours, others = Client(), Client(), Client(), Client()
    owner.force_login(person.user)
    for office, place in ((ours, brand), (others, make_brand())):
        make_role(user := make_user(), place, "marketer")
        office.force_login(user)

    def seen(stem: str) -> list[int]:
        url = faces.picture(stem).face_url
        return [status(one, url) for one in (stranger, others, owner, ours)]

    for stem in (person.portrait, account.avatar):
        Person.objects.filter(pk=person.pk).update(page_open=True)
        assert seen(stem) == [200] * 4
        with django_assert_num_queries(1):
            status(stranger, faces.picture(stem).face_url)
        Person.objects.filter(pk=person.pk).update(page_open=False)
        assert seen(stem) == [404, 404, 200, 200]
        answer = owner.get(faces.picture(stem).face_url)
        answer.getvalue()
        assert answer["Cache-Control"] == "no-store"
        twin = make_person(portrait=stem)
        assert seen(stem) == [200] * 4  # the same picture of somebody whose page is open
        twin.delete()


def status(client: Client, url: str) -> int:
    """Return how an address answers, its file read to the end."""
    answer = client.get(url)
    answer.getvalue()
    return answer.status_code


# portraits


def test_a_person_sets_a_portrait_and_the_former_one_goes(media: Path, committed: Committed) -> None:
    user = make_user()
    person = make_person(user=user)
    committed(faces.set_portrait, person, png(), "Ingrid in her cab", actor=user)
    first = fresh(person).portrait
    assert (person.portrait_alt, files(media)) == ("Ingrid in her cab", four(first))
    committed(faces.set_portrait, person, png("plum"), "x" * 300, actor=user)
    assert files(media) == four(fresh(person).portrait)
    assert (person.portrait != first, person.portrait_alt) == (True, "x" * 200)
    assert [(e.verb, e.actor_id, e.subject) for e in AuditEvent.objects.order_by("pk")] == [
        ("portrait.set", user.pk, f"person:{person.pk}")
    ] * 2


def test_setting_the_same_portrait_again_keeps_it(media: Path, committed: Committed) -> None:
    person = make_person()
    for _ in range(2):
        committed(faces.set_portrait, person, png(), "", actor=None)
    assert files(media) == four(fresh(person).portrait)


@pytest.mark.parametrize("owner", ["a colleague", "nobody"])
def test_nobody_sets_somebody_elses_portrait(owner: str, media: Path) -> None:
    person = make_person(user=make_user() if owner == "a colleague" else None)
    with pytest.raises(PermissionDenied):
        faces.set_portrait(person, png(), "", actor=make_user())
    assert (fresh(person).portrait, files(media)) == ("", [])


def test_a_portrait_that_was_rolled_back_leaves_the_former_one(media: Path) -> None:
    person = make_person()
    faces.set_portrait(person, png(), "", actor=None)
    stem = person.portrait
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        faces.set_portrait(person, png("plum"), "", actor=None)
        raise ZeroDivisionError
    assert fresh(person).portrait == stem
    assert set(four(stem)) <= set(files(media))


def test_a_refused_portrait_leaves_the_former_one(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person()
    faces.set_portrait(person, png(), "", actor=None)
    stem = person.portrait
    monkeypatch.setattr(faces, "LARGEST_PORTRAIT", 1000)
    for body in (b"<svg/>", b"\x01" * 1001):
        with pytest.raises(NotAPicture):
            faces.set_portrait(person, body, "", actor=None)
    assert (fresh(person).portrait, files(media)) == (stem, four(stem))


def test_a_picture_that_two_people_have_stays_while_one_has_it(media: Path, committed: Committed) -> None:
    one, two = make_person(), make_person()
    for person in (one, two):
        committed(faces.set_portrait, person, png(), "", actor=None)
    shared = one.portrait
    committed(faces.set_portrait, one, png("plum"), "", actor=None)
    assert files(media) == sorted([*four(shared), *four(one.portrait)])
    committed(faces.set_portrait, two, png("plum"), "", actor=None)
    assert files(media) == four(one.portrait)


def test_a_face_that_was_kept_before_letters_had_a_file_of_it_gets_one(client: Client, media: Path) -> None:
    person = make_person()
    faces.set_portrait(person, png(), "", actor=None)
    stem, nobodys = person.portrait, faces.keep(png("plum"))
    for one in (stem, nobodys):
        faces.letter_file(one).unlink()
    assert status(client, f"/letters/faces/{stem}.jpg") == 200  # drawn meanwhile, and nothing is written by reading
    assert not faces.letter_file(stem).exists()
    faces.tidy()
    assert status(client, f"/letters/faces/{stem}.jpg") == 200
    with Image.open(faces.letter_file(stem)) as face:
        assert (face.format, face.size) == ("JPEG", (144, 144))
    assert not faces.letter_file(nobodys).exists()
