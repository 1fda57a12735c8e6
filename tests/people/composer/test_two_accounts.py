"""A person with two accounts on X: the same words go to one of them, by one way."""

import pytest
from django.test import Client

from people.models import Account, Delivery, Draft
from people.writing import posting
from tests.brands.pages import words
from tests.people.composer.test_write import WRITE, post
from tests.people.linking.walking import Walker

pytestmark = pytest.mark.django_db
LINKED = "Bread: https://vesper.org/bread"


@pytest.fixture
def other(account: Account, ingrid: Walker) -> Account:
    """Ingrid's second account on X."""
    return ingrid.link("oskar")


def test_a_new_draft_is_meant_for_the_first_and_the_second_can_be_chosen(
    desk: Client, account: Account, other: Account
) -> None:
    page = desk.get(WRITE).content.decode()
    assert f'name="to" value="{account.pk}" checked' in page
    assert f'name="to" value="{other.pk}">' in page
    post(desk, "send", words="Warm bread at 03:40.", to=[other.pk])
    assert Delivery.objects.get().account == other


def test_both_at_once_are_refused_in_words_and_nothing_is_lost(desk: Client, account: Account, other: Account) -> None:
    page = post(desk, "send", words="Warm bread at 03:40.", to=[account.pk, other.pk])
    said = words(page.content.decode())
    assert page.status_code == 422
    assert f"choose one of @{account.handle} and @{other.handle}" in said
    assert (Delivery.objects.count(), Draft.objects.get().text) == (0, "Warm bread at 03:40.")


def test_the_networks_own_form_is_not_offered_for_an_account_that_it_goes_to_from_here(
    desk: Client, account: Account, other: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "ONCE", ())  # as on two networks that take the same words
    ways = {f"how-{account.pk}": "here", f"how-{other.pk}": "hand"}
    answer = post(desk, "send", words=LINKED, to=[account.pk, other.pk], **ways)
    page = desk.get(answer.headers["Location"]).content.decode()
    assert page.count("/intent/") == 1
    assert Delivery.objects.get().account == account
