"""A draft that was thrown away can be brought back for a day, by its writer alone."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people import post_pictures, tasks
from people.models import Account, Draft
from tests.brands.pages import words
from tests.people.composer.test_write import write
from tests.people.desk.test_my_page import picture

pytestmark = pytest.mark.django_db
WRITE = "/desk/write/"


@pytest.fixture
def draft(desk: Client, account: Account) -> Draft:
    """A draft with a picture."""
    write(desk, account, "Warm bread at 03:40.", do="add", media=[picture()])
    return Draft.objects.get()


def throw(desk: Client, draft: Draft) -> str:
    """Press "Throw this draft away"; return the page that follows, in words."""
    answer = desk.post(f"{WRITE}{draft.pk}/drop/", follow=True)
    assert answer.status_code == 200
    return words(answer.content.decode())


def test_what_was_thrown_away_stands_nowhere_and_comes_back_as_it_was(desk: Client, draft: Draft) -> None:
    page = throw(desk, draft)
    assert "The draft is thrown away. Bring it back" in page
    assert "Warm bread" not in page
    assert desk.get(f"{WRITE}{draft.pk}/").status_code == 404
    back = desk.post(f"{WRITE}{draft.pk}/back/", follow=True)
    assert "Warm bread at 03:40." in back.content.decode()
    assert "The draft is back." in words(back.content.decode())
    assert draft.pictures.count() == 1
    draft.refresh_from_db()
    assert draft.thrown_at is None


def test_a_second_tap_on_either_button_is_no_mistake(desk: Client, draft: Draft) -> None:
    throw(desk, draft)
    assert "Bring it back" in throw(desk, draft)
    for _ in range(2):
        assert desk.post(f"{WRITE}{draft.pk}/back/").headers["Location"] == f"{WRITE}{draft.pk}/"


def test_an_open_page_of_it_goes_on_in_a_draft_of_its_own(desk: Client, account: Account, draft: Draft) -> None:
    throw(desk, draft)
    desk.post(f"{WRITE}keep/", {"draft": draft.pk, "words": "Typed after it.", "to": [account.pk]})
    other = Draft.objects.exclude(pk=draft.pk).get()
    draft.refresh_from_db()
    assert (other.text, draft.text) == ("Typed after it.", "Warm bread at 03:40.")


def test_after_a_day_it_is_gone_with_its_pictures(
    desk: Client, draft: Draft, django_capture_on_commit_callbacks: Any
) -> None:
    throw(desk, draft)
    file = post_pictures.file_of(draft.pictures.get().stem, "600")
    assert (tasks.forget_thrown_drafts(), file.exists()) == (0, True)
    Draft.objects.update(thrown_at=timezone.now() - dt.timedelta(days=1, seconds=1))
    assert desk.post(f"{WRITE}{draft.pk}/back/").status_code == 404
    assert "Bring it back" not in words(desk.get(f"{WRITE}?thrown={draft.pk}").content.decode())
    with django_capture_on_commit_callbacks(execute=True):
        assert (tasks.forget_thrown_drafts(), Draft.objects.count()) == (1, 0)
    assert not file.exists()


def test_nobody_else_brings_it_back_or_learns_that_it_was_there(
    desk: Client, draft: Draft, stranger: Client, client: Client
) -> None:
    throw(desk, draft)
    assert "Bring it back" not in words(stranger.get(f"{WRITE}?thrown={draft.pk}").content.decode())
    assert stranger.post(f"{WRITE}{draft.pk}/back/").status_code == 404
    assert client.post(f"{WRITE}{draft.pk}/back/").status_code == 302  # to sign in
    draft.refresh_from_db()
    assert draft.thrown_at is not None


@pytest.mark.parametrize("number", ["", "x", "9" * 40, "-1", "٣"])
def test_an_odd_address_shows_the_page(desk: Client, account: Account, number: str) -> None:
    assert desk.get(f"{WRITE}?thrown={number}").status_code == 200
