"""A worker that freezes in the middle of a claim keeps the others from nothing for long."""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection
from pytest_django import Settings

from people.models import Account, Delivery, Person
from people.publishing import checks, clock, sending
from people.publishing.checks import Verdict
from tests.factories import make_account, make_person, make_user
from tests.faults.network import Network
from tests.people.publishing.conftest import FAKES, out, run


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_others_claim_while_one_is_frozen_with_the_sites_budget_in_its_hand(
    writer: Person, say: Callable[..., Delivery], judge: Network, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLISHERS = {**FAKES, "fakeX": "tests.faults.publishers.FakeX"}  # its posts cost money
    monkeypatch.setattr(clock, "FROZEN", clock.timedelta(seconds=5))
    frozen, thaw = threading.Event(), threading.Event()
    slot_free = checks.slot_free

    def freezing(delivery: Delivery) -> Verdict | None:
        if delivery.account_id == account.pk and not frozen.is_set():
            frozen.set()
            thaw.wait(30)
        return slot_free(delivery)

    def work() -> None:
        try:
            sending.run(first.pk)
        except DatabaseError:
            ended.append("by the database")
        finally:
            connection.close()

    account = make_account(writer, network="fakeX", handle="ingrid")
    other: Account = make_account(make_person(user=make_user()), network="fakeX", handle="oskar")
    first, second = say(account), say(other)
    ended: list[str] = []
    monkeypatch.setattr(checks, "slot_free", freezing)
    worker = threading.Thread(target=work)
    worker.start()
    assert frozen.wait(20)
    assert run(second).state == "published"
    thaw.set()
    worker.join(20)
    assert (ended, out(judge, account)) == (["by the database"], [])
    assert run(first).state == "published"
    assert out(judge, account) == ["Good morning from the night train."]
