"""Whatever rings for it, a post goes out at its time and not before; what it waits for is told anew each time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from brands import speaking
from people.models import Account, Delivery, Pause, Post
from people.networks.types import PostRecord, Published
from people.publishing import aftercare, dispatching, letters, outbox, pausing, storing, watching
from people.publishing.clock import DbNow, now
from people.syncing.decide import columns
from tests.factories import make_account, make_brand, make_enrolment
from tests.faults.network import Network
from tests.faults.publishers import FakeK
from tests.people.publishing.conftest import overdue, run, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]
SITE = Pause.Scope.SITE


@pytest.fixture
def friday(account: Account, say: Say) -> Delivery:
    """A post of in four days that speaks for a brand."""
    brand = make_brand("Vesper", slug="vesper")
    make_enrolment(brand, account.person)
    return say(account, speaks_for=brand.pk, when=outbox.When(at=now() + timedelta(days=4), exact=True))


def test_a_pause_that_ends_brings_nothing_forward_that_was_held_before_its_time(
    friday: Delivery, account: Account, judge: Network
) -> None:
    brand = account.person.enrolments.get().brand
    account.person.enrolments.update(state="left")
    assert speaking.hold(account.person, brand) == 1
    pausing.pause(scope=SITE, actor=None)
    pausing.resume(scope=SITE, actor=None)
    account.person.enrolments.update(state="active")
    dispatching.wake_held()
    assert (run(friday).state, sends(judge, account)) == ("held", 0)
    assert friday.next_due_at == friday.due_at
    overdue(friday, due_at=now() - timedelta(seconds=1), next_due_at=now() - timedelta(seconds=1))
    dispatching.wake_held()
    assert (run(friday).state, friday.reason, friday.trouble) == ("published", "", "")


def test_a_claim_looks_at_the_time_itself(friday: Delivery, account: Account, judge: Network) -> None:
    overdue(friday, next_due_at=DbNow())
    assert (run(friday).state, sends(judge, account)) == ("scheduled", 0)


def test_a_part_that_has_a_time_of_its_own_waits_for_it(account: Account, judge: Network) -> None:
    soon, later = (outbox.When(at=now() + timedelta(days=days), exact=True) for days in (0, 2))
    user: Any = account.person.user
    parts = [outbox.Words("one"), outbox.Words("two")]
    first, second = outbox.enqueue_thread(parts=parts, account=account, actor=user, when=soon)
    outbox.reschedule(delivery=second, when=later, actor=user)
    assert run(first).state == "published"
    second.refresh_from_db()
    assert (second.next_due_at, run(second).state) == (later.at, "scheduled")


def test_what_is_moved_alarms_again_when_it_is_stuck_again(account: Account, say: Say, judge: Network) -> None:
    delivery = say(account)
    late: dict[str, Any] = {"due_at": now() - timedelta(minutes=6), "next_due_at": now()}
    overdue(delivery, **late)
    assert [watching.watch(), watching.watch()] == [1, 0]
    when = outbox.When(at=now() + timedelta(days=7), exact=True)
    outbox.reschedule(delivery=delivery, when=when, actor=account.person.user)  # type: ignore[arg-type]
    overdue(delivery, **late)
    assert watching.watch() == 1


def test_the_same_words_wait_for_no_row_that_goes_out_while_they_are_written(
    account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, save = say(account), Delivery.save

    def save_late(self: Delivery, *args: Any, **words: Any) -> None:
        run(first)  # between what was read and what is written
        save(self, *args, **words)

    monkeypatch.setattr(Delivery, "save", save_late)
    with pytest.raises(outbox.SaidAlready):
        say(account)
    assert (Delivery.objects.count(), sends(judge, account)) == (1, 1)


def test_where_a_network_is_gone_the_author_is_told_and_not_the_log_alone(
    account: Account, say: Say, judge: Network, settings: Any
) -> None:
    delivery = say(account)
    settings.PUBLISHERS = {}
    assert (run(delivery).state, delivery.reason) == ("held", "network")
    letters.tell_due()
    assert "nothing can be sent to this network" in mail.outbox[0].body


def test_a_wish_to_delete_ends_after_a_day_where_the_network_is_gone(
    account: Account, say: Say, judge: Network, settings: Any
) -> None:
    delivery = run(say(account))
    aftercare.delete_published(delivery=delivery, actor=account.person.user)  # type: ignore[arg-type]
    settings.PUBLISHERS = {}
    aftercare.carry_out(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.wish, "cannot be reached" in delivery.trouble) == ("delete", True)
    delivery.attempts.filter(outcome="asked").update(at=now() - timedelta(days=1, seconds=1))
    overdue(delivery, next_due_at=DbNow())
    aftercare.carry_out(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.wish, delivery.reason) == ("", Delivery.UNDELETED)


@pytest.fixture
def edited(account: Account, say: Say, judge: Network, monkeypatch: pytest.MonkeyPatch) -> tuple[Delivery, Post]:
    """Return a delivery whose worker was killed before it kept the post, which a sync brought since, edited."""
    with monkeypatch.context() as killed:
        killed.setattr("people.publishing.sending.storing.store_quietly", lambda pk: None)
        delivery = run(say(account))
    assert delivery.remote_id is not None
    newer = PostRecord(
        remote_id=f"{delivery.remote_id}9",
        author_id=account.remote_id or "",
        published_at=now(),
        text="Good morning, put right.",
        edit_history=(delivery.remote_id, f"{delivery.remote_id}9"),
    )
    return delivery, Post.objects.create(account=account, person=account.person, fetched_at=now(), **columns(newer))


def test_a_post_that_was_edited_there_before_it_was_kept_here_stays_one(edited: tuple[Delivery, Post]) -> None:
    delivery, kept = edited
    storing.store(delivery.pk)
    delivery.refresh_from_db()
    assert (list(Post.objects.values_list("text", flat=True)), delivery.post_id) == ([kept.text], kept.pk)


def test_deleting_it_takes_the_edited_one_from_the_pages_too(edited: tuple[Delivery, Post]) -> None:
    delivery, kept = edited
    user: Any = delivery.account.person.user
    aftercare.delete_published(delivery=delivery, actor=user)
    kept.refresh_from_db()
    assert kept.quiet_at is not None
    aftercare.carry_out(delivery.pk)
    assert not Post.objects.exists()


def test_of_two_changes_the_later_one_stays_to_be_carried_out(
    account: Account, say: Say, judge: Network, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind_k = make_account(account.person, network="fakeK", handle="ingrid")
    delivery, user = run(say(kind_k)), account.person.user
    aftercare.edit_published(delivery=delivery, words=outbox.Words("two"), actor=user)  # type: ignore[arg-type]
    edit = FakeK.edit

    def meanwhile(*args: Any) -> Published:
        aftercare.edit_published(delivery=delivery, words=outbox.Words("three"), actor=user)  # type: ignore[arg-type]
        return edit(*args)

    with monkeypatch.context() as slow:
        slow.setattr(FakeK, "edit", meanwhile)
        aftercare.carry_out(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.wish, delivery.payload["text"]) == ("edit", "two")
    aftercare.carry_out(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.wish, delivery.payload["text"]) == ("", "three")
