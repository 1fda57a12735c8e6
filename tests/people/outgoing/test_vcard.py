"""A contact is a vCard 4.0 that address books read, whatever a name, a line or an address holds."""

import datetime as dt
import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from people.models.person import OldSlug
from people.outgoing.contacts import Contact, Link, Profile
from people.outgoing.vcard import vcard
from tests.factories import make_account, make_person

TIME = dt.datetime(2026, 11, 20, 6, 12, tzinfo=dt.UTC)


def contact(**fields: object) -> Contact:
    known = {"name": "Ingrid Solbakk", "first_name": "Ingrid", "slug": "ingrid", "portrait_url": "", "line": ""}
    return Contact(**{"languages": [], "changed_at": TIME, **known, **fields})  # type: ignore[arg-type] # of the test


def unfolded(card: str) -> list[str]:
    return card.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_a_contact_has_what_an_address_book_takes() -> None:
    card = vcard(
        contact(
            portrait_url="http://localhost:8000/media/faces/ab/ab-640.avif",
            line="Snow; not, the\nproblem \\o/",
            languages=["nb", "de-AT", "no such tag"],
            title="Night train driver",
            organisation="Vesper",
            team="On board",
            topics=["Snow, ice", "Winter"],
            profiles=[Profile("x", "ingrid_vesper")],
            links=[Link("Blog", "https://ingrid.example/a,b;c")],
        )
    )
    lines = unfolded(card)
    uid = next(line for line in lines if line.startswith("UID:")).removeprefix("UID:")
    assert uid.endswith("/people/ingrid/")
    profile = next(line for line in lines if line.startswith("SOCIALPROFILE"))
    assert re.fullmatch(r"SOCIALPROFILE;SERVICE-TYPE=X;USERNAME=ingrid_vesper:http.*/ingrid_vesper/?", profile)
    assert lines == [
        *("BEGIN:VCARD", "VERSION:4.0", "KIND:individual", f"UID:{uid}", "FN:Ingrid Solbakk", "N:Solbakk;Ingrid;;;"),
        "PHOTO;MEDIATYPE=image/avif:http://localhost:8000/media/faces/ab/ab-640.avif",
        *("TITLE:Night train driver", "ORG:Vesper;On board", "CATEGORIES:Snow\\, ice,Winter"),
        *("NOTE:Snow\\; not\\, the\\nproblem \\\\o/", "LANG;PREF=1:nb", "LANG;PREF=2:de-AT"),
        *(f"URL;PREF=1:{uid}", "URL:https://ingrid.example/a,b;c", profile),
        *("REV:20261120T061200Z", "END:VCARD"),
    ]


@pytest.mark.parametrize(
    ("name", "first", "written"),
    [
        ("Noor van Dalen", "Noor", "N:van Dalen;Noor;;;"),
        ("Kovács Anna", "Anna", "N:Kovács;Anna;;;"),
        ("Mei-Lin Hartmann", "Mei-Lin", "N:Hartmann;Mei-Lin;;;"),
        ("王小明", "小明", None),
        ("Robert Brandl", "Bob", None),
    ],
)
def test_names_are_told_apart_only_where_the_friends_name_says_how(name: str, first: str, written: str | None) -> None:
    lines = unfolded(vcard(contact(name=name, first_name=first)))
    assert next((line for line in lines if line.startswith("N:")), None) == written


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_words_can_break_a_card(words: str) -> None:
    card = vcard(contact(line=words, name=f"A{words}", links=[Link("a", f"https://a.example/{words}")]))
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    lines = unfolded(card)
    assert [line for line in lines if ":" not in line] == []
    assert [line for line in lines if line in {"BEGIN:VCARD", "END:VCARD"}] == ["BEGIN:VCARD", "END:VCARD"]
    assert re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", card) is None
    assert len(re.findall("\n", card)) == len(re.findall("\r\n", card))


@pytest.mark.django_db
def test_one_persons_contact_is_theirs_and_names_no_account_without_a_proof(client: Client) -> None:
    ingrid = make_person("Ingrid Solbakk", slug="ingrid", line="drives the last train over the Brenner.")
    make_account(ingrid, handle="proven_one")
    make_account(ingrid, handle="somebody_says", named_by_operator=False)
    make_account(make_person("Oskar Brandl", slug="oskar"), handle="others")
    answer = client.get("/people/ingrid.vcf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/vcard; charset=utf-8")
    assert answer["Content-Disposition"] == 'attachment; filename="ingrid.vcf"'
    card = answer.content.decode()
    assert "NOTE:Ingrid drives the last train over the Brenner." in unfolded(card)
    assert "proven_one" in card
    assert "somebody_says" not in card
    assert "others" not in card
    again = client.get("/people/ingrid.vcf", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
def test_a_page_that_is_closed_has_no_contact_and_an_old_address_leads_to_the_new_one(client: Client) -> None:
    make_person("Ingrid Solbakk", slug="ingrid", page_open=False)
    oskar = make_person("Oskar Brandl", slug="oskar")
    OldSlug.objects.create(slug="ossi", person=oskar)
    assert client.get("/people/ingrid.vcf").status_code == 404
    assert client.get("/people/nobody.vcf").status_code == 404
    moved = client.get("/people/ossi.vcf")
    assert (moved.status_code, moved["Location"]) == (301, "/people/oskar.vcf")
