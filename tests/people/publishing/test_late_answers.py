"""A run that froze before its send and thaws long after: what it learns then is looked into, nothing is sent twice."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from pytest_django import Settings

from people import erasing
from people.models import Account, Delivery, Erasure, Person, Post, User
from people.networks.errors import Refused, Unknown
from people.networks.types import Published
from people.publishing import answers, budget, letters, outbox, settling
from people.publishing.clock import DbNow, now
from tests.factories import make_account
from tests.faults.network import Network
from tests.people.publishing.conftest import SHORT, out, overdue, run, script, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]
Meanwhile = Callable[[Delivery], object]
Frozen = Callable[..., Delivery]
LOST, QUIET = timedelta(hours=1), timedelta(seconds=120)


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Frozen:
    """Let a run freeze right before its send, others come upon its row, and then let it go on as if nothing were."""

    def go(delivery: Delivery, *meanwhile: Meanwhile, at: str = "c4") -> Delivery:
        def reached(step: str) -> None:
            if step != at or not acts:
                return
            acts.pop()
            overdue(delivery, lease_until=now() - LOST, next_due_at=now() - LOST)
            for act in (run, *meanwhile):  # the first of them finds that its lease is over
                delivery.refresh_from_db()
                act(delivery)

        acts = ["once"]
        monkeypatch.setattr("people.publishing.steps.reached", reached)
        return run(delivery)

    return go


def _asked(delivery: Delivery) -> None:
    """It is looked for until its author is asked."""
    while delivery.state == "unknown":
        run(delivery)
    assert delivery.state == "needs_human"


def _author(delivery: Delivery) -> User:
    user = delivery.person.user
    assert user is not None
    return user


def _again(delivery: Delivery) -> None:
    answers.send_again(delivery=delivery, actor=_author(delivery))


def _drop(delivery: Delivery) -> None:
    answers.drop(delivery=delivery, actor=_author(delivery))


def _told(_: Delivery) -> None:
    letters.tell_due()


@pytest.mark.parametrize(
    ("kind", "meanwhile"), [("N", []), ("N", [run]), ("N", [_asked]), ("P", []), ("P", [run]), ("K", []), ("K", [run])]
)
def test_a_post_that_appears_after_it_was_looked_for_is_found_wherever_its_row_stood_by_then(
    kind: str, meanwhile: list[Meanwhile], writer: Person, say: Say, judge: Network, frozen: Frozen
) -> None:
    account = make_account(writer, network=f"fake{kind}")
    script(judge, account, "reset-after")
    delivery = frozen(say(account), *meanwhile)
    assert (delivery.state, delivery.ambiguous, delivery.owner) == ("unknown", True, None)
    assert (run(delivery).state, sends(judge, account)) == ("published", 1)
    assert Post.objects.get().remote_id == delivery.remote_id


def test_it_is_looked_for_anew_twice_after_a_quiet_while_and_then_its_author_is_asked_anew(
    account: Account, say: Say, judge: Network, frozen: Frozen, settings: Settings
) -> None:
    script(judge, account, "reset-before")
    delivery = say(account)

    def from_now_on(_: Delivery) -> None:
        settings.PUBLISHING_SECONDS = {**SHORT, "quiet": QUIET.total_seconds()}

    frozen(delivery, _asked, _told, from_now_on)
    assert (delivery.state, delivery.reads, delivery.trouble[:9]) == ("unknown", 0, "no answer")
    assert delivery.next_due_at is not None
    assert now() < delivery.next_due_at <= now() + QUIET
    assert (run(delivery).reads, len(mail.outbox)) == (0, 1)  # not before that
    overdue(delivery, next_due_at=DbNow())
    assert (run(delivery).state, delivery.reads) == ("unknown", 1)
    assert run(delivery).state == "needs_human"
    letters.tell_due()
    assert [letter.subject for letter in mail.outbox] == ["Did your post on fakeN go out?"] * 2
    assert sends(judge, account) == 1


def test_a_network_that_nobody_can_read_leaves_its_author_to_look_once_more(
    writer: Person, say: Say, judge: Network, frozen: Frozen
) -> None:
    account = make_account(writer, network="fakeU")
    script(judge, account, "reset-after")
    delivery = frozen(say(account), _asked, _told)
    assert delivery.state == "unknown"
    with pytest.raises(answers.Answered):  # they looked before it was there
        _again(delivery)
    run(delivery)
    letters.tell_due()
    assert (delivery.state, len(mail.outbox), sends(judge, account)) == ("needs_human", 2, 1)


def test_a_reading_that_began_before_the_late_send_counts_for_nothing(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(judge, account, "reset-before")
    delivery = run(run(say(account)))
    assert delivery.reads == 1

    def landing(step: str) -> None:
        if step == "r2" and not out(judge, account):
            judge.make(f"acct-{account.pk}", delivery.payload["text"])
            settling.settle(delivery, Unknown("no answer"), run=uuid4(), account=account)

    monkeypatch.setattr("people.publishing.steps.reached", landing)
    assert (run(delivery).state, delivery.reads) == ("unknown", 0)
    assert run(delivery).state == "published"


@pytest.mark.parametrize("kind", ["N", "P", "K", "U"])
@pytest.mark.parametrize("late", ["reset-after", "ok"])
def test_what_its_author_told_to_send_again_is_not_sent_again_once_the_first_send_may_be_out(
    late: str, kind: str, writer: Person, say: Say, judge: Network, frozen: Frozen
) -> None:
    account = make_account(writer, network=f"fake{kind}")
    script(judge, account, late)

    def by_its_author(delivery: Delivery) -> None:
        overdue(delivery, state="needs_human", next_due_at=None)
        _again(delivery)

    delivery = frozen(say(account), by_its_author)
    run(delivery)
    assert delivery.state == ("needs_human" if (kind, late) == ("U", "reset-after") else "published")
    assert (sends(judge, account), len(out(judge, account))) == (1, 1)


@pytest.mark.parametrize(("step", "wanted"), [("c2", 1), ("c3", 1), ("c4", 2)])
def test_a_second_run_is_stopped_as_long_as_it_has_not_looked_for_the_last_time(
    step: str, wanted: int, account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(judge, account, "reset-before", "403")
    delivery = run(say(account))
    first = Delivery.objects.get(pk=delivery.pk)
    _asked(delivery)
    _again(delivery)

    def thawed(reached: str) -> None:
        if reached == step:
            settling.settle(first, Unknown("no answer"), run=uuid4(), account=account)

    monkeypatch.setattr("people.publishing.steps.reached", thawed)
    assert (run(delivery).state, sends(judge, account)) == ("unknown", wanted)  # the 403 says nothing of the first
    judge.make(f"acct-{account.pk}", delivery.payload["text"])
    assert run(delivery).state == "published"


def test_what_was_dropped_stays_dropped_where_nobody_knows_and_is_told_where_it_is_out(
    account: Account, say: Say, judge: Network, frozen: Frozen
) -> None:
    script(judge, account, "reset-after", "ok")
    lost = frozen(say(account, "one"), _asked, _drop)
    assert (lost.state, lost.next_due_at, letters.tell_due()) == ("cancelled", None, 0)
    assert lost.attempts.order_by("-pk").values_list("act", "outcome")[0] == ("send", "unsure")
    known = frozen(say(account, "https://vesper.example/2"), _asked, _drop)
    assert (known.state, known.reason) == ("published", Delivery.UNDELETED)
    assert budget.spent() == 210  # what the drop gave back it cost in the end, as did what two readings returned
    assert Post.objects.get(remote_id=known.remote_id).quiet_at is not None  # they wanted it nowhere
    letters.tell_due()
    (letter,) = mail.outbox
    assert letter.subject == "Your post is still on fakeN"
    assert "after you had called it off" in letter.body


def test_nothing_follows_in_a_thread_under_what_was_dropped_and_came_all_the_same(
    account: Account, judge: Network, writer: Person, frozen: Frozen
) -> None:
    assert writer.user
    parts, when = [outbox.Words("one"), outbox.Words("two")], outbox.When(at=now(), exact=True)
    one, two = outbox.enqueue_thread(parts=parts, account=account, actor=writer.user, when=when)
    assert frozen(one, _asked, _drop).state == "published"
    assert (run(two).state, two.reason, out(judge, account)) == ("held", "parent", ["one"])


def test_a_thread_goes_on_under_a_part_that_was_found_late(
    account: Account, judge: Network, writer: Person, frozen: Frozen
) -> None:
    assert writer.user
    script(judge, account, "reset-after")
    parts, when = [outbox.Words("one"), outbox.Words("two")], outbox.When(at=now(), exact=True)
    one, two = outbox.enqueue_thread(parts=parts, account=account, actor=writer.user, when=when)
    frozen(one, _asked)
    assert (run(two).state, run(one).state, run(two).state) == ("scheduled", "published", "published")
    assert out(judge, account) == ["one", "two"]


def test_what_was_refused_the_second_time_is_out_where_the_first_send_says_so_late(
    account: Account, say: Say, judge: Network, frozen: Frozen
) -> None:
    script(judge, account, "403", "ok")
    delivery = frozen(say(account), _asked, _again, run)
    assert (delivery.state, delivery.reason, sends(judge, account)) == ("published", "after_all", 2)
    assert out(judge, account) == [Post.objects.get().text]
    letters.tell_due()  # its author may have read that it was refused
    letters.tell_due()
    assert [one.subject for one in mail.outbox if "after all" in one.subject] == ["Your post on fakeN is out after all"]
    assert "you need not send it again" in mail.outbox[-1].body


@pytest.mark.parametrize("state", ["published", "failed", "missed", "cancelled"])
def test_an_answer_that_says_nothing_revives_nothing_that_has_ended(
    state: str, account: Account, say: Say, judge: Network
) -> None:
    delivery = run(say(account))
    overdue(delivery, state=state)
    for outcome in (Unknown("no answer"), Refused("403"), Refused("the same", "duplicate"), Published("", gone=True)):
        settling.settle(delivery, outcome, run=uuid4(), account=account)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.next_due_at, delivery.deleted_at) == (state, None, None)


def test_a_late_answer_about_a_row_that_was_erased_is_let_go(account: Account, say: Say, judge: Network) -> None:
    delivery = run(say(account))
    Delivery.objects.filter(pk=delivery.pk).delete()
    for outcome in (Unknown("no answer"), Published("12")):
        assert settling.settle(delivery, outcome, run=uuid4(), account=account) is None


def test_whoever_asked_to_be_erased_is_told_what_a_late_send_came_to(
    account: Account, say: Say, judge: Network, frozen: Frozen
) -> None:
    script(judge, account, "reset-after")
    delivery = frozen(
        say(account), _asked, _told, lambda one: erasing.erase_person(person=one.person, actor=_author(one))
    )
    assert (delivery.state, erasing.carry_on()) == ("unknown", 0)
    assert run(delivery).state == "published"
    Erasure.objects.update(lease_until=None)
    assert erasing.carry_on() == 1
    assert "(@ingrid) is out." in mail.outbox[-1].body


def test_a_second_question_is_told_by_letter_as_the_first_was(account: Account, say: Say, judge: Network) -> None:
    script(judge, account, "reset-before", "reset-before")
    delivery = run(say(account))
    for number in (1, 2):
        _asked(delivery)
        letters.tell_due()
        assert len(mail.outbox) == number
        _again(delivery)
        run(delivery)
