"""A post of which an earlier send may be out: nobody moves it as if nothing were, and it never ends as not sent."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from people.models import Delivery, Pause, Person
from people.publishing import budget, dispatching, ending, letters, outbox, pausing
from people.publishing.clock import DbNow, now
from people.queries import outgoing
from tests.factories import make_account
from tests.faults.network import Network
from tests.people.publishing.conftest import out, overdue, run, script, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]
Doubted = Callable[..., Delivery]
HIDDEN = 0.8  # seconds until the network shows what it took
LINK = "https://vesper.example/1"


@pytest.fixture
def doubted(writer: Person, say: Say, judge: Network, settings: Settings) -> Doubted:
    """Let a post be taken, its answer be lost, and a reading miss it: it waits to be sent once more."""

    def go(kind: str, text: str = "Good morning") -> Delivery:
        account = make_account(writer, network=f"fake{kind}", handle=kind)
        settings.PUBLISH_AUTO = ["fakeN"]
        script(judge, account, "late-visible", hidden=HIDDEN)
        delivery = run(say(account, text))
        while delivery.state == "unknown":
            run(delivery)
        assert (delivery.state, delivery.ambiguous) == ("scheduled", True)
        return delivery

    return go


def _late(delivery: Delivery) -> None:
    overdue(delivery, late_after=now() - timedelta(seconds=1), next_due_at=DbNow())


@pytest.mark.parametrize("kind", ["K", "P", "N"])
def test_it_is_neither_moved_nor_called_off_nor_changed(
    kind: str, doubted: Doubted, writer: Person, judge: Network
) -> None:
    delivery = doubted(kind)
    later = outbox.When(at=now() + timedelta(hours=3), exact=True)
    for act in (
        lambda: outbox.reschedule(delivery=delivery, when=later, actor=writer.user),
        lambda: outbox.cancel(delivery=delivery, actor=writer.user),
        lambda: outbox.take_back(delivery=delivery, actor=writer.user),
        lambda: outbox.edit(delivery=delivery, words=outbox.Words("other"), actor=writer.user),
    ):
        with pytest.raises(outbox.TooLate):
            act()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.due_at < now(), outgoing.line(delivery).can_move) == ("scheduled", True, False)
    assert outgoing.line(_other(delivery)).can_move
    assert len(out(judge, delivery.account)) == 1


def _other(delivery: Delivery) -> Delivery:
    return Delivery(account=delivery.account, state="scheduled", due_at=now(), payload={"text": "other"})


@pytest.mark.parametrize("kind", ["K", "P", "N"])
def test_what_a_pause_kept_beyond_its_time_is_found_and_not_called_missed(
    kind: str, doubted: Doubted, writer: Person, judge: Network
) -> None:
    delivery = doubted(kind)
    pausing.pause(scope=Pause.Scope.PERSON, subject=str(writer.pk), actor=writer.user)
    assert run(delivery).state == "held"
    _late(delivery)
    dispatching.wake_held()
    assert (run(delivery).state, sends(judge, delivery.account)) == ("unknown", 1)
    time.sleep(HIDDEN)
    assert (run(delivery).state, sends(judge, delivery.account)) == ("published", 1)


@pytest.mark.parametrize("kind", ["K", "P", "N"])
def test_what_is_late_and_not_found_is_asked_about_and_sent_no_more(
    kind: str, doubted: Doubted, judge: Network
) -> None:
    delivery = doubted(kind)
    judge.room(f"acct-{delivery.account_id}").posts.clear()
    _late(delivery)
    for _ in range(3):
        run(delivery)
    assert (delivery.state, sends(judge, delivery.account)) == ("needs_human", 1)
    letters.tell_due()
    assert "its time passed before it could be sent again" in " ".join(mail.outbox[0].body.split())


def test_a_key_that_the_network_has_forgotten_sends_nothing(doubted: Doubted, judge: Network) -> None:
    delivery = doubted("K")
    for post in judge.room(f"acct-{delivery.account_id}").posts:
        post.key = ""
    overdue(delivery, first_sent_at=now() - timedelta(seconds=3_001))
    assert (run(delivery).state, sends(judge, delivery.account)) == ("unknown", 1)
    assert run(delivery).state == "unknown"  # a second look, as where there is no key
    assert (run(delivery).state, len(out(judge, delivery.account))) == ("needs_human", 1)


def test_a_key_that_is_still_good_sends_the_same_post(doubted: Doubted, judge: Network) -> None:
    delivery = doubted("K")
    assert (run(delivery).state, sends(judge, delivery.account)) == ("published", 2)
    assert len(out(judge, delivery.account)) == 1


def test_held_it_keeps_its_price_and_its_author_reads_that_it_may_be_out(doubted: Doubted, writer: Person) -> None:
    delivery = doubted("K", LINK)
    pausing.pause(scope=Pause.Scope.PERSON, subject=str(writer.pk), actor=writer.user)
    assert (run(delivery).state, budget.spent()) == ("held", 200)
    letters.tell_due()
    assert "was sent, but no clear answer came back" in mail.outbox[0].body
    assert "has not gone out" not in mail.outbox[0].body


def test_of_somebody_who_is_erased_it_is_looked_for_and_what_was_not_sent_is_called_off(
    doubted: Doubted, writer: Person, say: Say
) -> None:
    delivery, unsent = doubted("K", LINK), say(make_account(writer, network="fakeN"), "later")
    ending.call_off(writer.pk)
    delivery.refresh_from_db()
    unsent.refresh_from_db()
    assert [delivery.state, unsent.state, ending.on_its_way(writer.pk)] == ["unknown", "cancelled", True]
    time.sleep(HIDDEN)
    assert (run(delivery).state, budget.spent()) == ("published", 205)  # the reading returned one post
