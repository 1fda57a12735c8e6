"""A restored database: it may not know what people did since the backup, so each post waits for its author's word."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client

from people.models import Account, Delivery, Epoch, Person
from people.publishing import dispatching, epoch, letters, outbox, pausing, zones
from people.publishing.clock import DbNow, now
from tests.brands.pages import words
from tests.factories import make_account, make_person, make_user
from tests.faults.network import Network
from tests.people.publishing.conftest import out, overdue, run, sends

pytestmark = pytest.mark.django_db
Say = Callable[..., Delivery]
DAYS = timedelta(days=5)


def _later(days: timedelta = DAYS) -> outbox.When:
    return outbox.When(at=now() + days, exact=True)


def _restore(*rows: dict[str, Any]) -> None:
    """Let the database be as it was when these rows were read."""
    for row in rows:
        Delivery.objects.filter(pk=row["id"]).update(**row)
    Epoch.objects.update(number=1)
    epoch.path().write_text("9")


def _dump(delivery: Delivery) -> dict[str, Any]:
    dispatching.tick(lambda pk: None)
    row: dict[str, Any] = Delivery.objects.filter(pk=delivery.pk).values().get()
    return row


def _due(delivery: Delivery) -> Delivery:
    """Let its time come."""
    overdue(delivery, due_at=now(), late_after=now() + timedelta(hours=1), next_due_at=DbNow())
    dispatching.wake_held()
    return run(delivery)


@pytest.fixture
def held(account: Account, say: Say, judge: Network) -> Delivery:
    """A post of in five days, restored and released."""
    delivery = say(account, when=_later())
    _restore(_dump(delivery))
    dispatching.tick(lambda pk: None)
    epoch.release(actor=None, label="operator")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("held", "restored")
    return delivery


@pytest.mark.parametrize("seen_by_a_dispatcher", [True, False])
def test_what_was_called_off_after_the_backup_does_not_go_out(
    seen_by_a_dispatcher: bool, account: Account, say: Say, judge: Network, writer: Person
) -> None:
    delivery = say(account, when=_later())
    row = _dump(delivery)
    outbox.cancel(delivery=delivery, actor=writer.user)
    _restore(row)
    if seen_by_a_dispatcher:
        dispatching.tick(lambda pk: None)
    assert epoch.release(actor=None, label="operator")
    assert (_due(delivery).state, sends(judge, account)) == ("held", 0)
    overdue(delivery, late_after=now() - timedelta(seconds=1))
    dispatching.wake_held()
    overdue(delivery, next_due_at=DbNow())
    dispatching.wake_held()
    assert (run(delivery).state, sends(judge, account)) == ("missed", 0)


def test_what_was_moved_to_an_earlier_time_and_went_out_does_not_go_out_again(
    account: Account, say: Say, judge: Network, writer: Person
) -> None:
    delivery = say(account, when=_later())
    row = _dump(delivery)
    outbox.reschedule(delivery=delivery, when=outbox.When(at=now(), exact=True), actor=writer.user)
    assert run(delivery).state == "published"
    _restore(row)
    epoch.release(actor=None, label="operator")
    assert (_due(delivery).state, len(out(judge, account))) == ("held", 1)


@pytest.mark.parametrize("kind", ["P", "K", "N"])
def test_what_went_out_after_the_backup_and_is_not_found_is_asked_about(
    kind: str, writer: Person, say: Say, judge: Network, settings: Any
) -> None:
    settings.PUBLISH_AUTO = ["fakeN"]
    account = make_account(writer, network=f"fake{kind}")
    delivery = say(account)
    row = _dump(delivery)
    assert run(delivery).state == "published"
    for post in judge.room(f"acct-{account.pk}").posts:
        post.text, post.key = "put in other words there", ""
    _restore({**row, "post_id": None})
    epoch.release(actor=None, label="operator")
    for _ in range(3):
        run(delivery)
    assert (delivery.state, sends(judge, account)) == ("needs_human", 1)


def test_its_author_says_that_it_is_still_wanted_and_it_goes_out_as_planned(
    held: Delivery, writer: Person, judge: Network, settings: Any
) -> None:
    settings.PUBLISHING_SECONDS = {**settings.PUBLISHING_SECONDS, "jitter": 180}
    overdue(held, exact=False)
    held.refresh_from_db()
    with pytest.raises(PermissionDenied):
        outbox.go_on(delivery=held, actor=make_user())
    outbox.go_on(delivery=held, actor=writer.user)
    assert (held.state, held.reason, held.trouble) == ("scheduled", "", "")
    assert held.next_due_at is not None
    assert timedelta() <= held.next_due_at - held.due_at < timedelta(seconds=180)
    assert (_due(held).state, sends(judge, held.account)) == ("published", 1)
    with pytest.raises(outbox.TooLate):
        outbox.go_on(delivery=held, actor=writer.user)


@pytest.mark.parametrize("how", ["moved", "changed"])
def test_who_moves_or_changes_it_wants_it(how: str, held: Delivery, writer: Person, judge: Network) -> None:
    if how == "moved":
        outbox.reschedule(delivery=held, when=_later(), actor=writer.user)
    else:
        outbox.edit(delivery=held, words=outbox.Words("other words"), actor=writer.user)
    held.refresh_from_db()
    assert (held.state, held.next_due_at) == ("scheduled", held.due_at)
    assert _due(held).state == "published"


def test_a_thread_goes_on_with_its_first_part(account: Account, writer: Person, judge: Network) -> None:
    parts = [outbox.Words("one"), outbox.Words("two")]
    one, two = outbox.enqueue_thread(parts=parts, account=account, actor=writer.user, when=_later())
    _restore(_dump(one))
    epoch.release(actor=None, label="operator")
    outbox.go_on(delivery=Delivery.objects.get(pk=one.pk), actor=writer.user)
    assert [_due(one).state, _due(two).state, out(judge, account)] == ["published", "published", ["one", "two"]]


def test_neither_a_pause_that_ends_nor_a_zone_that_changes_nor_a_second_look_lets_it_go(
    held: Delivery, account: Account, judge: Network
) -> None:
    pausing.pause(scope="person", subject=str(account.person_id), actor=None, label="operator")
    pausing.resume(scope="person", subject=str(account.person_id), actor=None, label="operator")
    zones.follow_zones()
    epoch.stop()
    assert (_due(held).state, held.reason) == ("held", "restored")  # also while it stands still
    epoch.release(actor=None, label="operator")
    assert (_due(held).state, held.reason, sends(judge, account)) == ("held", "restored", 0)


def test_its_author_is_asked_by_letter_once_and_the_desk_has_the_button(
    held: Delivery, writer: Person, judge: Network, say: Say
) -> None:
    assert [letters.tell_due(), letters.tell_due()] == [1, 0]
    (letter,) = mail.outbox
    assert letter.subject == "Shall your post on fakeN still go out?"
    assert "It goes out only if you say so" in letter.body
    browser, stranger = Client(), Client()
    assert writer.user
    browser.force_login(writer.user)
    stranger.force_login(make_person("Otto", user=make_user()).user)
    page, answer = f"/desk/outgoing/{held.pk}/", f"/desk/outgoing/{held.pk}/answer/"
    assert "Let it go out as planned" in words(browser.get(page).content.decode())
    assert stranger.post(answer, {"answer": "wanted"}).status_code == 404
    said = browser.post(answer, {"answer": "wanted"}, follow=True).content.decode()
    assert "It goes out as planned." in words(said)
    assert "Let it go out as planned" not in words(said)
    held.refresh_from_db()
    assert held.state == "scheduled"
    assert "It waits for no answer" in words(browser.post(answer, {"answer": "wanted"}, follow=True).content.decode())
