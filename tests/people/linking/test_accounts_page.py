"""The desk's page "Accounts" in plain words."""

import re

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.models import Connection
from people.tokens import fresh_token
from tests.factories import make_account
from tests.people.linking.walking import Walker

pytestmark = pytest.mark.django_db


def words(walker: Walker) -> str:
    page = walker.client.get("/desk/accounts/")
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_it_says_what_may_be_done_since_when_until_when_and_when_last(ingrid: Walker) -> None:
    assert "You have named no account yet." in words(ingrid)
    account = ingrid.link()
    text = words(ingrid)
    assert "@ingrid on X Linked" in text
    assert "see your posts, and posts that you can see" in text
    assert "post and delete posts for you, each one only after you said so here" in text
    assert "stay linked until you end it" in text
    assert "Last used not yet" in text
    row = Connection.objects.get()
    assert row.ends_at is not None
    assert f"or about {row.ends_at.day} {row.ends_at:%B %Y} if it is not used before" in text
    fresh_token(account.pk)
    assert "Last used not yet" not in words(ingrid)


def test_an_account_that_is_only_shown_can_be_linked(ingrid: Walker) -> None:
    make_account(ingrid.person, handle="ingrid")
    make_account(ingrid.person, handle="taken", state="taken")
    text = words(ingrid)
    assert "@ingrid on X Not linked" in text
    assert "@taken" not in text


def test_the_menu_leads_there_and_nobody_else_sees_it(ingrid: Walker) -> None:
    ingrid.link()
    page = ingrid.client.get("/desk/my-page/").content.decode()
    assert 'href="/desk/accounts/"' in page
    assert Client().get("/desk/accounts/").status_code == 302


def test_what_is_kept_of_tokens_stands_on_no_page(ingrid: Walker) -> None:
    account = ingrid.link()
    token = fresh_token(account.pk)
    row = Connection.objects.get()
    for address in ("/desk/accounts/", "/desk/settings/", "/desk/my-page/"):
        text = ingrid.client.get(address).content.decode()
        for secret in (token, row.access, row.refresh):
            assert secret not in text


def test_reading_the_page_writes_nothing_and_asks_no_network(ingrid: Walker) -> None:
    ingrid.link()
    Connection.objects.update(access_ends_at=timezone.now())
    before = Connection.objects.values().get()
    words(ingrid)
    ingrid.client.head("/desk/accounts/")
    assert Connection.objects.values().get() == before


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_accounts(ingrid: Walker) -> None:
    counts = []
    for wanted in (1, 3, 30):
        while ingrid.person.accounts.count() < wanted:
            account = make_account(ingrid.person)
            Connection.objects.create(account=account, network="x", linked_at=timezone.now())
        with CaptureQueriesContext(database) as asked:
            words(ingrid)
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts
