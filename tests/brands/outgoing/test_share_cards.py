"""The cards for sharing: drawn by workers when something on them changes, named by pages only while they are right."""

import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from brands import presenting
from brands import share_cards as brand_cards
from brands.models import Brand, BrandCard, Enrolment
from people import erasing, faces, profiles
from people.models import Account, Person, PersonCard, User
from people.share_cards import due, kept, lettering
from people.share_cards.persons import Look, draw
from people.telling import people_told
from tests.brands.pages import enrol, read, say
from tests.factories import make_brand, make_user

pytestmark = pytest.mark.django_db
PORTRAIT = site.BASE_DIR / "static" / "img" / "ingrid-640.avif"


@pytest.fixture
def vesper(settings: Settings, tmp_path: Path) -> Brand:
    """Vesper with Ingrid, who has a portrait and a line, and Oskar, who has neither."""
    settings.MEDIA_ROOT = tmp_path
    vesper = make_brand("Vesper", slug="vesper", tagline="Vesper night trains")
    ingrid = enrol(vesper, "Ingrid Solbakk", title="Night train driver").person
    Person.objects.filter(pk=ingrid.pk).update(
        slug="ingrid", line="drives the last train.", portrait=faces.keep(PORTRAIT.read_bytes())
    )
    Person.objects.filter(pk=enrol(vesper, "Oskar Brandl").person_id).update(slug="oskar")
    return vesper


def meta(client: Client, url: str) -> dict[str, str]:
    """Return what a page says of itself, by property or name."""
    page = read(client, url)
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)
    return {name: unescape(words) for name, words in found}


def card(client: Client, url: str) -> str:
    """Return the path of the card that a page names, "" for none."""
    return meta(client, url).get("og:image", "").removeprefix(site.SITE_URL)


def status(client: Client, url: str) -> int:
    """Return how an address answers, its file read to the end."""
    answer = client.get(url)
    answer.getvalue()
    return answer.status_code


def draw_all() -> tuple[int, int]:
    return due.draw_due(), brand_cards.draw_due()


def test_a_page_names_its_card_once_a_worker_has_drawn_it(client: Client, vesper: Brand) -> None:
    for url in ("/people/ingrid/", "/brands/vesper/"):
        before = meta(client, url)
        assert "og:image" not in before
        assert before["twitter:card"] == "summary"
    assert draw_all() == (2, 1)
    person, brand = meta(client, "/people/ingrid/"), meta(client, "/brands/vesper/")
    assert person["og:image:alt"] == "Portrait of Ingrid Solbakk beside the words: Ingrid drives the last train."
    assert brand["og:image:alt"] == (
        "Portraits of Ingrid Solbakk and Oskar Brandl above the words: Two of us speak here."
    )
    for said in (person, brand):
        assert said["twitter:card"] == "summary_large_image"
        assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
        answer = client.get(said["og:image"].removeprefix(site.SITE_URL))
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"] == "no-cache"
        body = answer.getvalue()
        assert len(body) < 300_000
        assert Image.open(io.BytesIO(body)).size == (1200, 630)


def test_what_is_right_already_is_not_drawn_again(vesper: Brand) -> None:
    assert draw_all() == (2, 1)
    assert draw_all() == (0, 0)
    before = PersonCard.objects.order_by("pk").values_list("stem", flat=True)
    kept.file_of("persons", before[0]).unlink()
    PersonCard.objects.update(checked_at=timezone.now() - due.LOOK_AGAIN * 2)
    assert draw_all() == (1, 0)  # the file that was lost
    assert kept.here("persons", before[0])


@pytest.mark.parametrize("change", ["line", "portrait", "name", "title", "avatar"])
def test_a_change_takes_the_card_from_the_page_at_once_and_gets_a_new_one(
    client: Client, vesper: Brand, change: str
) -> None:
    draw_all()
    who = "oskar" if change == "avatar" else "ingrid"
    old = card(client, f"/people/{who}/")
    person = Person.objects.get(slug=who)
    if change == "title":
        Enrolment.objects.filter(person=person).update(title="Conductor")
    elif change == "avatar":
        Account.objects.filter(person=person).update(avatar=faces.keep(PORTRAIT.read_bytes(), "left"))
    else:
        setattr(person, change, "" if change == "portrait" else "says another thing.")
        person.save()
    assert card(client, f"/people/{who}/") == ""
    assert status(client, old) == 404
    PersonCard.objects.update(checked_at=timezone.now() - due.LOOK_AGAIN * 2)
    assert due.draw_due() == 1
    new = card(client, f"/people/{who}/")
    assert new not in {"", old}
    assert status(client, new) == 200
    assert len(list(kept.folder("persons").glob("*/*.jpg"))) == 2  # what was drawn before is deleted


def test_a_new_line_is_due_at_the_next_tick_and_a_card_just_looked_at_is_not(vesper: Brand) -> None:
    draw_all()
    assert due.due(10) == []
    ingrid = Person.objects.get(slug="ingrid")
    ingrid.line = "drives the first train."
    ingrid.save()
    assert due.due(10) == [ingrid]


