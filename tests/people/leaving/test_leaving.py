"""Leaving a brand: its pages forget at once, the person keeps everything, and followers are told once."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from brands import alumni, tending
from brands.enrolling import NotMoved
from brands.models import Alumnus, Brand, Enrolment, StandingLetter
from brands.outlets import addresses
from people.models import Delivery, Fan, Follow, Person, Post, Telling
from people.publishing.outbox import content_of
from tests.brands.pages import enrol, read, words
from tests.brands.test_outlets_page import shown_on
from tests.factories import make_brand, make_enrolment, make_person, make_role, make_story, make_user

pytestmark = pytest.mark.django_db
WHERE = "/desk/appearances/"
State = Delivery.State
ANSWERS = {"named": "on", "on_own_page": "on", "now_at": "Nightjar"}


@pytest.fixture
def mine(settings: Any) -> Enrolment:
    """Ingrid at Vesper, with a login, posts, a story that she leads, a colleague and a follower."""
    settings.API_PER_MINUTE = 10**6
    enrolment = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk", posts=2, with_brand_since="2019-05-01")
    Person.objects.filter(pk=enrolment.person_id).update(user=make_user("ingrid@example.org"))
    other = enrol(enrolment.brand, "Oskar Brandl", posts=1)
    make_story(enrolment.brand, other.person, lead=enrolment.person, words="I was there.")
    Follow.objects.create(fan=Fan.objects.create(user=make_user("fan@example.org")), person=enrolment.person)
    return Enrolment.objects.select_related("brand", "person__user").get(pk=enrolment.pk)


@pytest.fixture
def ingrid(mine: Enrolment) -> Client:
    return signed_in(mine.person.user)


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def leave(client: Client, mine: Enrolment, **form: str) -> Enrolment:
    assert client.post(f"{WHERE}{mine.pk}/leave/", form).status_code == 302
    return Enrolment.objects.select_related("brand", "person").get(pk=mine.pk)


def waits(mine: Enrolment, speaks_for: int | None, text: str) -> Delivery:
    when = timezone.now() + dt.timedelta(days=1)
    words = {"state_changed_at": when, "due_at": when, "late_after": when, "next_due_at": when}
    account = mine.person.accounts.get()
    content = content_of({"text": text, "lang": "", "pictures": []})
    return Delivery.objects.create(account=account, person=mine.person, speaks_for=speaks_for, **words, **content)


def test_what_speaks_for_the_brand_is_held_at_once_and_nothing_else(mine: Enrolment, ingrid: Client) -> None:
    other = make_brand("Nightjar")
    make_enrolment(other, mine.person)
    rows = [waits(mine, mine.brand_id, "For Vesper."), waits(mine, other.pk, "For Nightjar."), waits(mine, None, "I.")]
    leave(ingrid, mine)
    states = [(row.state, row.reason) for row in Delivery.objects.filter(pk__in=[r.pk for r in rows]).order_by("pk")]
    assert states == [("held", "consent"), ("scheduled", ""), ("scheduled", "")]
    page = words(read(ingrid, f"/desk/outgoing/{rows[0].pk}/"))
    assert "You have left Vesper, and it says that you speak for it: take it back, or write it anew." in page
    assert "Take it back" in page


def test_every_page_of_the_brand_forgets_and_the_person_keeps_everything(mine: Enrolment, ingrid: Client) -> None:
    post = Post.objects.filter(person=mine.person)[0]
    places = {name: urls for name, urls in addresses(post).items() if urls}
    before = shown_on(Client(), places, "Ingrid")
    leave(ingrid, mine)
    after = shown_on(Client(), places, "Ingrid")
    own = {"person page", "following a person", "person feed", "contact", "post page", "reporting a post"}
    own |= {"API person", "API person posts", "API post"}
    assert after <= own & before
    assert {"person page", "person feed", "post page"} <= after
    person = words(read(Client(), f"/people/{mine.person.slug}/"))
    assert "Vesper" not in person
    account = mine.person.accounts.get()
    assert account.read_from is not None  # what they say from now on comes as before
    assert (mine.person.posts.count(), mine.person.followers.count(), mine.person.accounts.count()) == (2, 1, 1)


def test_followers_are_told_once_in_the_persons_words(mine: Enrolment, ingrid: Client) -> None:
    assert "What your followers read" in read(ingrid, f"{WHERE}{mine.pk}/leaving/")
    left = leave(ingrid, mine, words="  Off to the mountains. ")
    assert list(Telling.objects.values_list("key", "left", "words")) == [
        (f"left:{mine.pk}", "Vesper", "Off to the mountains.")
    ]
    assert not alumni.tell(enrolment=left, words="Once more.", actor=mine.person.user)
    with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
        assert alumni.tell_due() == 0
    assert "Tell your followers" not in read(ingrid, WHERE)


def test_who_was_let_go_tells_in_their_words_or_the_site_does_after_three_days(mine: Enrolment) -> None:
    Person.objects.filter(name="Oskar Brandl").update(user=make_user())
    other = Enrolment.objects.select_related("brand", "person").get(person__name="Oskar Brandl")
    Follow.objects.create(fan=Fan.objects.get(), person=other.person)
    for one in (mine, other):
        tending.end(enrolment=one, actor=None, reason="Moved on.")
    assert alumni.tell_due() == 0
    answer = signed_in(mine.person.user).post(f"{WHERE}{mine.pk}/tell/", {"words": "So long."})
    assert answer.status_code == 302
    with time_machine.travel(timezone.now() + dt.timedelta(days=3, minutes=1)):
        hidden = Person.objects.filter(pk=other.person_id)
        hidden.update(page_open=False)
        assert alumni.tell_due() == 0  # the site says nothing of somebody who hides
        hidden.update(page_open=True)
        assert (alumni.tell_due(), alumni.tell_due()) == (1, 0)
    assert set(Telling.objects.values_list("person__name", "words")) == {
        ("Ingrid Solbakk", "So long."),
        ("Oskar Brandl", ""),
    }
    assert set(StandingLetter.objects.values_list("kind", "reason")) == {("ended", "Moved on.")}


def people_page(brand: Brand) -> str:
    text = words(read(Client(), f"/brands/{brand.slug}/people/"))
    return text[text.index("They were here") :] if "They were here" in text else ""


def test_who_was_here_is_named_only_while_both_want_it(mine: Enrolment, ingrid: Client) -> None:
    left = leave(ingrid, mine, **ANSWERS)
    assert people_page(mine.brand) == ""
    alumni.offer(enrolment=left, actor=None)
    year = timezone.now().year
    assert people_page(mine.brand).startswith(f"They were here Ingrid Solbakk 2019 to {year}. Now at Nightjar")
    assert "Named Vesper names you" in words(read(ingrid, WHERE))
    alumni.withdraw(enrolment=left, actor=None)
    assert people_page(mine.brand) == ""
    alumni.offer(enrolment=left, actor=None)
    assert ingrid.post(f"{WHERE}{mine.pk}/was-here/", {"now_at": ""}).status_code == 302
    assert people_page(mine.brand) == ""
    assert StandingLetter.objects.count() == 0  # who asked first needs no letter


def test_the_brand_may_offer_and_the_person_reads_it_in_a_letter(mine: Enrolment, ingrid: Client) -> None:
    left, marketer = leave(ingrid, mine), make_user()
    make_role(marketer, mine.brand, "marketer")
    page = f"/studio/vesper/people/{mine.pk}/"
    assert "Name Ingrid" in words(read(signed_in(marketer), page))
    assert signed_in(marketer).post(f"{page}alumni-offer/").status_code == 302
    assert [row.kind for row in StandingLetter.objects.all()] == ["offered"]
    assert people_page(mine.brand) == ""
    assert "Asked Vesper would like to name you" in words(read(ingrid, WHERE))
    assert ingrid.post(f"{WHERE}{mine.pk}/was-here/", {"named": "on"}).status_code == 302
    assert people_page(mine.brand).startswith("They were here Ingrid Solbakk")
    assert signed_in(marketer).post(f"{page}alumni-end/").status_code == 302
    assert people_page(mine.brand) == ""
    assert left.state == "left"


def test_their_own_page_names_the_brand_only_if_they_want(mine: Enrolment, ingrid: Client) -> None:
    leave(ingrid, mine, on_own_page="on")
    page = words(read(Client(), f"/people/{mine.person.slug}/"))
    assert f"Was with Vesper , 2019 to {timezone.now().year}" in page
    ingrid.post(f"{WHERE}{mine.pk}/was-here/", {})
    assert "Vesper" not in words(read(Client(), f"/people/{mine.person.slug}/"))


def test_who_is_back_or_closed_their_page_or_never_left_is_not_among_them(mine: Enrolment, ingrid: Client) -> None:
    with pytest.raises(NotMoved):
        alumni.offer(enrolment=mine, actor=None)
    left = leave(ingrid, mine, **ANSWERS)
    alumni.offer(enrolment=left, actor=None)
    Person.objects.filter(pk=mine.person_id).update(page_open=False)
    assert people_page(mine.brand) == ""
    Person.objects.filter(pk=mine.person_id).update(page_open=True)
    make_enrolment(mine.brand, mine.person)
    assert people_page(mine.brand) == ""


def test_nobody_else_says_anything_for_them(mine: Enrolment) -> None:
    leave(signed_in(mine.person.user), mine)
    stranger = make_person("Lea Brandt", user=make_user())
    for what in ("was-here/", "tell/", "leave/", "leaving/"):
        client = signed_in(stranger.user)
        answer = (
            client.get(f"{WHERE}{mine.pk}/{what}") if what == "leaving/" else client.post(f"{WHERE}{mine.pk}/{what}")
        )
        assert answer.status_code == 404, what
        assert Client().post(f"{WHERE}{mine.pk}/{what}").status_code in {302, 405}, what
    owner = make_user()
    make_role(owner, make_brand("Nightjar"))
    assert signed_in(owner).post(f"/studio/vesper/people/{mine.pk}/alumni-offer/").status_code == 404
    assert not Alumnus.objects.exclude(person_at=None, brand_at=None, on_own_page=False).exists()
