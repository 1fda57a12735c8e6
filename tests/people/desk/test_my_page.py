"""My page: own words, languages, links and a portrait, changed by the person alone."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from people import faces
from people.models import Person
from tests.brands.pages import read, words
from tests.factories import make_person, make_user

pytestmark = pytest.mark.django_db
PAGE = "/desk/my-page/"


@pytest.fixture
def ingrid() -> Person:
    return make_person("Ingrid Solbakk", slug="ingrid", user=make_user("ingrid@example.org"))


@pytest.fixture
def desk(ingrid: Person) -> Client:
    client = Client()
    assert ingrid.user is not None
    client.force_login(ingrid.user)
    return client


def picture(width: int = 400, height: int = 300) -> SimpleUploadedFile:
    """A picture that is red on the left and blue on the right."""
    image = Image.new("RGB", (width, height), (200, 0, 0))
    image.paste((0, 0, 200), (width // 2, 0, width, height))
    body = io.BytesIO()
    image.save(body, "PNG")
    return SimpleUploadedFile("me.png", body.getvalue(), "image/png")


def colour(person: Person) -> str:
    with Image.open(faces.file_of(person.portrait, "face")) as face:
        red, _, blue = face.convert("RGB").getpixel((face.width // 2, face.height // 2))  # type: ignore[misc]
    return "red" if red > blue else "blue"


def test_what_i_write_stands_on_my_page(desk: Client, client: Client, ingrid: Person) -> None:
    sent = {
        "line": "drives the  night train",
        "about": "Forty winters.",
        "language_1": "de",
        "language_2": "en",
        "language_3": "de",
        "label_1": "My garden",
        "url_1": "https://garden.example.org/",
    }
    assert desk.post(PAGE, sent).status_code == 302
    ingrid.refresh_from_db()
    assert (ingrid.line, ingrid.about) == ("drives the night train", "Forty winters.")
    assert ingrid.languages == ["de", "en"]
    assert ingrid.links == [{"label": "My garden", "url": "https://garden.example.org/"}]
    text = read(client, "/people/ingrid/")
    assert "“Forty winters.”" in text
    assert 'href="https://garden.example.org/"' in text
    assert 'value="https://garden.example.org/"' in read(desk, PAGE)


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("http://example.org/", "must begin with https://"),
        ("javascript:alert(1)", "must begin with https://"),
        ("https://me:secret@example.org/", "without a login"),
        ("https://127.0.0.1/", "must name a site"),
        ("https://localhost/", "must name a site"),
        ("https://exa mple.org/", "no blanks"),
        ("https://[", "no web address"),
    ],
)
def test_a_link_that_is_no_https_address_is_told_and_nothing_is_saved(
    desk: Client, ingrid: Person, link: str, told: str
) -> None:
    answer = desk.post(PAGE, {"line": "new", "label_1": "Mine", "url_1": link})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert "<title>Error: My page" in page
    ingrid.refresh_from_db()
    assert (ingrid.line, ingrid.links) == ("", [])


def test_a_line_of_sixty_one_characters_has_no_room(desk: Client, ingrid: Person) -> None:
    answer = desk.post(PAGE, {"line": "x" * 61})
    assert answer.status_code == 422
    assert "A line has room for 60 characters. Shorten yours." in answer.content.decode()
    assert desk.post(PAGE, {"line": "x" * 60}).status_code == 302


def test_the_preview_button_shows_the_sentence_and_saves_nothing(desk: Client, ingrid: Person) -> None:
    answer = desk.post(PAGE, {"line": "drives at night", "about": "Kept.", "preview": "1"})
    text = words(answer.content.decode())
    assert answer.status_code == 200
    assert "Ingrid drives at night . 15 of 60 characters" in text
    assert "Kept." in text
    ingrid.refresh_from_db()
    assert (ingrid.line, ingrid.about) == ("", "")


def test_the_live_preview_marks_what_has_no_room(desk: Client, ingrid: Person) -> None:
    page = desk.post(f"{PAGE}line/", {"line": "I " + "x" * 60}).content.decode()
    assert "<mark>xx</mark>" in page
    assert "</b></span>:" in page  # a sentence of its own
    assert "62 of 60 characters: what is marked has no room" in words(page)


@pytest.mark.parametrize(("region", "expected"), [("left", "red"), ("right", "blue")])
def test_a_portrait_is_cut_where_its_person_says(
    desk: Client, ingrid: Person, settings: object, tmp_path: Path, region: str, expected: str
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    sent = {"picture": picture(900, 300), "region": region, "alt": "Two colours"}
    assert desk.post(f"{PAGE}portrait/", sent).status_code == 302
    ingrid.refresh_from_db()
    assert (colour(ingrid), ingrid.portrait_alt) == (expected, "Two colours")


def test_a_portrait_can_be_taken_away_with_its_files(
    desk: Client, ingrid: Person, settings: object, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    desk.post(f"{PAGE}portrait/", {"picture": picture()})
    ingrid.refresh_from_db()
    file = faces.file_of(ingrid.portrait, "640")
    assert file.exists()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        desk.post(f"{PAGE}portrait/", {"remove": "1"})
    ingrid.refresh_from_db()
    assert (ingrid.portrait, file.exists()) == ("", False)


def test_what_is_no_picture_is_told(desk: Client, ingrid: Person) -> None:
    answer = desk.post(f"{PAGE}portrait/", {"picture": SimpleUploadedFile("me.svg", b"<svg/>", "image/svg+xml")})
    assert answer.status_code == 422
    assert "The file is not a JPEG, PNG, WebP, GIF or AVIF picture" in answer.content.decode()
    assert desk.post(f"{PAGE}portrait/", {}).status_code == 422
    ingrid.refresh_from_db()
    assert ingrid.portrait == ""


def test_a_language_that_nobody_offers_is_not_taken(desk: Client, ingrid: Person) -> None:
    assert desk.post(PAGE, {"language_1": "klingon"}).status_code == 422


def test_others_change_only_their_own_page(client: Client, ingrid: Person) -> None:
    colleague = make_person("Oskar Brandl", user=make_user())
    client.force_login(colleague.user)
    client.post(PAGE, {"line": "was here"})
    ingrid.refresh_from_db()
    colleague.refresh_from_db()
    assert (ingrid.line, colleague.line) == ("", "was here")
    client.logout()
    assert client.post(PAGE, {"line": "gone"}).status_code == 302
    colleague.refresh_from_db()
    assert colleague.line == "was here"
