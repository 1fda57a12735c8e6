"""Scheduling, taking back, moving, changing, cancelling: what a person does with what is to go out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from advocacy.models import AuditEvent
from people.models import Account, Delivery, Person, Post
from people.publishing import aftercare, answers, budget, outbox
from people.publishing.clock import DbNow, now
from tests.factories import make_account, make_person, make_user
from tests.faults.network import Network
from tests.people.publishing.conftest import out, overdue, run, script, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]


def test_only_the_person_schedules_and_the_audit_holds_no_words(account: Account, say: Say, judge: Network) -> None:
    stranger = make_person("Otto", user=make_user())
    with pytest.raises(PermissionDenied):
        outbox.enqueue_delivery(account=account, words=outbox.Words("x"), actor=stranger.user)
    delivery = say(account, "a private thought")
    event = AuditEvent.objects.get(verb="delivery.scheduled")
    assert (event.subject, event.actor) == (f"delivery:{delivery.pk}", account.person.user)
    assert "private" not in str(event.details)
    assert event.details["words"] == delivery.text_hash


def test_what_goes_out_now_can_be_taken_back_for_a_while(
    account: Account, judge: Network, settings: Any, writer: Person
) -> None:
    settings.PUBLISHING_SECONDS = {**settings.PUBLISHING_SECONDS, "hold": 30}
    delivery = outbox.enqueue_delivery(account=account, words=outbox.Words("too early"), actor=writer.user)
    assert timedelta(seconds=28) < delivery.due_at - now() <= timedelta(seconds=30)
    assert run(delivery).state == "scheduled"
    outbox.take_back(delivery=delivery, actor=writer.user)
    overdue(delivery, next_due_at=DbNow())
    assert (run(delivery).state, sends(judge, account)) == ("cancelled", 0)


@pytest.mark.parametrize("state", ["sending", "unknown", "published", "failed", "missed", "needs_human"])
def test_nothing_is_cancelled_moved_or_changed_that_may_be_out(
    state: str, account: Account, say: Say, writer: Person
) -> None:
    delivery = say(account)
    overdue(delivery, state=state, first_sent_at=now(), remote_id="1")
    for act in (
        lambda: outbox.cancel(delivery=delivery, actor=writer.user),
        lambda: outbox.reschedule(delivery=delivery, when=outbox.When(at=now()), actor=writer.user),
        lambda: outbox.edit(delivery=delivery, words=outbox.Words("other"), actor=writer.user),
    ):
        with pytest.raises(outbox.TooLate):
            act()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.payload["text"]) == (state, "Good morning from the night train.")


def test_other_words_go_out_under_another_key(writer: Person, say: Say, judge: Network) -> None:
    account = make_account(writer, network="fakeK")
    delivery = say(account, "first words")
    overdue(delivery, key="old", media=[{"stem": "s", "id": "m", "until": None}])
    outbox.edit(delivery=delivery, words=outbox.Words("second words"), actor=writer.user)
    assert (delivery.key, delivery.media) == ("", [])
    assert (run(delivery).state, out(judge, account)) == ("published", ["second words"])


def test_words_changed_while_a_run_prepares_them_go_out_at_once_and_alone(
    account: Account, say: Say, judge: Network, writer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = say(account, "first words")

    def change(step: str) -> None:
        if step == "c2" and delivery.payload["text"] == "first words":
            outbox.edit(delivery=delivery, words=outbox.Words("second words"), actor=writer.user)

    monkeypatch.setattr("people.publishing.steps.reached", change)
    assert (run(delivery).state, sends(judge, account)) == ("scheduled", 0)
    assert (run(delivery).state, out(judge, account)) == ("published", ["second words"])


def test_words_of_which_a_send_has_begun_are_not_changed(account: Account, say: Say, writer: Person) -> None:
    delivery = say(account)
    overdue(delivery, attempt_count=1)
    with pytest.raises(outbox.TooLate):
        outbox.edit(delivery=delivery, words=outbox.Words("other"), actor=writer.user)


def test_it_goes_out_at_the_other_time(account: Account, say: Say, judge: Network, writer: Person) -> None:
    delivery = say(account)
    later = outbox.When(wall_time="2099-01-01T06:30", zone="Europe/Vienna")
    outbox.reschedule(delivery=delivery, when=later, actor=writer.user)
    assert delivery.due_at.isoformat() == "2099-01-01T05:30:00+00:00"
    assert (run(delivery).state, sends(judge, account)) == ("scheduled", 0)


def test_the_same_words_wait_once_and_go_out_once_a_day_where_the_network_would_refuse_them(
    account: Account, say: Say, writer: Person
) -> None:
    first = say(account, "Same  words")
    with pytest.raises(outbox.SaidAlready):
        say(account, "Same words")
    run(first)
    with pytest.raises(outbox.SaidAlready):
        say(account, "Same words")
    overdue(first, published_at=now() - timedelta(hours=25))
    assert say(account, "Same words").state == "scheduled"
    assert say(make_account(writer, network="fakeN"), "Same words").state == "scheduled"


def test_the_same_words_are_refused_for_a_day_after_them_and_not_for_next_week(
    account: Account, say: Say, writer: Person
) -> None:
    run(say(account, "Same words"))
    week = outbox.When(at=now() + timedelta(days=7), exact=True)
    soon = outbox.When(at=now() + timedelta(hours=20), exact=True)
    with pytest.raises(outbox.SaidAlready, match="less than a day before"):
        say(account, "Same words", when=soon)
    waits = say(account, "Same words", when=week)
    with pytest.raises(outbox.SaidAlready):
        outbox.reschedule(delivery=waits, when=soon, actor=writer.user)
    waits.refresh_from_db()
    assert waits.due_at == week.at
    other = say(account, "Other words", when=soon)
    outbox.cancel(delivery=waits, actor=writer.user)
    with pytest.raises(outbox.SaidAlready):
        outbox.edit(delivery=other, words=outbox.Words("Same words"), actor=writer.user)
    other.refresh_from_db()
    assert (other.payload["text"], other.state) == ("Other words", "scheduled")
    assert say(make_account(writer, network="fakeK"), "Same words", when=soon).state == "scheduled"


def test_parts_of_a_thread_are_cancelled_with_what_they_follow(
    account: Account, judge: Network, writer: Person
) -> None:
    when = outbox.When(at=now(), exact=True)
    parts = [outbox.Words(word) for word in ("one", "two", "three")]
    made = outbox.enqueue_thread(parts=parts, account=account, actor=writer.user, when=when)
    outbox.cancel(delivery=made[1], actor=writer.user)
    states = [Delivery.objects.get(pk=one.pk).state for one in made]
    assert states == ["scheduled", "cancelled", "cancelled"]


def test_round_times_are_spread_the_same_way_each_time_and_exact_ones_are_not(
    account: Account, say: Say, settings: Any
) -> None:
    settings.PUBLISHING_SECONDS = {**settings.PUBLISHING_SECONDS, "jitter": 180}
    at = now() + timedelta(hours=1)
    spread = [say(account, f"spread {n}", when=outbox.When(at=at)) for n in range(2)]
    exact = say(account, "exact", when=outbox.When(at=at, exact=True))
    assert exact.next_due_at == at
    assert spread[0].next_due_at == spread[1].next_due_at
    assert timedelta() <= spread[0].next_due_at - at < timedelta(seconds=180)


class TestAnswers:
    @pytest.fixture
    def asked(self, account: Account, say: Say, judge: Network) -> Delivery:
        script(judge, account, "reset-before")
        delivery = run(run(run(say(account))))
        assert delivery.state == "needs_human"
        return delivery

    def test_it_is_there(self, asked: Delivery, writer: Person) -> None:
        link = "https://fake.example/ingrid/status/4711"
        answers.it_is_there(delivery=asked, link=link, actor=writer.user)
        assert (asked.state, asked.remote_id) == ("published", "4711")
        with pytest.raises(answers.Answered):
            answers.send_again(delivery=asked, actor=writer.user)

    def test_send_again(self, asked: Delivery, writer: Person, judge: Network, account: Account) -> None:
        answers.send_again(delivery=asked, actor=writer.user)
        assert (run(asked).state, sends(judge, account), len(out(judge, account))) == ("published", 2, 1)

    def test_drop(self, asked: Delivery, writer: Person, judge: Network, account: Account) -> None:
        answers.drop(delivery=asked, actor=writer.user)
        assert (run(asked).state, sends(judge, account)) == ("cancelled", 1)

    def test_what_is_dropped_keeps_its_price_for_it_may_be_out(
        self, account: Account, say: Say, judge: Network, writer: Person
    ) -> None:
        script(judge, account, "reset-after")
        delivery = run(say(account, "https://vesper.example/1"))
        overdue(delivery, state="needs_human")
        answers.drop(delivery=delivery, actor=writer.user)
        assert (delivery.state, budget.spent(), out(judge, account)) == ("cancelled", 200, ["https://vesper.example/1"])

    def test_nobody_else_answers(self, asked: Delivery) -> None:
        stranger = make_user()
        for act in (answers.send_again, answers.drop):
            with pytest.raises(PermissionDenied):
                act(delivery=asked, actor=stranger)


def test_what_went_out_is_deleted_there_and_here(account: Account, say: Say, judge: Network, writer: Person) -> None:
    delivery = run(say(account))
    aftercare.delete_published(delivery=delivery, actor=writer.user)
    assert Post.objects.count() == 1
    run(delivery)
    assert (out(judge, account), Post.objects.count(), delivery.deleted_at is not None) == ([], 0, True)
    assert (delivery.state, delivery.next_due_at) == ("published", None)


def test_what_went_out_is_changed_where_the_network_can(writer: Person, say: Say, judge: Network) -> None:
    account = make_account(writer, network="fakeK")
    delivery = run(say(account, "a typo"))
    aftercare.edit_published(delivery=delivery, words=outbox.Words("no typo"), actor=writer.user)
    run(delivery)
    assert (out(judge, account), delivery.payload["text"]) == (["no typo"], "no typo")
    other = run(say(make_account(writer, network="fakeN"), "stays"))
    with pytest.raises(ValueError, match="lets nobody change"):
        aftercare.edit_published(delivery=other, words=outbox.Words("x"), actor=writer.user)
