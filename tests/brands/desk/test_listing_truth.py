"""The permanent link tells the truth about choices, pauses, hiding and a closed page."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from brands import choosing, tending
from brands.models import Enrolment
from brands.removing import put_post_back, remove_post
from people.models import Post
from people.profile_changes import close_own_page
from people.profiles import new_listing_link
from tests.brands.pages import enrol, read, words
from tests.factories import make_brand, make_enrolment, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine() -> Enrolment:
    enrolment = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk", posts=3)
    enrolment.person.user = make_user()
    enrolment.person.save()
    return enrolment


def listing(client: Client, mine: Enrolment) -> str:
    return words(read(client, f"/listing/{new_listing_link(mine.person)}/"))


def test_choices_and_what_was_taken_off_are_counted(client: Client, mine: Enrolment) -> None:
    first, second, third = Post.objects.order_by("pk")
    actor = mine.person.user
    assert actor is not None
    choosing.choose_post(enrolment=mine, post=first, shown=True, actor=actor)
    choosing.choose_post(enrolment=mine, post=second, shown=False, actor=actor)
    remove_post(brand=mine.brand, post=third, reason="It names a passenger.", actor=None)
    text = listing(client, mine)
    assert "Post by post you chose: 1 to show, 1 not to show here." in text
    assert "Vesper took one of your posts off its page; the reasons stand at your desk ." in text
    assert "It names a passenger." not in text


def test_who_has_no_desk_reads_there_why_a_post_was_taken_off(client: Client, mine: Enrolment) -> None:
    mine.person.user = None
    mine.person.save()
    nightjar = make_enrolment(make_brand("Nightjar"), mine.person)
    first, second, third = Post.objects.order_by("pk")
    remove_post(brand=nightjar.brand, post=second, reason="It names a guest.", actor=None)
    put_post_back(removal=remove_post(brand=mine.brand, post=first, reason="It was a slip.", actor=None), actor=None)
    remove_post(brand=mine.brand, post=third, reason="It names a passenger.", actor=None)
    other = enrol(mine.brand, "Oskar Brandl", posts=1)
    remove_post(brand=mine.brand, post=other.person.posts.get(), reason="It names Ingrid.", actor=None)
    text = listing(client, mine)
    at_nightjar, at_vesper = text.split("Leave Nightjar")
    assert ("It names a guest." in at_nightjar, "It names a passenger." in at_nightjar) == (True, False)
    assert "Vesper took one of your posts off its page:" in at_vesper
    assert f"“ {third.text} ” – the reason: It names a passenger." in at_vesper
    assert "It was a slip." not in text
    assert "It names Ingrid." not in text


def test_a_pause_says_until_when(client: Client, mine: Enrolment) -> None:
    day = timezone.now().date() + dt.timedelta(days=30)
    assert mine.person.user is not None
    choosing.pause(enrolment=mine, until=day, actor=mine.person.user)
    assert f"You are paused until {day.day} {day:%B %Y} : the page of Vesper" in listing(client, mine).replace(
        f"{day:%Y}:", f"{day:%Y} :"
    )


def test_who_is_hidden_reads_why(client: Client, mine: Enrolment) -> None:
    tending.take_off(enrolment=mine, reason="A complaint.", actor=None)
    assert "Vesper has hidden you from its pages for now. The reason: A complaint." in listing(client, mine)


def test_an_account_that_is_not_confirmed_is_not_called_shown(client: Client, mine: Enrolment) -> None:
    mine.person.accounts.update(named_by_operator=False)
    assert "nothing yet, for it is not confirmed as yours" in listing(client, mine)


def test_a_closed_page_shows_nobody_anywhere(client: Client, mine: Enrolment) -> None:
    assert mine.person.user is not None
    close_own_page(person=mine.person, actor=mine.person.user)
    text = listing(client, mine)
    assert "Your page is closed: no page here shows you" in text
    assert "You are shown on" not in text
    assert "Ingrid" not in read(client, "/brands/vesper/")
