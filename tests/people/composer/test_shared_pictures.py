"""Pictures that a phone shares while nobody is signed in: they wait for the sign-in, and reach nobody else."""

import io
import os
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import ExifTags, Image

from advocacy.celery import app
from people import erasing, post_pictures, tasks
from people.logins import login_for
from people.models import Draft, DraftPicture, Person, SharedPicture
from people.writing import drafting, shared_pictures
from tests.brands.pages import words
from tests.factories import make_person, make_user
from tests.people.pictured import files, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
SHARE, WRITE = "/desk/share/", "/desk/write/"
BATCH = re.compile(r'name="shared" value="([0-9a-f]{32})"')
STEM = re.compile(r'name="alt-([0-9a-f]{32})"')


@pytest.fixture
def me() -> Person:
    """Whoever shares."""
    return make_person("Ingrid Solbakk", user=login_for("ingrid@own.example", verified=True))


@pytest.fixture
def phone(me: Person) -> Client:
    """A browser in which nobody is signed in."""
    return Client()


def picture(colour: str = "teal", size: tuple[int, int] = (80, 60)) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{colour}.png", png(colour, size), "image/png")


def share(client: Client, *media: SimpleUploadedFile, text: str = "From the train.", **more: Any) -> Any:
    return client.post(SHARE, {"text": text, "media": list(media)}, **more)


def sign_in(client: Client, person: Person) -> str:
    """Sign in with what the session holds; return the page of a new draft."""
    assert person.user is not None
    client.force_login(person.user)
    return client.get(WRITE).content.decode()


def pressed(client: Client, page: str, do: str = "keep", address: str = WRITE, **fields: Any) -> Any:
    """Send the form of that page, as its button does."""
    found = BATCH.search(page)
    named = {"shared": found[1] if found else "", "window": "one", "words": "From the train."}
    named |= {f"alt-{stem}": "" for stem in STEM.findall(page)}
    return client.post(address, {"do": do, **named, **fields})


def colours() -> list[str]:
    """Return what the pictures of all drafts show, in their order."""
    names = {(255, 0, 0): "red", (0, 128, 0): "green", (0, 0, 255): "blue", (0, 128, 128): "teal"}
    found = []
    for row in DraftPicture.objects.order_by("draft", "position"):
        with Image.open(post_pictures.file_of(row.stem, "600")) as image:
            seen: Any = image.convert("RGB").getpixel((20, 20))
        found.append(min(names, key=lambda one: sum(abs(a - b) for a, b in zip(one, seen, strict=True))))
    return [names[one] for one in found]


