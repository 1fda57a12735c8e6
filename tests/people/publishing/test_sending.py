"""What goes out goes out once, and its row says what is true."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from people import tasks
from people.models import Account, Attempt, Delivery, Person, Post
from people.publishing import dispatching, outbox, sending
from people.publishing.clock import now
from tests.factories import make_account
from tests.faults.network import Network
from tests.people.publishing.conftest import out, overdue, run, script, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]
KINDS = ("N", "P", "K", "U")


@pytest.mark.parametrize("kind", KINDS)
def test_words_that_are_due_go_out_once_and_are_kept_as_a_post(
    kind: str, writer: Person, say: Say, judge: Network
) -> None:
    account = make_account(writer, network=f"fake{kind}")
    delivery = run(say(account))
    run(delivery)
    assert (delivery.state, out(judge, account)) == ("published", ["Good morning from the night train."])
    post = Post.objects.get(account=account)
    assert (post.remote_id, post.text, delivery.post_id) == (delivery.remote_id, delivery.payload["text"], post.pk)
    assert list(delivery.attempts.values_list("act", "outcome")) == [("send", "began"), ("send", "published")]
    assert delivery.next_due_at is None


def test_words_that_are_not_due_stay(account: Account, say: Say, judge: Network) -> None:
    delivery = run(say(account, when=outbox.When(at=now() + timedelta(minutes=5), exact=True)))
    assert (delivery.state, sends(judge, account)) == ("scheduled", 0)


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ("429", "scheduled", "not_now"),
        ("400", "failed", "refused"),
        ("403", "failed", "refused"),
        ("404", "failed", "refused"),
        ("422", "failed", "refused"),
        ("401", "scheduled", "reconnect"),
        ("500-before", "unknown", "unsure"),
        ("504-after", "unknown", "unsure"),
        ("408-after", "unknown", "unsure"),
        ("302-after", "unknown", "unsure"),
        ("reset-before", "unknown", "unsure"),
        ("reset-after", "unknown", "unsure"),
        ("silent-after", "unknown", "unsure"),
        ("bad-json", "unknown", "unsure"),
        ("no-body", "unknown", "unsure"),
        ("html", "unknown", "unsure"),
        ("no-id", "unknown", "unsure"),
        ("half", "unknown", "unsure"),
        ("duplicate-none", "unknown", "duplicate"),
    ],
)
def test_each_answer_has_one_verdict(
    answer: str, state: str, reason: str, account: Account, say: Say, judge: Network
) -> None:
    script(judge, account, answer)
    delivery = run(say(account))
    assert (delivery.state, delivery.reason, sends(judge, account)) == (state, reason, 1)


def test_a_network_that_cannot_be_reached_got_nothing(
    account: Account, say: Say, judge: Network, settings: object
) -> None:
    settings.FAKE_NETWORK = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    settings.DOOR_ALLOW = frozenset(["127.0.0.1:9"])  # type: ignore[attr-defined]
    delivery = run(say(account))
    assert (delivery.state, delivery.attempt_count, delivery.first_sent_at) == ("scheduled", 0, None)


@pytest.mark.parametrize(("kind", "state"), [("N", "published"), ("K", "published"), ("P", "published")])
def test_a_send_whose_answer_was_lost_is_found_at_the_network(
    kind: str, state: str, writer: Person, say: Say, judge: Network
) -> None:
    account = make_account(writer, network=f"fake{kind}")
    script(judge, account, "reset-after")
    delivery = run(say(account))
    assert delivery.state == "unknown"
    run(delivery)
    assert (delivery.state, sends(judge, account), Post.objects.filter(account=account).count()) == (state, 1, 1)


def test_a_person_is_asked_where_nothing_can_be_read(writer: Person, say: Say, judge: Network) -> None:
    account = make_account(writer, network="fakeU")
    script(judge, account, "reset-after")
    delivery = run(run(say(account)))
    assert (delivery.state, sends(judge, account)) == ("needs_human", 1)


def test_a_person_is_asked_after_two_readings_that_found_nothing(account: Account, say: Say, judge: Network) -> None:
    script(judge, account, "reset-before")
    delivery = run(say(account))
    assert run(delivery).state == "unknown"
    assert run(delivery).state == "needs_human"
    run(delivery)
    assert (delivery.state, sends(judge, account)) == ("needs_human", 1)


def test_an_operator_may_let_it_go_once_more_without_asking(
    account: Account, say: Say, judge: Network, settings: object
) -> None:
    settings.PUBLISH_AUTO = ["fakeN"]  # type: ignore[attr-defined]
    script(judge, account, "reset-before", "reset-before", "reset-before")
    delivery = run(say(account))
    seen = [run(delivery).state for _ in range(7)]
    assert seen == ["unknown", "scheduled", "unknown", "unknown", "needs_human", "needs_human", "needs_human"]
    assert sends(judge, account) == 2


@pytest.mark.parametrize("kind", ["P", "K"])
def test_a_second_send_of_the_same_id_or_key_makes_no_second_post(
    kind: str, writer: Person, say: Say, judge: Network
) -> None:
    account = make_account(writer, network=f"fake{kind}")
    script(judge, account, "late-visible", hidden=60.0)
    delivery = run(say(account))
    assert [run(delivery).state for _ in range(2)] == ["scheduled", "published"]
    assert (sends(judge, account), len(out(judge, account))) == (2, 1)


def test_words_that_the_person_wrote_there_by_hand_meanwhile_count(account: Account, say: Say, judge: Network) -> None:
    script(judge, account, "reset-before")
    delivery = run(say(account, "On my way &amp; early: https://vesper.example/"))
    judge.make(f"acct-{account.pk}", "On my way & early:  vesper.example", by="hand")
    run(delivery)
    assert (delivery.state, len(out(judge, account))) == ("published", 1)


def test_a_post_of_another_delivery_is_not_taken_for_this_one(account: Account, say: Say, judge: Network) -> None:
    first = run(say(account, "Twice"))
    overdue(first, published_at=now() - timedelta(days=2))
    script(judge, account, "reset-before")
    second = run(say(account, "Twice"))
    assert [run(second).state for _ in range(2)] == ["unknown", "needs_human"]


def test_the_token_is_renewed_once_and_then_its_owner_must_act(account: Account, say: Say, judge: Network) -> None:
    script(judge, account, "401", "401")
    delivery = run(say(account))
    assert (delivery.state, delivery.unauthorized, delivery.attempt_count) == ("scheduled", True, 0)
    assert run(delivery).state == "held"
    assert delivery.reason == "reconnect"


def test_an_abandoned_row_without_a_mark_is_sent_and_with_one_is_looked_for(
    account: Account, say: Say, judge: Network
) -> None:
    past = now() - timedelta(hours=1)
    claimed, sent = say(account, "one"), say(account, "two")
    overdue(claimed, state="claimed", lease_until=past)
    overdue(sent, state="sending", lease_until=past, first_sent_at=past)
    assert (run(claimed).state, run(sent).state) == ("scheduled", "unknown")
    assert sent.ambiguous


def test_three_crashes_without_an_answer_end_in_a_question(account: Account, say: Say, judge: Network) -> None:
    delivery = say(account)
    overdue(delivery, crash_count=3)
    assert (run(delivery).state, sends(judge, account)) == ("needs_human", 0)


def test_nothing_is_sent_after_its_time(account: Account, say: Say, judge: Network) -> None:
    delivery = say(account, when=outbox.When(at=now() - timedelta(minutes=61), exact=True))
    assert (run(delivery).state, delivery.reason, sends(judge, account)) == ("missed", "late", 0)


def test_a_send_cut_off_by_time_is_still_looked_for_later(account: Account, say: Say, judge: Network) -> None:
    script(judge, account, "reset-after")
    delivery = run(say(account))
    overdue(delivery, late_after=now() - timedelta(minutes=1))
    assert run(delivery).state == "published"


def test_a_mark_is_not_set_by_a_run_that_lost_its_row(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = say(account)

    def taken(step: str) -> None:
        if step == "c2":
            overdue(delivery, state="scheduled", owner=None)

    monkeypatch.setattr("people.publishing.steps.reached", taken)
    assert (run(delivery).state, sends(judge, account)) == ("scheduled", 0)


def test_a_thread_goes_out_part_by_part(account: Account, say: Say, judge: Network, writer: Person) -> None:
    assert writer.user
    parts = [outbox.Words("one"), outbox.Words("two"), outbox.Words("three")]
    when = outbox.When(at=now(), exact=True)
    one, two, three = outbox.enqueue_thread(parts=parts, account=account, actor=writer.user, when=when)
    assert [run(three).state, run(two).state, out(judge, account)] == ["scheduled", "scheduled", []]
    assert [run(one).state, run(two).state, run(three).state] == ["published"] * 3
    assert out(judge, account) == ["one", "two", "three"]
    assert Post.objects.get(remote_id=two.remote_id).reply_to_id == one.remote_id


def test_a_part_is_missed_where_the_part_before_it_was_refused(
    account: Account, judge: Network, writer: Person
) -> None:
    assert writer.user
    script(judge, account, "403")
    when = outbox.When(at=now(), exact=True)
    parts = [outbox.Words("one"), outbox.Words("two")]
    one, two = outbox.enqueue_thread(parts=parts, account=account, actor=writer.user, when=when)
    assert [run(one).state, run(two).state, two.reason] == ["failed", "missed", "parent"]


def test_the_history_holds_no_words_and_no_token(account: Account, say: Say, judge: Network) -> None:
    script(judge, account, "403")
    run(say(account, "a private thought"))
    told = " ".join(Attempt.objects.values_list("words", flat=True))
    assert "private" not in told
    assert "acct-" not in told


def test_a_message_too_many_for_what_is_out_asks_and_does_nothing(
    account: Account, say: Say, judge: Network, django_assert_max_num_queries: Any
) -> None:
    delivery = run(say(account))
    assert (delivery.state, delivery.next_due_at) == ("published", None)
    with django_assert_max_num_queries(3):
        sending.run(delivery.pk)


def test_the_end_of_what_was_sent_waits_behind_nothing_that_is_still_to_be_sent(
    account: Account, say: Say, judge: Network
) -> None:
    script(judge, account, "reset-after")
    lost, waiting = run(say(account, "one")), say(account, "two")
    assert (lost.state, waiting.state) == ("unknown", "scheduled")
    rung: list[tuple[str, int]] = []
    dispatching.tick(lambda pk: rung.append(("later", pk)), ring_first=lambda pk: rung.append(("first", pk)))
    assert sorted(rung) == [("first", lost.pk), ("later", waiting.pk)]
    assert (tasks.dispatch.priority, tasks.finish.priority, tasks.deliver.priority) == (0, 1, 3)
    assert tasks.sync_due.priority > tasks.deliver.priority
