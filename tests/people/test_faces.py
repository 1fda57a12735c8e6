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

from advocacy.models import AuditEvent
from people import faces
from people.pictures import NotAPicture
from tests.factories import make_person, make_user
from tests.people.pictured import files, fresh, png, three

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
    assert files(media) == three(stem)
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
    assert found["Cache-Control"] == "public, max-age=31536000, immutable"
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


# portraits


def test_a_person_sets_a_portrait_and_the_former_one_goes(media: Path, committed: Committed) -> None:
    user = make_user()
    person = make_person(user=user)
    committed(faces.set_portrait, person, png(), "Ingrid in her cab", actor=user)
    first = fresh(person).portrait
    assert (person.portrait_alt, files(media)) == ("Ingrid in her cab", three(first))
    committed(faces.set_portrait, person, png("plum"), "x" * 300, actor=user)
    assert files(media) == three(fresh(person).portrait)
    assert (person.portrait != first, person.portrait_alt) == (True, "x" * 200)
    assert [(e.verb, e.actor_id, e.subject) for e in AuditEvent.objects.order_by("pk")] == [
        ("portrait.set", user.pk, f"person:{person.pk}")
    ] * 2


def test_setting_the_same_portrait_again_keeps_it(media: Path, committed: Committed) -> None:
    person = make_person()
    for _ in range(2):
        committed(faces.set_portrait, person, png(), "", actor=None)
    assert files(media) == three(fresh(person).portrait)


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
    assert set(three(stem)) <= set(files(media))


def test_a_refused_portrait_leaves_the_former_one(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person()
    faces.set_portrait(person, png(), "", actor=None)
    stem = person.portrait
    monkeypatch.setattr(faces, "LARGEST_PORTRAIT", 1000)
    for body in (b"<svg/>", b"\x01" * 1001):
        with pytest.raises(NotAPicture):
            faces.set_portrait(person, body, "", actor=None)
    assert (fresh(person).portrait, files(media)) == (stem, three(stem))


def test_a_picture_that_two_people_have_stays_while_one_has_it(media: Path, committed: Committed) -> None:
    one, two = make_person(), make_person()
    for person in (one, two):
        committed(faces.set_portrait, person, png(), "", actor=None)
    shared = one.portrait
    committed(faces.set_portrait, one, png("plum"), "", actor=None)
    assert files(media) == sorted([*three(shared), *three(one.portrait)])
    committed(faces.set_portrait, two, png("plum"), "", actor=None)
    assert files(media) == three(one.portrait)
