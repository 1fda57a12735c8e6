"""A person's permanent link."""

import pytest
from django.test import Client

from brands.models import Enrolment
from people.profiles import new_listing_link
from tests.brands.pages import enrol, read, words
from tests.factories import make_brand, make_enrolment

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
