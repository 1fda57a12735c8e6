"""Whoever pastes a colleague's words at the desk sees it in their own text, and is stopped on X."""

import pytest
from django.test import Client

from brands.twins import note_posts
from people.models import Account, Delivery, Draft, Person
from tests.brands.pages import enrol, say, words
from tests.factories import make_brand, make_enrolment
from tests.people.composer.conftest import account, app, desk, ingrid, me

__all__ = ["account", "app", "desk", "ingrid", "me"]
pytestmark = pytest.mark.django_db
SAID = "Forty centimetres fell overnight, and still we rolled into Venice four minutes early with warm bread on board."


def press(desk: Client, account: Account, text: str, do: str = "send") -> tuple[int, str]:
    answer = desk.post("/desk/write/", {"do": do, "when": "now", "words": text, "to": [account.pk]})
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
