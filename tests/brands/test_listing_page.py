"""A person's permanent link."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from brands.models import Enrolment
from people.logins import login_for
from people.models import Erasure, Person
from people.profiles import new_listing_link
from tests.brands.pages import enrol, read, words
from tests.factories import make_brand, make_enrolment, make_person, make_user

pytestmark = pytest.mark.django_db


def test_it_says_for_each_brand_what_is_shown(client: Client) -> None:
    mine = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk")
    make_enrolment(make_brand("Nightjar"), mine.person, state="paused")
    make_enrolment(make_brand("Formerly"), mine.person, state="left")
    enrol(make_brand("Elsewhere"), "Outside Person")
    text = words(read(client, f"/listing/{new_listing_link(mine.person)}/"))
    assert "You are shown on the page of Vesper ." in text
    assert "You are paused: the page of Nightjar" in text
    assert "all you say in public from" in text
    assert (text.count("Leave Vesper"), text.count("Leave Nightjar")) == (1, 1)
    assert "Formerly" not in text
    assert "Elsewhere" not in text


def test_leaving_needs_no_login_and_no_form_token(client: Client) -> None:
    mine = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk", posts=1)
    enrol(mine.brand, "Oskar Brandl")
    token = new_listing_link(mine.person)
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    for _ in range(2):  # pressing twice is not an error
        answer = strict.post(f"/listing/{token}/leave/{mine.pk}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/listing/{token}/")
    mine.refresh_from_db()
    assert mine.state == Enrolment.State.LEFT
    assert "You have left Vesper. Its pages no longer show you." in words(read(strict, f"/listing/{token}/"))
    page = read(client, "/brands/vesper/")
    assert "Ingrid" not in page
    assert "This page starts with Oskar." in page


def test_reading_it_changes_nothing(client: Client) -> None:
    mine = enrol(make_brand("Vesper"), "Ingrid Solbakk")
    token = new_listing_link(mine.person)
    read(client, f"/listing/{token}/")
    assert client.get(f"/listing/{token}/leave/{mine.pk}/").status_code == 405
    mine.refresh_from_db()
    assert mine.state == Enrolment.State.ACTIVE


def test_nobody_elses_enrolment_can_be_ended(client: Client) -> None:
    mine, theirs = enrol(make_brand("Vesper"), "Ingrid Solbakk"), enrol(make_brand("Nightjar"), "Outside Person")
    token = new_listing_link(mine.person)
    assert client.post(f"/listing/{token}/leave/{theirs.pk}/").status_code == 404
    assert client.post(f"/listing/wrong/leave/{mine.pk}/").status_code == 404
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"active"}


def test_a_wrong_link_is_not_found_like_one_that_never_was(client: Client) -> None:
    mine = enrol(make_brand("Vesper"), "Ingrid Solbakk")
    old = new_listing_link(mine.person)
    new_listing_link(mine.person)
    assert read(client, f"/listing/{old}/", 404) == read(client, "/listing/never/", 404)


def test_its_address_reaches_no_other_site_search_or_cache(client: Client) -> None:
    mine = enrol(make_brand("Vesper"), "Ingrid Solbakk")
    answer = client.get(f"/listing/{new_listing_link(mine.person)}/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "no-store, private"


def test_it_leads_to_being_erased_by_a_code_that_is_sent_to_the_persons_own_address(client: Client) -> None:
    mine = enrol(make_brand("Vesper"), "Ingrid Solbakk")
    login_for("ingrid@home.example")
    Person.objects.filter(pk=mine.person_id).update(login_address="ingrid@home.example")
    token = new_listing_link(mine.person)
    page = read(client, f"/listing/{token}/")
    assert ("/desk/settings/erase/" in page, "ingrid@home.example" in page) == (True, False)
    stranger = Client()
    stranger.force_login(make_user())
    stranger.post("/desk/settings/erase/", {"name": "Ingrid Solbakk"})
    client.post("/desk/settings/erase/", {"name": "Ingrid Solbakk"})  # the listing's link is no proof
    assert not Erasure.objects.exists()
    asks = client.get("/desk/settings/erase/")["Location"]
    assert asks == "/sign-in/login/?next=/desk/settings/erase/"
    client.post("/sign-in/login/code/?next=/desk/settings/erase/", {"email": "ingrid@home.example"})
    found = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    assert mail.outbox[-1].to == ["ingrid@home.example"]
    client.post("/sign-in/login/code/confirm/", {"code": found[1]})
    answer = client.post("/desk/settings/erase/", {"name": "Ingrid Solbakk"})
    erasure = Erasure.objects.get(person=mine.person_id)
    assert answer["Location"] == f"/erased/{erasure.key}/"
    assert f"/erased/{erasure.key}/" in read(Client(), f"/listing/{token}/")


@pytest.mark.parametrize("why", ["no address", "named by two", "the login of somebody else"])
def test_whoever_cannot_sign_in_reads_whom_to_ask(client: Client, settings: Any, why: str) -> None:
    settings.CONTACT_EMAIL = "people@vesper.example"
    mine = enrol(make_brand("Vesper"), "Ingrid Solbakk")
    address = "" if why == "no address" else "ingrid@home.example"
    Person.objects.filter(pk=mine.person_id).update(login_address=address)
    if why == "named by two":
        make_person("Mallory Berg", login_address=address)
    elif address:
        make_person("Mallory Berg", user=make_user(address))
    page = read(client, f"/listing/{new_listing_link(mine.person)}/")
    assert ("mailto:people@vesper.example" in page, "/desk/settings/erase/" in page) == (True, False)
    Person.objects.filter(pk=mine.person_id).update(user=make_user())
    page = read(client, f"/listing/{new_listing_link(mine.person)}/")
    assert ("mailto:people@vesper.example" in page, "/desk/settings/erase/" in page) == (False, True)
