"""Whoever is erased, loses their login or their link: nothing more goes out, and what did is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from people import connecting, erasing
from people.models import Account, Delivery, Erasure, Person
from people.publishing import budget, dispatching, ending, letters
from people.publishing.clock import DbNow, now
from tests.factories import make_account, make_person, make_user
from tests.faults.network import Network
from tests.people.publishing.conftest import FAKES, out, overdue, run, script, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]


def at(step: str, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen as a run reaches this step."""
    acts = {step: act}  # once
    monkeypatch.setattr("people.publishing.steps.reached", lambda reached: acts.pop(reached, lambda: None)())


def erase(person: Person) -> Erasure:
    """Press "Erase me for good"."""
    return erasing.erase_person(person=person, actor=person.user)


def look_again() -> int:
    """Let the erasures' worker come again."""
    Erasure.objects.update(lease_until=None)
    return erasing.carry_on()


def test_nothing_waits_or_is_prepared_any_more_once_somebody_asked_to_be_erased(
    account: Account, say: Say, judge: Network, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLISHERS = {**FAKES, "fakeX": "tests.faults.publishers.FakeX"}  # its posts cost money
    priced = make_account(account.person, network="fakeX", handle="ingrid")
    other = make_account(make_person(user=make_user()), network="fakeX", handle="oskar")
    prepared, waiting, foreign = say(priced), say(account, "tomorrow"), say(other)
    at("c2", lambda: erase(account.person), monkeypatch)  # its pictures are at the network, its post is not
    assert (run(prepared).state, sends(judge, priced)) == ("cancelled", 0)
    waiting.refresh_from_db()
    assert (waiting.state, run(waiting).state, sends(judge, account)) == ("cancelled", "cancelled", 0)
    assert budget.spent() > 0
    assert [erasing.carry_on(), budget.spent()] == [1, 0]  # what it would have cost is given back
    assert list(Delivery.objects.all()) == [foreign]
    assert (run(foreign).state, mail.outbox) == ("published", [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda a: a.person.user.__class__.objects.filter(pk=a.person.user_id).update(is_active=False), "person"),
        (lambda a: Person.objects.filter(pk=a.person_id).update(user=None), "person"),
        (lambda a: Account.objects.filter(pk=a.pk).update(state="suspended"), "account"),
        (lambda a: Account.objects.filter(pk=a.pk).update(person=make_person(user=make_user())), "account"),
        (lambda a: None, "reconnect"),
    ],
)
def test_what_ends_at_the_last_moment_stops_a_send_that_is_marked(
    change: Callable[[Account], object], reason: str, account: Account, say: Say, judge: Network,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    linked = [True]
    monkeypatch.setattr(connecting, "networks", lambda: ["fakeN"])
    monkeypatch.setattr(connecting, "healthy", lambda account_id: linked[0])

    def end() -> None:
        linked[0] = reason != "reconnect"
        change(account)

    at("c3", end, monkeypatch)
    delivery = run(say(account))
    assert (delivery.state, delivery.reason, sends(judge, account)) == ("held", reason, 0)
    assert (delivery.attempt_count, delivery.first_sent_at) == (0, None)


def test_a_send_that_was_marked_as_somebody_asked_to_be_erased_is_not_made(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    at("c3", lambda: erase(account.person), monkeypatch)
    delivery = run(say(account))
    assert (delivery.state, sends(judge, account)) == ("held", 0)
    dispatching.wake_held()
    assert (run(delivery).state, letters.tell_due()) == ("held", 0)  # nobody reads that it waits for them
    assert (look_again(), Delivery.objects.count(), mail.outbox) == (1, 0, [])


def test_what_left_at_that_moment_is_waited_for_and_told_and_nobody_elses_is(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    foreign = say(make_account(make_person(user=make_user()), network="fakeN"), "mine stays")
    overdue(foreign, state="sending", first_sent_at=now(), lease_until=now() + timedelta(minutes=1))

    def press() -> None:
        erasures.append(erase(account.person))
        done.append(erasing.carry_on())  # a worker that comes while the request is out

    erasures: list[Erasure] = []
    done: list[int] = []
    at("c4", press, monkeypatch)
    delivery = run(say(account))
    assert (done, delivery.state, len(out(judge, account))) == ([0], "published", 1)
    assert "nobody can call that back" not in client.get(f"/erased/{erasures[0].key}/").content.decode()
    assert [look_again(), look_again()] == [1, 0]
    (letter,) = mail.outbox
    assert letter.to == ["ingrid@vesper.example"]
    assert "(@ingrid) is out." in letter.body
    assert "night train" not in letter.body
    assert list(Delivery.objects.all()) == [foreign]


def test_a_send_whose_answer_was_lost_is_looked_for_before_its_row_goes(
    account: Account, say: Say, judge: Network, client: Client
) -> None:
    script(judge, account, "reset-after")
    delivery = run(say(account))
    erasure = erase(account.person)
    assert (delivery.state, look_again()) == ("unknown", 0)
    assert "nobody can call that back" in client.get(f"/erased/{erasure.key}/").content.decode()
    assert (run(delivery).state, look_again(), len(mail.outbox)) == ("published", 1, 1)


def test_what_was_to_be_deleted_at_the_network_is_deleted_before_the_link_ends(
    account: Account, say: Say, judge: Network
) -> None:
    delivery = run(say(account))
    Delivery.objects.filter(pk=delivery.pk).update(wish="delete", next_due_at=DbNow())
    erase(account.person)
    assert look_again() == 0
    Delivery.objects.filter(pk=delivery.pk).update(wish="", deleted_at=now())  # as the network said
    assert (look_again(), mail.outbox) == (1, [])


def test_an_erasure_waits_for_no_network_longer_than_an_hour_and_says_so(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(judge, account, "reset-before")
    delivery = run(say(account))
    erase(account.person)
    assert look_again() == 0
    Erasure.objects.update(asked_at=now() - ending.PATIENCE - timedelta(seconds=1))
    assert (delivery.state, look_again()) == ("unknown", 1)
    assert "could not be learnt: look there" in mail.outbox[0].body


def test_mail_that_fails_is_tried_again_and_keeps_nobody_longer(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **words: object) -> None:
        raise OSError("no mail server")

    at("c4", lambda: erase(account.person), monkeypatch)
    run(say(account))
    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", broken)
    assert look_again() == 0
    Erasure.objects.update(asked_at=now() - ending.PATIENCE - timedelta(seconds=1))
    assert look_again() == 1
    assert not Person.objects.filter(pk=account.person_id).exists()


def test_words_that_were_scheduled_at_the_same_moment_go_out_no_more(
    account: Account, say: Say, judge: Network
) -> None:
    erase(account.person)
    late = run(say(account))
    assert (late.state, sends(judge, account)) == ("held", 0)
    assert look_again() == 1