def test_they_stand_in_the_new_draft_after_the_sign_in_with_nothing_said_of_them(
    phone: Client, me: Person, media: Path, committed: Callable[[], Any]
) -> None:
    answer = share(phone, picture("red"), picture("blue"))
    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/login/?next={WRITE}")
    phone.post(f"/sign-in/login/code/?next={WRITE}", {"email": "ingrid@own.example"})
    code = re.search(r"^    (\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    assert phone.post("/sign-in/login/code/confirm/", {"code": code[1], "next": WRITE})["Location"] == WRITE
    page = phone.get(WRITE).content.decode()
    assert ("From the train.</textarea>" in page, "2 of 4" in page) == (True, True)
    seen = [phone.get(f"{WRITE}shared/{place}/") for place in (0, 1, 2)]
    assert [one.status_code for one in seen] == [200, 200, 404]
    assert ["no-store" in one["Cache-Control"] for one in seen[:2]] == [True, True]
    assert not Draft.objects.exists()
    with committed():
        pressed(phone, page)
    draft = Draft.objects.get()
    assert (draft.person, draft.text, colours()) == (me, "From the train.", ["red", "blue"])
    assert list(draft.pictures.values_list("position", "alt").order_by("position")) == [(0, ""), (1, "")]
    assert (SharedPicture.objects.count(), len(files(media))) == (0, 4)
    assert "shared" not in phone.get(WRITE).content.decode()


def test_where_a_picture_was_made_stays_behind_and_it_stands_upright(phone: Client, me: Person) -> None:
    image, exif, body = Image.new("RGB", (90, 40), "red"), Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "A camera of hers"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    image.save(body, "JPEG", exif=exif)
    share(phone, SimpleUploadedFile("photo.jpg", body.getvalue() + b"A camera of hers", "image/jpeg"))
    for size in ("600", "1200"):
        kept = post_pictures.file_of(SharedPicture.objects.get().stem, size).read_bytes()
        with Image.open(io.BytesIO(kept)) as made:
            assert (made.format, made.size, dict(made.getexif())) == ("AVIF", (40, 90), {})
        assert b"A camera of hers" not in kept


def test_nobody_else_sees_or_gets_them(phone: Client, me: Person, committed: Callable[[], Any]) -> None:
    share(phone, picture("red"))
    row = SharedPicture.objects.get()
    public = f"/{post_pictures.url_of(row.stem, '600').lstrip('/')}"
    oskar, addresses = make_person("Oskar", user=make_user()), (f"{WRITE}shared/0/", public)
    assert [phone.get(address).status_code for address in addresses] == [302, 404]
    stranger = Client()
    assert "shared" not in sign_in(stranger, oskar)
    assert [stranger.get(address).status_code for address in addresses] == [404, 404]
    stranger.post(WRITE, {"do": "keep", "words": "Mine?", "shared": row.batch, f"alt-{row.stem}": "x"})
    stranger.post(SHARE, {"text": "Mine?", "shared": row.batch})
    assert (SharedPicture.objects.get(), DraftPicture.objects.count()) == (row, 0)
    page = sign_in(phone, me)
    with pytest.raises(PermissionDenied):
        shared_pictures.claim(batch=row.batch, draft=Draft.objects.create(person=me), actor=oskar.user)  # type: ignore[arg-type]
    with committed():
        pressed(phone, page)
    assert (colours(), DraftPicture.objects.get().draft.person) == (["red"], me)


def test_the_session_of_before_the_sign_in_opens_nothing_any_more(phone: Client, me: Person) -> None:
    share(phone, picture("red"))
    planted = phone.cookies["session"].value
    page = sign_in(phone, me)
    assert phone.cookies["session"].value != planted
    attacker = Client()
    attacker.cookies["session"] = planted
    assert "shared" not in sign_in(attacker, make_person("Oskar", user=make_user()))
    assert attacker.get(f"{WRITE}shared/0/").status_code == 404
    pressed(attacker, page)
    assert not DraftPicture.objects.exists()
    pressed(phone, page)
    assert DraftPicture.objects.get().draft.person == me


@pytest.mark.parametrize("kept", [True, False])
def test_whoever_signs_in_after_somebody_signed_out_finds_nothing(
    phone: Client, me: Person, media: Path, committed: Callable[[], Any], kept: bool
) -> None:
    share(phone, picture("red"))
    page = sign_in(phone, me)
    if kept:
        pressed(phone, page)
    with committed():
        phone.post("/sign-in/logout/")
    page = sign_in(phone, make_person("Oskar", user=make_user()))
    assert [word in page for word in ("From the train.", "alt-", 'name="shared"')] == [False] * 3
    assert phone.get(f"{WRITE}shared/0/").status_code == 404
    assert (SharedPicture.objects.count(), len(files(media))) == (0, 2 * kept)


def test_somebody_else_who_signs_in_without_a_sign_out_finds_nothing(phone: Client, me: Person) -> None:
    share(phone, picture("red"))
    sign_in(phone, me)
    page = sign_in(phone, make_person("Oskar", user=make_user()))
    assert [word in page for word in ("From the train.", "alt-", 'name="shared"')] == [False] * 3
    assert phone.get(f"{WRITE}shared/0/").status_code == 404


def test_after_an_hour_they_are_gone_and_the_words_are_not(
    phone: Client, me: Person, media: Path, committed: Callable[[], Any]
) -> None:
    share(phone, picture("red"), picture("blue"))
    young = Client()
    share(young, picture("green"))
    first = SharedPicture.objects.order_by("pk").values_list("batch", flat=True)[0]
    page = sign_in(phone, me)
    SharedPicture.objects.filter(batch=first).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert phone.get(f"{WRITE}shared/0/").status_code == 404
    late = phone.get(WRITE).content.decode()
    told = "waited for an hour, and are gone"
    assert ("From the train.</textarea>" in late, told in late, STEM.findall(late)) == (True, True, [])
    with committed():
        assert [tasks.forget_shared_pictures(), tasks.forget_shared_pictures()] == [2, 0]
    assert (SharedPicture.objects.count(), len(files(media))) == (1, 2)
    answer = pressed(phone, page)
    assert told in phone.get(answer["Location"]).content.decode()
    assert (Draft.objects.get().text, DraftPicture.objects.count()) == ("From the train.", 0)
    rows = [row for row in app.conf.beat_schedule.values() if row["task"] == tasks.forget_shared_pictures.name]
    assert [row["schedule"] <= 600 for row in rows] == [True]


def test_the_hourly_sweep_leaves_what_waits(phone: Client, media: Path) -> None:
    share(phone, picture("red"))
    for path in media.rglob("*.avif"):
        os.utime(path, (0, 0))
    post_pictures.tidy()
    assert len(files(media)) == 2


def test_what_is_wrong_with_one_is_told_and_takes_neither_the_others_nor_the_words(phone: Client, me: Person) -> None:
    text = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")
    vast = SimpleUploadedFile("b.png", png("red", (6_000, 4_001)), "image/png")
    heavy = SimpleUploadedFile("c.png", png("blue") + b"\0" * 15_000_000, "image/png")
    share(phone, text, vast, heavy, picture("green"), picture("blue"))
    page = words(sign_in(phone, me))
    assert "Picture 1 of what you shared is not here: the file is not a JPEG, PNG, WebP, GIF or AVIF picture." in page
    assert "Picture 2 of what you shared is not here: the picture has more than 24 million pixels." in page
    assert "Picture 3 of what you shared is not here: it has more than 15 MB." in page
    assert "A post holds 4 pictures: the first ones are in this draft." in page
    assert ("From the train." in page, "1 of 4" in page) == (True, True)


def test_a_full_disk_loses_no_words(phone: Client, me: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(body: bytes) -> str:
        raise OSError

    monkeypatch.setattr(post_pictures, "keep_apart", full)
    share(phone, picture("red"))
    page = words(sign_in(phone, me))
    assert ("From the train." in page, "this site cannot keep pictures at this moment." in page) == (True, True)


@pytest.mark.parametrize("name", ["PER_ADDRESS", "PER_WINDOW"])
def test_of_many_who_are_signed_out_few_pictures_are_even_looked_at(
    me: Person, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(shared_pictures, name, 3)
    looked: list[bytes] = []
    real = post_pictures.keep_apart
    monkeypatch.setattr(post_pictures, "keep_apart", lambda body: looked.append(body) or real(body))
    no_picture = SimpleUploadedFile("a.png", b"no picture", "image/png")
    share(Client(), no_picture, picture("red"))  # what is none has cost the same
    here, elsewhere = Client(), Client(REMOTE_ADDR="198.51.100.7")
    for client in (here, elsewhere):
        share(client, picture("green"), picture("blue"))
    assert len(looked) == (5 if name == "PER_ADDRESS" else 3)
    page = words(sign_in(here, me))
    assert ("From the train." in page, "too many are shared by people who are signed out. Add it here." in page) == (
        True,
        True,
    )
    share(here, *(picture() for _ in range(4)))
    assert DraftPicture.objects.count() == 4  # whoever is signed in is held up by nobody


def test_few_shares_are_made_anew_at_one_moment_and_nobody_waits(phone: Client, me: Person) -> None:
    with shared_pictures.turn() as one, shared_pictures.turn() as two, shared_pictures.turn() as three:
        assert (one, two, three) == (True, True, False)
        share(phone, picture("red"))
    assert not SharedPicture.objects.exists()
    page = words(sign_in(phone, me))
    assert ("From the train." in page, "so yours are not here. Add them once more." in page) == (True, True)
    other = Client()
    share(other, picture("red"))
    assert SharedPicture.objects.count() == 1


@pytest.mark.parametrize("said", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://another.example"}])
def test_another_site_leaves_no_picture(phone: Client, said: dict[str, str], media: Path) -> None:
    assert share(phone, picture("red"), headers=said).status_code == 403
    assert (SharedPicture.objects.count(), files(media), list(phone.session.keys())) == (0, [], [])


def test_what_is_shared_later_takes_the_place_of_what_waited(
    phone: Client, me: Person, media: Path, committed: Callable[[], Any]
) -> None:
    with committed():
        share(phone, picture("red"), picture("green"))
    with committed():
        share(phone, picture("blue"), text="From the bus.")
    page = sign_in(phone, me)
    assert ("From the bus." in page, len(STEM.findall(page)), len(files(media))) == (True, 1, 2)


def test_nobody_learns_that_somebody_has_the_same_picture_nor_takes_it_away(
    phone: Client, me: Person, committed: Callable[[], Any]
) -> None:
    draft = Draft.objects.create(person=me)
    assert me.user is not None
    theirs = drafting.add_picture(draft=draft, actor=me.user, body=png("red", (80, 60)))
    share(phone, picture("red"))
    assert SharedPicture.objects.get().stem != theirs.stem
    SharedPicture.objects.update(expires_at=timezone.now())
    with committed():
        tasks.forget_shared_pictures()
    assert post_pictures.is_kept(theirs.stem)


def test_what_waits_in_a_session_of_somebody_who_is_erased_goes_with_it(
    phone: Client, me: Person, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    share(phone, picture("red"))
    sign_in(phone, me)
    share(Client(), picture("blue"))
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase_person(person=me, actor=me.user)
        assert erasing.carry_on() == 1
    assert (SharedPicture.objects.count(), Session.objects.count(), len(files(media))) == (1, 1, 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_drafts_that_take_them_at_once_while_they_are_swept_have_each_picture_once(me: Person, media: Path) -> None:
    assert me.user is not None
    for number in range(5):
        drafts = [Draft.objects.create(person=me) for _ in range(2)]
        share(Client(), picture("red"), picture("blue"))
        batch = SharedPicture.objects.values_list("batch", flat=True)[0]
        start = threading.Barrier(3)

        def at_once(what: Callable[..., object], **given: Any) -> None:
            start.wait(20)  # noqa: B023 - each turn has its own
            what(**given)
            connection.close()

        takers = [{"batch": batch, "draft": draft, "actor": me.user} for draft in drafts]
        threads = [threading.Thread(target=at_once, args=(shared_pictures.claim,), kwargs=one) for one in takers]
        threads.append(threading.Thread(target=at_once, args=(shared_pictures.drop,), kwargs={"held": held(batch)}))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        stems = list(DraftPicture.objects.filter(draft__in=drafts).values_list("stem", flat=True))
        assert (len(stems) in {0, 2}, len(set(stems)) == len(stems), SharedPicture.objects.exists()) == (
            True,
            True,
            False,
        )
        assert all(post_pictures.is_kept(stem) for stem in stems), number
        assert len(files(media)) == 2 * DraftPicture.objects.count()


def held(batch: str) -> dict[str, object]:
    """Return what a session with this share holds."""
    return {shared_pictures.IN_SESSION: {"shared": [batch]}}
