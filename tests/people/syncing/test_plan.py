"""Claims, leases, intervals."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from people.models import Account, SyncState
from people.syncing import plan
from tests.factories import make_account

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def claimed(account: Account) -> plan.Claim:
    claim = plan.claim(account.pk)
    assert claim is not None
    return claim


def state(account: Account) -> SyncState:
    return SyncState.objects.get(account=account)


def test_of_two_who_reach_for_an_account_one_gets_it() -> None:
    account = make_account(sync=True)
    assert [plan.claim(account.pk) is not None for _ in range(3)] == [True, False, False]


def test_a_lease_that_ran_out_is_taken_over_and_the_first_holder_can_write_nothing(
    clock: time_machine.Traveller,
) -> None:
    account = make_account(sync=True)
    killed = claimed(account)
    clock.shift(plan.LEASE - timedelta(seconds=1))
    assert plan.claim(account.pk) is None
    clock.shift(1)
    taken_over = claimed(account)
    assert (plan.renew(killed), plan.finish(killed, cursor="9", hit=True)) == (False, False)
    assert plan.finish(taken_over, cursor="5", hit=True) is True
    assert state(account).cursor == "5"


def test_a_renewed_lease_holds_longer(clock: time_machine.Traveller) -> None:
    account = make_account(sync=True)
    claim = claimed(account)
    clock.shift(plan.LEASE - timedelta(seconds=1))
    assert plan.renew(claim) is True
    clock.shift(2)
    assert plan.claim(account.pk) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"state": Account.State.WAITING},
        {"state": Account.State.PROTECTED},
        {"state": Account.State.SUSPENDED},
        {"state": Account.State.UNKNOWN},
        {"read_from": None},
    ],
)
def test_an_account_that_may_not_be_read_is_never_due(fields: dict[str, object]) -> None:
    account = make_account(sync=True, **fields)
    assert (plan.due(), plan.claim(account.pk)) == ([], None)


def test_only_what_is_due_is_due(clock: time_machine.Traveller) -> None:
    account = make_account(sync=True)
    plan.finish(claimed(account), cursor="1", hit=False)
    assert plan.due() == []
    clock.move_to(state(account).due_at)
    assert plan.due() == [account.pk]


def test_the_interval_halves_after_a_hit_and_doubles_after_nothing_within_its_bounds() -> None:
    minutes = [timedelta(minutes=m) for m in (60, 30, 5, 8)]
    assert [plan.next_interval(m, hit=True) for m in minutes] == [timedelta(minutes=m) for m in (30, 15, 5, 5)]
    hours = [timedelta(hours=h) for h in (1, 12, 13, 24)]
    assert [plan.next_interval(h, hit=False) for h in hours] == [timedelta(hours=h) for h in (2, 24, 24, 24)]


def test_the_next_time_is_spread_by_a_tenth_around_the_interval() -> None:
    accounts = [make_account(sync=True) for _ in range(20)]
    for account in accounts:
        plan.finish(claimed(account), cursor="1", hit=True)
    waits = {(state(account).due_at - NOON).total_seconds() for account in accounts}
    assert len(waits) > 10
    assert all(1620 <= wait <= 1980 for wait in waits)


def test_what_the_network_put_off_is_due_to_the_second_and_keeps_its_cursor(clock: time_machine.Traveller) -> None:
    account = make_account(sync=True)
    plan.finish(claimed(account), cursor="7", hit=True)
    plan.read_now(account)
    plan.put_off(claimed(account), until=NOON + timedelta(seconds=90), trouble="X asks to wait (429)")
    clock.move_to(NOON + timedelta(seconds=89))
    assert plan.due() == []
    clock.shift(1)
    assert plan.due() == [account.pk]
    assert (state(account).cursor, state(account).failures) == ("7", 0)


def fail_often(account: Account, clock: time_machine.Traveller) -> None:
    for _ in range(plan.PARK_AFTER):
        clock.move_to(max(timezone.now(), state(account).due_at))
        SyncState.objects.exclude(account=account.pk).update(last_ok_at=timezone.now())
        plan.fail(claimed(account), trouble="X gave an answer that makes no sense")


def test_an_account_that_fails_on_and_on_is_parked_while_others_are_read(clock: time_machine.Traveller) -> None:
    poisoned, other = make_account(sync=True), make_account(sync=True)
    fail_often(poisoned, clock)
    assert (state(poisoned).parked_at, state(other).parked_at) == (timezone.now(), None)
    clock.shift(timedelta(days=30))
    assert plan.due() == [other.pk]
    plan.read_now(poisoned)
    assert sorted(plan.due()) == [poisoned.pk, other.pk]


def test_when_nobody_can_be_read_it_is_the_network_and_nobody_is_parked(clock: time_machine.Traveller) -> None:
    account = make_account(sync=True)
    fail_often(account, clock)
    assert (state(account).parked_at, state(account).failures) == (None, plan.PARK_AFTER)


def test_each_failure_waits_longer_than_the_one_before(clock: time_machine.Traveller) -> None:
    account = make_account(sync=True)
    waits = []
    for _ in range(4):
        clock.move_to(state(account).due_at)
        plan.fail(claimed(account), trouble="?")
        waits.append(state(account).due_at - timezone.now())
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(seconds=54)


def test_a_selection_of_accounts_leaves_the_others_alone() -> None:
    mine, other = make_account(sync=True), make_account(sync=True)
    assert plan.due([mine.pk]) == [mine.pk]
    assert sorted(plan.due()) == [mine.pk, other.pk]
