"""Whoever pastes a colleague's words at the desk sees it in their own text, and is stopped on X."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from advocacy.models import RateBucket
from brands.twins import note_posts
from people.models import Account, Delivery, Draft, Person
from people.publishing import outbox
from tests.brands.pages import enrol, say, words
from tests.factories import make_brand, make_enrolment, make_user
from tests.people.composer.conftest import account, app, desk, ingrid, me

__all__ = ["account", "app", "desk", "ingrid", "me"]
pytestmark = pytest.mark.django_db
SAID = "Forty centimetres fell overnight, and still we rolled into Venice four minutes early with warm bread on board."


def press(desk: Client, account: Account, text: str, do: str = "send", **fields: str) -> tuple[int, str]:
    answer = desk.post("/desk/write/", {"do": do, "when": "now", "words": text, "to": [account.pk], **fields})
    return answer.status_code, answer.content.decode()


@pytest.fixture
def colleague(me: Person) -> None:
    """Oskar, who said something an hour ago."""
    vesper = make_brand("Vesper", slug="vesper")
    make_enrolment(vesper, me)
    note_posts([say(enrol(vesper, "Oskar Brandl"), SAID).pk])


def test_pasted_words_are_stopped_marked_and_kept(desk: Client, account: Account, colleague: None) -> None:
    status, page = press(desk, account, f"Hello! {SAID}")
    assert status == 422
    assert "This is nearly what a colleague said on" in words(page)
    assert f"<mark>{SAID[:-1]}</mark>" in page
    assert "Oskar" not in page
    assert (Delivery.objects.count(), Draft.objects.get().text) == (0, f"Hello! {SAID}")
    draft = Draft.objects.get()
    own = "My father cleared these points by hand in 1974, and he phoned me at six to ask whether they held."
    answer = desk.post(
        f"/desk/write/{draft.pk}/",
        {"do": "send", "when": "now", "words": own, "to": [account.pk], "draft": draft.pk, "revision": draft.revision},
    )
    assert (answer.status_code, Delivery.objects.get().payload["text"]) == (302, own)


def test_the_preview_says_so_while_one_types(desk: Client, account: Account, colleague: None) -> None:
    page = desk.post("/desk/write/preview/", {"words": SAID, "to": [account.pk]}).content.decode()
    assert "cannot go out there like this" in words(page)
    assert "<mark>" in page
    page = desk.post("/desk/write/preview/", {"words": "Warm bread at 03:40.", "to": [account.pk]}).content.decode()
    assert "nearly" not in words(page)


def test_who_is_no_colleague_may_say_the_same(desk: Client, account: Account) -> None:
    note_posts([say(enrol(make_brand("Vesper", slug="vesper"), "Oskar Brandl"), SAID).pk])
    assert press(desk, account, SAID)[0] == 302


def test_words_handed_to_the_networks_own_form_are_asked_the_same(
    desk: Client, account: Account, colleague: None
) -> None:
    hand = {f"how-{account.pk}": "hand"}
    status, page = press(desk, account, f"{SAID} https://vesper.org/snow", **hand)
    assert (status, "This is nearly what a colleague said on" in words(page)) == (422, True)
    address = f"/desk/write/{Draft.objects.get().pk}/by-hand/"
    page = desk.get(address).content.decode()
    assert ("nearly what a colleague said" in words(page), "intent" in page) == (True, False)
    assert Client().get(address).status_code == 302
    status, page = press(desk, account, f"{'word ' * 100} https://vesper.org/snow", **hand)
    assert (status, "characters too many" in words(page)) == (422, True)
    assert press(desk, account, "My father cleared these points: https://vesper.org/snow", **hand)[0] == 302


def test_a_title_among_ones_own_words_and_the_disclosure_stop_nobody(
    desk: Client, account: Account, me: Person
) -> None:
    brand = make_brand("The Great Northern Railway Company of Austria", slug="northern")
    make_enrolment(brand, me)
    oskar, line = enrol(brand, "Oskar Brandl"), f"I work for {brand.name}."
    title = "The night train to Venice runs every day again"
    note_posts([say(oskar, title).pk, say(oskar, f"Coffee? {line}").pk])
    own = f"My grandmother took this line in 1958 with two suitcases and a goose. {title}, and tonight I wake them."
    assert press(desk, account, own)[0] == 302
    assert press(desk, account, f"Delayed. {line}")[0] == 302
    assert press(desk, account, f"Look: {title}! {line}")[0] == 422


def test_of_unsent_words_the_typing_and_the_sending_tell_and_opening_a_page_does_not(
    desk: Client, account: Account, me: Person
) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    make_enrolment(vesper, me)
    person = enrol(vesper, "Oskar Brandl").person
    person.user = make_user()
    person.save()
    theirs, when = person.accounts.get(), outbox.When(at=timezone.now() + dt.timedelta(days=1), exact=True)
    outbox.enqueue_delivery(account=theirs, words=outbox.Words(SAID), actor=person.user, when=when)
    about = "A colleague is about to say nearly the same."
    preview = {"words": SAID, "to": [account.pk]}
    assert about in words(desk.post("/desk/write/preview/", preview).content.decode())
    press(desk, account, SAID, do="keep")
    before = list(RateBucket.objects.order_by("key").values_list("key", "remaining"))
    assert about not in words(desk.get(f"/desk/write/{Draft.objects.get().pk}/").content.decode())
    assert list(RateBucket.objects.order_by("key").values_list("key", "remaining")) == before
    answer = desk.post("/desk/write/", {"do": "send", "when": "now", **preview}, follow=True)
    assert about in words(answer.content.decode())
    Delivery.objects.filter(account=account).delete()
    RateBucket.objects.update(remaining=0)
    assert about not in words(desk.post("/desk/write/preview/", preview).content.decode())