def test_a_face_that_only_an_unproven_account_has_is_on_no_card(client: Client, vesper: Brand) -> None:
    Account.objects.filter(person__slug="oskar").update(avatar=faces.keep(PORTRAIT.read_bytes(), "left"))
    draw_all()
    person, brand = card(client, "/people/oskar/"), BrandCard.objects.get().stem
    Account.objects.filter(person__slug="oskar").update(named_by_operator=False)
    assert card(client, "/people/oskar/") == ""
    assert status(client, person) == 404
    brand_cards.draw_due()
    assert BrandCard.objects.get().stem != brand


@pytest.mark.parametrize("state", ["left", "suspended"])
def test_a_brands_card_goes_at_once_with_anybody_who_goes(client: Client, vesper: Brand, state: str) -> None:
    draw_all()
    old = card(client, "/brands/vesper/")
    assert status(client, old) == 200
    Enrolment.objects.filter(person__slug="oskar").update(state=state)
    assert card(client, "/brands/vesper/") == ""
    assert status(client, old) == 404
    assert brand_cards.draw_due() == 1
    new = meta(client, "/brands/vesper/")
    assert new["og:image:alt"] == "Portrait of Ingrid Solbakk above the words: This page starts with Ingrid."
    assert status(client, old) == 404


@pytest.mark.parametrize("change", ["portrait", "name", "backdrop", "closing line"])
def test_a_brands_card_goes_from_its_page_at_once_when_somebody_on_it_looks_otherwise(
    client: Client,
    vesper: Brand,
    change: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    draw_all()
    old, ingrid = card(client, "/brands/vesper/"), Person.objects.get(slug="ingrid")
    vesper.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        if change == "portrait":
            faces.remove_portrait(ingrid, actor=None)
        elif change == "name":
            profiles.rename_person(ingrid, name="Inga Solbakk", given="Inga", family="Solbakk", nickname="")
        elif change == "backdrop":
            Person.objects.filter(pk=ingrid.pk).update(backdrop="moss")
            people_told([ingrid.pk])
        else:
            Person.objects.filter(pk=ingrid.pk).update(user=make_user("ingrid@example.org"))
            presenting.close_with(brand=vesper, line="Come along.", actor=User.objects.get())
    assert card(client, "/brands/vesper/") == ""
    assert status(client, old) == 404
    assert brand_cards.draw_due() == 1
    new = card(client, "/brands/vesper/")
    assert new not in {"", old}
    assert status(client, new) == 200


def test_a_brands_card_is_named_again_once_a_worker_has_looked_that_the_change_was_not_on_it(
    client: Client, vesper: Brand, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    draw_all()
    old = card(client, "/brands/vesper/")
    with django_capture_on_commit_callbacks(execute=True):
        people_told([Person.objects.get(slug="ingrid").pk])
    assert (card(client, "/brands/vesper/"), status(client, old)) == ("", 200)
    assert brand_cards.draw_due() == 0
    assert card(client, "/brands/vesper/") == old


def test_an_erased_persons_card_is_gone_with_them(client: Client, vesper: Brand) -> None:
    draw_all()
    mine, brand = card(client, "/people/oskar/"), card(client, "/brands/vesper/")
    Person.objects.get(slug="oskar").delete()
    assert status(client, mine) == 404
    assert status(client, brand) == 404
    assert card(client, "/brands/vesper/") == ""


def test_a_closed_pages_card_is_deleted(client: Client, vesper: Brand) -> None:
    draw_all()
    mine = card(client, "/people/oskar/")
    Person.objects.filter(slug="oskar").update(page_open=False)
    assert status(client, mine) == 404
    due.draw_due()
    assert [row.person.slug for row in PersonCard.objects.all()] == ["ingrid"]
    assert len(list(kept.folder("persons").glob("*/*.jpg"))) == 1


@pytest.mark.parametrize("how", ["erased", "hidden"])
@pytest.mark.parametrize("drawn_before", [False, True])
@pytest.mark.parametrize("kind", ["persons", "brands"])
def test_a_card_that_was_being_drawn_as_somebody_went_is_not_kept(
    kind: str, drawn_before: bool, how: str, vesper: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    oskar = Person.objects.get(slug="oskar")
    if drawn_before:
        draw_all()
        Person.objects.filter(pk=oskar.pk).update(name="Oskar B. Brandl", changed_at=timezone.now())
    where: Any = due.persons if kind == "persons" else brand_cards
    draw_due, real = (due.draw_due if kind == "persons" else brand_cards.draw_due), where.draw

    def slow(seen: Any) -> bytes:
        if getattr(seen, "person", oskar.pk) == oskar.pk:
            go(oskar, how)
        return bytes(real(seen))

    monkeypatch.setattr(where, "draw", slow)
    draw_due()
    monkeypatch.setattr(where, "draw", real)
    if how == "erased":
        assert kept_files(kind) == named(kind)
        assert not any("Oskar" in alt for alt in BrandCard.objects.values_list("alt", flat=True))
    draw_due()
    assert kept_files(kind) == named(kind)
    assert not PersonCard.objects.filter(person__slug="oskar").exists() or kind == "brands"
    assert not any("Oskar" in alt for alt in BrandCard.objects.values_list("alt", flat=True)) or kind == "persons"


def go(person: Person, how: str) -> None:
    """Let somebody be erased, or hide."""
    if how == "hidden":
        Person.objects.filter(pk=person.pk).update(page_open=False)
    else:
        erasing.erase_person(person=person, actor=None, label="test")
        assert erasing.carry_on() == 1


def kept_files(kind: str) -> set[str]:
    """Return the stems of the cards that are on the disk."""
    return {path.name.partition("-")[0] for path in kept.folder(kind).glob("*/*.jpg")}


def named(kind: str) -> set[str]:
    """Return the stems that rows name."""
    rows = PersonCard.objects.all() if kind == "persons" else BrandCard.objects.all()
    return set(rows.exclude(stem="").values_list("stem", flat=True))


def test_a_card_waits_for_a_portrait_whose_file_is_being_fetched(client: Client, vesper: Brand) -> None:
    faces.file_of(Person.objects.get(slug="ingrid").portrait, "640").unlink()
    draw_all()
    assert card(client, "/people/ingrid/") == ""
    assert card(client, "/people/oskar/")


@pytest.mark.parametrize("words", ["Tomáš Řeháček-Żółć", "İstanbul’da – “ç” … €"])
def test_latin_alphabets_are_written(words: str) -> None:
    assert lettering.drawable(words)


@pytest.mark.parametrize("words", ["Αλέξης", "Борис", "أهلا", "王小明", "สวัสดี", "Anna 🚂", "x\u0301\u0302", "a\u200db"])
def test_what_the_font_has_no_letters_for_is_not_drawn(words: str) -> None:
    assert not lettering.drawable(words)
    look = Look(1, "Anna Ax", words, "", "#1d6b72", "slate", "")
    without = Look(1, "Anna Ax", "", "", "#1d6b72", "slate", "")
    assert draw(look) == draw(without)
    assert look.alt == "Portrait of Anna Ax"
    assert draw(Look(1, words, "", "", "#1d6b72", "slate", ""))  # a name likewise: the portrait alone


def test_a_very_long_name_and_line_stay_within_the_card() -> None:
    style = lettering.fitted("Bartholomäus " * 6, lettering.Style(84, 700, 1), 568, 250, 26)
    assert style is None or all(lettering.breadth(line, style[0]) <= 568 for line in style[1])
    assert draw(Look(1, "W" * 120, "w " * 100, "Title " * 30, "#1d6b72", "slate", ""))


def test_search_engines_read_who_is_who(client: Client, vesper: Brand) -> None:
    ingrid = Person.objects.get(slug="ingrid")
    ingrid.links = [{"label": "Blog", "url": "https://ingrid.example/</script><b>"}]
    ingrid.save()
    say(Enrolment.objects.get(person=ingrid), "Snow.", hours=-1)
    page = read(client, "/people/ingrid/")
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    found = json.loads(text)
    who = found["mainEntity"]
    assert (found["@type"], who["@type"], who["name"]) == ("ProfilePage", "Person", "Ingrid Solbakk")
    assert who["@id"] == f"{site.SITE_URL}/people/ingrid/"
    assert who["sameAs"][1:] == ["https://ingrid.example/</script><b>"]
    assert who["image"].startswith(f"{site.SITE_URL}/media/faces/")
    assert who["worksFor"] == [{"@type": "Organization", "name": "Vesper", "url": f"{site.SITE_URL}/brands/vesper/"}]
    assert found["dateModified"] > ingrid.changed_at.isoformat(timespec="seconds")
    page = read(client, "/brands/vesper/")
    found = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    assert (found["@type"], found["name"]) == ("Organization", "Vesper")
    titles = {one["name"]: one.get("jobTitle") for one in found["employee"]}
    assert titles == {"Oskar Brandl": None, "Ingrid Solbakk": "Night train driver"}


def test_a_shared_post_from_x_says_who_said_it_and_not_what(client: Client, vesper: Brand) -> None:
    post = say(Enrolment.objects.get(person__slug="ingrid"), "Snow on the line.")
    said = meta(client, f"/posts/{post.pk}/")
    assert (said["og:title"], said["og:type"]) == ("Ingrid Solbakk", "article")
    assert "Snow" not in said["og:description"]


def test_a_closing_line_whose_signer_is_hidden_is_not_on_the_card(vesper: Brand) -> None:
    enrol(vesper, "Lea Brandt")
    signer = Person.objects.get(slug="oskar")
    Brand.objects.filter(pk=vesper.pk).update(closing_line="Come along.", closing_by=signer)
    vesper.refresh_from_db()
    seen = []
    for shown in (True, False):
        Person.objects.filter(pk=signer.pk).update(page_open=shown)
        look = brand_cards.look(vesper)
        seen.append(look.ending if look else "")
    assert seen == ["Come along.", "Two of us speak here."]
