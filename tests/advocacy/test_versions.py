"""Numbers by which kept pages know that something changed."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from advocacy import versions
from advocacy.models import Version


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    versions.forget()
    yield
    versions.forget()


@pytest.mark.django_db(transaction=True)
def test_a_number_moves_with_each_bump_and_others_stay() -> None:
    assert versions.current("brand:1") == 0
    versions.bump(["brand:1"])
    assert (versions.current("brand:1"), versions.current("brand:2")) == (1, 0)
    versions.bump(["brand:1", "brand:2"])
    assert (versions.current("brand:1"), versions.current("brand:2")) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_batch_moves_all_its_keys_once_after_the_commit_in_one_statement() -> None:
    with transaction.atomic():
        versions.bump(["person:1", "site"])
        with transaction.atomic():
            versions.bump(["person:2", "site"])
        assert versions.current_of(("person:1", "person:2", "site")) == (0, 0, 0)
        queries = CaptureQueriesContext(connection)
        queries.__enter__()
    queries.__exit__(None, None, None)
    assert len([q for q in queries.captured_queries if "INSERT" in q["sql"]]) == 1
    assert versions.current_of(("person:1", "person:2", "site")) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_moves_nothing_and_takes_no_other_bump_along() -> None:
    _bump_and_roll_back()
    assert versions.current("brand:1") == 0
    with transaction.atomic():
        _bump_and_roll_back()
        versions.bump(["brand:2"])
    assert versions.current("brand:2") == 1


def _bump_and_roll_back() -> None:
    with transaction.atomic():
        versions.bump(["brand:1"])
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refused_after_the_commit_moves_all_the_same_and_stops_no_change() -> None:
    with connection.execute_wrapper(_refused), transaction.atomic():
        Version.objects.create(key="a change", number=5)
        versions.bump(["brand:1", "brand:2"])
    assert Version.objects.get(key="a change").number == 5
    until = time.monotonic() + 10
    while versions.asked(("brand:1", "brand:2", "brand:3")) != (1, 1, 0):
        assert time.monotonic() < until
        time.sleep(0.05)


def _refused(execute: Callable[..., object], sql: str, *more: object) -> object:
    if "ON CONFLICT (key)" in sql:
        raise OperationalError("the connection is closed")
    return execute(sql, *more)


@pytest.mark.django_db(transaction=True)
def test_a_number_is_asked_of_the_database_at_most_once_in_a_second() -> None:
    versions.bump(["brand:1"])
    with CaptureQueriesContext(connection) as queries:
        assert [versions.current("brand:1") for _ in range(100)] == [1] * 100
    assert len(queries) == 0
    with CaptureQueriesContext(connection) as queries:
        assert versions.current_of(("brand:1", "brand:2", "site")) == (1, 0, 0)
        versions.current_of(("brand:1", "brand:2", "site"))
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_change_within_a_second() -> None:
    assert versions.current("brand:1") == 0
    Version.objects.create(key="brand:1", number=7)  # as another process writes it
    assert versions.current("brand:1") == 0
    time.sleep(versions.LIFE + 0.05)
    assert versions.current("brand:1") == 7


@pytest.mark.django_db(transaction=True)
def test_an_answer_from_before_a_bump_does_not_hide_it() -> None:
    versions.bump(["brand:1"])
    now = time.monotonic()
    assert versions._note("brand:1", 0, now) == 1  # a thread that asked before the bump, and hears the answer after it
    assert versions.current("brand:1") == 1


@pytest.mark.django_db(transaction=True)
def test_many_batches_at_once_never_wait_for_each_other_in_a_circle() -> None:
    keys = [f"person:{number}" for number in range(30)]
    failed: list[BaseException] = []

    def batches(mine: list[str]) -> None:
        try:
            for _ in range(5):
                versions.bump(mine)
        except BaseException as error:  # noqa: BLE001 - told to the test
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=batches, args=(keys[:: 1 if n % 2 else -1],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert set(Version.objects.values_list("number", flat=True)) == {20}


@pytest.mark.django_db(transaction=True)
def test_more_keys_than_one_statement_holds_all_move() -> None:
    keys = [f"person:{number}" for number in range(1_201)]
    versions.bump(keys)
    assert Version.objects.filter(number=1).count() == 1_201
