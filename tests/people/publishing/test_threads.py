"""A thread of which a part is deleted: nothing more goes out under what its author wanted gone."""

from typing import Any

import pytest
from django.core import mail

from people.models import Account, Delivery, Person, Post
from people.networks.errors import Refused
from people.publishing import aftercare, letters, outbox
from people.publishing.clock import DbNow, now
from people.showing import end_quiet
from tests.factories import make_account, make_person, make_user
from tests.faults.network import Network
from tests.faults.publishers import FakeN
from tests.people.publishing.conftest import out, overdue, run

pytestmark = pytest.mark.django_db
Thread = tuple[Delivery, Delivery]


def _scheduled(account: Account) -> Thread:
    when = outbox.When(at=now(), exact=True)
    parts = [outbox.Words("one"), outbox.Words("two")]
    user = account.person.user
    assert user
    one, two = outbox.enqueue_thread(parts=parts, account=account, actor=user, when=when)
    return run(one), two


@pytest.fixture
def thread(account: Account, judge: Network) -> Thread:
    """Two parts, of which the first is out."""
    return _scheduled(account)


def _delete(delivery: Delivery) -> None:
    user = delivery.person.user
    assert user
    aftercare.delete_published(delivery=delivery, actor=user)


def _again(delivery: Delivery) -> Delivery:
    """Let what holds a part be looked at once more."""
    overdue(delivery, state="scheduled", next_due_at=DbNow())
    return run(delivery)


def test_nothing_goes_out_under_a_part_that_is_being_deleted_and_then_its_author_reads_why(
    thread: Thread, account: Account, judge: Network
) -> None:
    one, two = thread
    _delete(one)
    assert (run(two).state, two.reason) == ("held", "parent")
    assert two.trouble == "the part of the thread before this one is being deleted"
    letters.tell_due()
    assert "It is not sent under that part" in mail.outbox[-1].body
    assert "goes out by itself" not in mail.outbox[-1].body
    run(one)
    assert (_again(two).state, two.reason) == ("missed", "parent")
    assert two.trouble == "the part of the thread before this one was deleted"
    assert out(judge, account) == []
    first, second = _scheduled(make_account(make_person("Otto", user=make_user()), network="fakeN"))
    assert (first.state, run(second).state) == ("published", "published")  # another's thread goes on


def test_a_delete_that_comes_while_the_next_part_is_being_prepared_stops_it(
    thread: Thread, account: Account, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = thread

    def pressed(step: str) -> None:
        if step == "c3":
            _delete(one)

    monkeypatch.setattr("people.publishing.steps.reached", pressed)
    assert (run(two).state, two.reason, two.attempt_count) == ("held", "parent", 0)
    assert out(judge, account) == ["one"]


def test_under_what_the_network_did_not_delete_nothing_goes_out_until_its_author_shows_it_again(
    thread: Thread, account: Account, judge: Network, writer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = thread

    def refuses(*_: Any) -> None:
        raise Refused("status 403")

    monkeypatch.setattr(FakeN, "delete", refuses)
    _delete(one)
    run(one)
    assert (one.wish, one.reason) == ("", Delivery.UNDELETED)
    assert (run(two).state, two.reason) == ("held", "parent")
    assert two.trouble == "you wanted the part of the thread before this one deleted"
    assert writer.user
    end_quiet(post=Post.objects.get(), actor=writer.user)
    assert _again(two).state == "published"
    assert out(judge, account) == ["one", "two"]


def test_a_part_that_was_held_for_too_long_is_missed(
    thread: Thread, account: Account, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = thread
    overdue(one, reason=Delivery.UNDELETED, post=None)
    assert run(two).state == "held"
    long_ago = now() - aftercare.TRIED_FOR
    overdue(one, published_at=long_ago)
    overdue(two, late_after=long_ago)
    assert (_again(two).state, two.reason, out(judge, account)) == ("missed", "late", ["one"])
