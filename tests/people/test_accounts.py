"""Naming an account, and letting it be read."""

import datetime as dt

import pytest
from django.utils import timezone

from people.accounts import Taken, name_account, narrow_account, read_account, stop_reading
from people.models import Account, SyncState
from tests.factories import make_account, make_person

EARLY = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
LATE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_a_named_account_waits_for_a_look_up_and_is_not_read() -> None:
    account = name_account(make_person(), network="x", handle="ingrid", remote_id="12", named_by_operator=True)
    assert isinstance(account, Account)
    assert (account.state, account.read_from, account.page_from) == (Account.State.WAITING, None, None)
    assert (account.handle, account.remote_id, account.named_by_operator) == ("ingrid", "12", True)
    assert not SyncState.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("handle", ["other", "ingrid"])
def test_the_id_finds_the_account_whatever_its_handle_is_now(handle: str) -> None:
    account = make_account(remote_id="12", handle="ingrid")
    again = name_account(account.person, network="x", handle=handle, remote_id="12")
    assert again == account
    account.refresh_from_db()
    assert account.handle == "ingrid"


@pytest.mark.django_db
def test_an_account_of_somebody_else_stays_theirs() -> None:
    account = make_account(remote_id="12", handle="ingrid")
    stranger = make_person()
    by_id = name_account(stranger, network="x", handle="new", remote_id="12")
    by_handle = name_account(stranger, network="x", handle="INGRID")
    assert by_id == Taken("x", "12", "new")
    assert by_handle == Taken("x", None, "INGRID")
    assert Account.objects.get().person == account.person


@pytest.mark.django_db
def test_the_id_is_added_to_the_account_that_was_named_by_its_handle() -> None:
    person = make_person()
    first = name_account(person, network="x", handle="Ingrid")
    assert name_account(person, network="x", handle="ingrid") == first
    assert name_account(person, network="x", handle="ingrid", remote_id="12") == first
    assert list(Account.objects.values_list("handle", "remote_id")) == [("Ingrid", "12")]


@pytest.mark.django_db
def test_a_yes_makes_the_account_due_now_and_the_page_show_it() -> None:
    account = make_account(read_from=None, page_from=None)
    read_account(account, since=LATE, on_page=True)
    account.refresh_from_db()
    assert (account.read_from, account.page_from) == (LATE, LATE)
    assert SyncState.objects.get(account=account).due_at <= timezone.now()


@pytest.mark.django_db
def test_an_account_whose_posts_are_only_picked_is_read_but_not_on_the_page() -> None:
    account = make_account(read_from=None, page_from=None)
    read_account(account, since=LATE, on_page=False)
    account.refresh_from_db()
    assert (account.read_from, account.page_from) == (LATE, None)


@pytest.mark.django_db
def test_the_earliest_yes_counts_and_reads_the_older_posts_too() -> None:
    account = make_account(read_from=LATE, page_from=LATE)
    SyncState.objects.create(account=account, due_at=LATE, cursor="99", claim=4, lease_until=LATE)
    read_account(account, since=EARLY, on_page=True)
    state = SyncState.objects.get(account=account)
    assert (account.read_from, account.page_from) == (EARLY, EARLY)
    assert (state.cursor, state.claim, state.lease_until) == ("", 5, None)


@pytest.mark.django_db
def test_a_later_yes_changes_nothing() -> None:
    account = make_account(read_from=EARLY, page_from=EARLY)
    SyncState.objects.create(account=account, due_at=LATE, cursor="99", claim=4)
    read_account(account, since=LATE, on_page=True)
    state = SyncState.objects.get(account=account)
    assert (account.read_from, account.page_from) == (EARLY, EARLY)
    assert (state.cursor, state.claim, state.due_at) == ("99", 4, LATE)


@pytest.mark.django_db
@pytest.mark.parametrize(("on_page", "page_from"), [(True, EARLY), (False, None)])
def test_who_reads_an_account_loses_the_claim_when_reading_ends(on_page: bool, page_from: dt.datetime | None) -> None:
    account = make_account(read_from=EARLY, page_from=EARLY)
    SyncState.objects.create(account=account, due_at=LATE, claim=4, lease_until=LATE)
    stop_reading(account, on_page=on_page)
    account.refresh_from_db()
    state = SyncState.objects.get(account=account)
    assert (account.read_from, account.page_from) == (None, page_from)
    assert (state.claim, state.lease_until) == (5, None)


@pytest.mark.django_db
def test_reading_can_begin_later_than_before() -> None:
    account = make_account(read_from=EARLY, page_from=EARLY)
    narrow_account(account, since=LATE, page_from=None)
    account.refresh_from_db()
    assert (account.read_from, account.page_from) == (LATE, None)
