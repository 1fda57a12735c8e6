"""Whoever changes several rows at once takes them by their ids: two of them wait for each other in no circle."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from people.models import Account, Delivery, Pause, Person, Post, SyncState
from people.networks.types import PostRecord
from people.profile_changes import close_own_page
from people.publishing import aftercare, dispatching, ending, epoch, pausing
from people.publishing.clock import now
from people.syncing import plan, store
from tests.factories import make_account, make_person, make_post, make_user
from tests.faults.network import Network
from tests.people.publishing.conftest import run

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
Say = Callable[..., Delivery]


def _takes_in_order(rows: type[Delivery] | type[Post], first: int, second: int, act: Callable[[], object]) -> None:
    """Let an act wait for the first row, and see that it has not taken the second one before."""
    rows.objects.filter(pk=first).update(person=rows.objects.get(pk=first).person_id)  # it lies behind the other now
    _waits(act, for_these=rows.objects.filter(pk=first), and_takes_none_of=rows.objects.filter(pk=second))


def _waits(act: Callable[[], object], *, for_these: "QuerySet[Any]", and_takes_none_of: "QuerySet[Any]") -> None:
    def work() -> None:
        try:
            with connection.cursor() as cursor:  # rows come as they lie there, as in a table that is large
                cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
            act()
            done.append(True)
        finally:
            connection.close()

    done: list[bool] = []
    worker = threading.Thread(target=work)
    with transaction.atomic():
        list(for_these.select_for_update())
        worker.start()
        _wait_for_a_lock()
        free = and_takes_none_of.select_for_update(skip_locked=True)
        assert set(free.values_list("pk", flat=True)) == set(and_takes_none_of.values_list("pk", flat=True))
    worker.join(20)
    assert done == [True]


def _wait_for_a_lock() -> None:
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waits)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    pytest.fail("nobody waits")


@pytest.fixture
def said(account: Account, say: Say, judge: Network) -> list[int]:
    """Two deliveries that are due."""
    return [say(account, text).pk for text in ("one", "two")]


@pytest.fixture
def posts(account: Account) -> list[Post]:
    """Two posts of an open page, said lately."""
    Person.objects.filter(pk=account.person_id).update(page_open=True)
    return [make_post(account, text=text, published_at=now() - timedelta(hours=1)) for text in ("one", "two")]


def test_the_dispatcher_rings_in_order(said: list[int]) -> None:
    _takes_in_order(Delivery, *said, dispatching.hints)
    assert not Delivery.objects.filter(rung_at=None).exists()


def test_what_was_held_is_woken_in_order(said: list[int]) -> None:
    Delivery.objects.update(state="held")
    _takes_in_order(Delivery, *said, dispatching.wake_held)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"scheduled"}


def test_a_pause_that_ends_lets_them_be_looked_at_in_order(said: list[int]) -> None:
    pausing.pause(scope=Pause.Scope.SITE, actor=None)
    Delivery.objects.update(state="held", told="held:paused")
    _takes_in_order(Delivery, *said, lambda: pausing.resume(scope=Pause.Scope.SITE, actor=None))
    assert set(Delivery.objects.values_list("told", flat=True)) == {""}


def test_a_standstill_stops_all_in_order_and_not_state_by_state(said: list[int]) -> None:
    dispatching.tick(lambda pk: None)
    Delivery.objects.filter(pk=said[0]).update(state="held")
    _takes_in_order(Delivery, *said, epoch.stop)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"unknown"}


def test_an_erasure_calls_off_in_order_and_nothing_of_somebody_else(
    said: list[int], writer: Person, say: Say, judge: Network
) -> None:
    others = say(make_account(make_person("Otto", user=make_user()), network="fakeN"), "three")

    def call_off() -> None:
        with transaction.atomic():
            ending.call_off(writer.pk)

    Delivery.objects.filter(pk=said[0]).update(state="held")
    _takes_in_order(Delivery, *said, call_off)
    assert set(Delivery.objects.filter(person=writer).values_list("state", flat=True)) == {"cancelled"}
    others.refresh_from_db()
    assert others.state == "scheduled"


def test_a_page_that_closes_notes_its_posts_in_order(posts: list[Post], writer: Person) -> None:
    _takes_in_order(Post, posts[0].pk, posts[1].pk, lambda: close_own_page(person=writer, actor=writer.user))
    assert not Post.objects.filter(shown_at=None).exists()


def test_a_reading_changes_posts_in_order(writer: Person) -> None:
    account = make_account(writer, sync=True)
    posts = [make_post(account, text=text) for text in ("one", "two")]
    claim = plan.claim(account.pk)
    assert claim
    record = PostRecord(posts[0].remote_id, account.remote_id or "", now(), "first")
    records = [replace(record, remote_id=posts[1].remote_id, text="second"), record]
    _takes_in_order(Post, posts[0].pk, posts[1].pk, lambda: store.store_page(claim, records))
    assert set(Post.objects.values_list("text", flat=True)) == {"first", "second"}


def test_who_wants_a_post_deleted_comes_before_or_after_a_reading_of_the_account(
    account: Account, say: Say, judge: Network, writer: Person
) -> None:
    delivery = run(say(account))
    SyncState.objects.create(account=account, due_at=now())
    user = writer.user
    assert user
    _waits(
        lambda: aftercare.delete_published(delivery=Delivery.objects.get(), actor=user),
        for_these=SyncState.objects.filter(account=account),
        and_takes_none_of=Delivery.objects.filter(pk=delivery.pk),
    )
    delivery.refresh_from_db()
    assert delivery.wish == "delete"
