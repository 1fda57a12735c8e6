"""What is asked in the transaction that claims a delivery. Brands register what they have to say (`register`)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from people.models import Account, Delivery
from people.networks.publishers import can_publish, publisher_for
from people.publishing import budget, epoch, pausing, slots
from people.publishing.clock import now, seconds

State = Delivery.State
MOST_CRASHES = 3
LAST_LOOK = "last_look"  # reason of what is looked for once more for the truth, and not sent again whatever is found


class Verdict(NamedTuple):
    """Why a delivery is not sent now: where it goes, a word for code, words for the person, when it is looked at."""

    to: Delivery.State
    reason: str
    words: str
    until: datetime | None = None  # None: by the usual pause


Check = Callable[[Delivery], Verdict | None]
_checks: list[Check] = []
_pauses: list[Check] = []
Refuser = Callable[[Delivery], str]
_refusers: list[Refuser] = []


class NotLikeThis(ValueError):
    """Somebody whom `register_scheduling` let in says that these words cannot wait to go out; the message says why."""


def register_scheduling(refuser: Refuser) -> None:
    """Let somebody have a say when words are scheduled or edited, in that transaction: why not, or ""."""
    if refuser not in _refusers:
        _refusers.append(refuser)


def scheduling(delivery: Delivery) -> None:
    """Ask whether a row that was just written may stay. Raises NotLikeThis, which takes the row back."""
    for refuser in _refusers:
        words = refuser(delivery)
        if words:
            raise NotLikeThis(words)


def register(check: Check, *, before_send: bool = False) -> None:
    """Let somebody have a say. The check runs in the claim's transaction and must not call anybody.

    before_send: it runs once more right before the send, as a pause must (one cheap query then).
    """
    for checks in (_checks, _pauses) if before_send else (_checks,):
        if check not in checks:
            checks.append(check)


def first(delivery: Delivery, *, copy: int | None) -> Verdict | None:
    """Return the first reason not to send, None for none; the last ones take a slot and the price.

    copy: the epoch that lies outside the database, read before this transaction. What all claims write to comes last:
    under load they stand in line for it.
    """
    if delivery.reason == epoch.RESTORED:  # no other check may put another reason in its place
        return _late(delivery) or Verdict(State.HELD, epoch.RESTORED, epoch.HELD_WORDS, delivery.late_after)
    if still := _epoch(copy):
        over = _parent(delivery) or _late(delivery)  # what is too late is told as always
        return over if over and over.to == State.MISSED else still
    for check in (
        _parent,
        _late,
        _key,
        _crashes,
        _network,
        _person,
        _account,
        _paused,
        *_checks,
        not_asked_to_wait,
        budget_left,
        slot_free,
    ):
        verdict = check(delivery)
        if verdict is not None:
            return verdict
    return None


def before_send(delivery: Delivery) -> Verdict | None:
    """Return why a delivery that is marked as being sent must not be: what may have changed since the claim.

    delivery: with its account, person and login as they are now, for pictures may have taken their time since then.
    """
    if epoch.stopped():
        return Verdict(State.SCHEDULED, "stopped", epoch.WORDS)
    for check in (_leaving, _person, _account, _paused, *_pauses):
        verdict = check(delivery)
        if verdict is not None:
            return verdict
    return None


def _epoch(copy: int | None) -> Verdict | None:
    if epoch.goes(copy):
        return None
    return Verdict(State.SCHEDULED, "stopped", epoch.WORDS)


def _parent(delivery: Delivery) -> Verdict | None:
    """A part of a thread waits for the part before it, and may then be as late as that was."""
    if not delivery.threaded:
        return None
    parent = delivery.parent
    if parent is None or parent.state in {State.FAILED, State.MISSED, State.CANCELLED}:
        return Verdict(State.MISSED, "parent", "the part of the thread before this one did not go out")
    if parent.deleted_at:
        return Verdict(State.MISSED, "parent", "the part of the thread before this one was deleted")
    if parent.state != State.PUBLISHED:
        return Verdict(State.SCHEDULED, "parent", "it waits for the part of the thread before it")
    if parent.published_at:
        delivery.late_after = max(delivery.late_after, parent.published_at + seconds("late"))
        Delivery.objects.filter(pk=delivery.pk).update(late_after=delivery.late_after)
    leaving = _leaving(delivery)
    return leaving and (_late(delivery) or leaving)


def _leaving(delivery: Delivery) -> Verdict | None:
    """Nothing is said under what its author wants deleted; once it is deleted, the next claim lets this part go.

    Where the network did not delete it, it stays quiet here, and nothing follows it, until its author shows it again.
    """
    parent = delivery.parent if delivery.threaded else None
    if parent is None:
        return None
    if parent.wish == "delete" or parent.deleted_at:
        return Verdict(State.HELD, "parent", "the part of the thread before this one is being deleted")
    if parent.reason == Delivery.UNDELETED and (parent.post is None or parent.post.quiet_at):
        return Verdict(State.HELD, "parent", "you wanted the part of the thread before this one deleted")
    return None


def _late(delivery: Delivery) -> Verdict | None:
    if now() <= delivery.late_after:
        return None
    why = f"; what kept it: {delivery.trouble}" if delivery.trouble else ""
    again = " again" if delivery.ambiguous else ""
    return Verdict(State.MISSED, "late", f"its time passed before it could be sent{again}{why}")


def key_good(delivery: Delivery) -> bool:
    """Return whether a network of kind K still knows the key of the first send, so that a second is no other post."""
    publisher, first = publisher_for(delivery.account.network), delivery.first_sent_at
    return publisher.kind == "K" and first is not None and now() < first + timedelta(seconds=publisher.key_good)


def _key(delivery: Delivery) -> Verdict | None:
    """What may be out already is not sent under a key that the network has forgotten."""
    network = delivery.account.network
    if not delivery.ambiguous or not can_publish(network) or publisher_for(network).kind != "K" or key_good(delivery):
        return None
    return Verdict(State.UNKNOWN, LAST_LOOK, f"no clear answer came in time ({delivery.trouble})")


def _crashes(delivery: Delivery) -> Verdict | None:
    if delivery.crash_count < MOST_CRASHES:
        return None
    return Verdict(State.NEEDS_HUMAN, "crashes", "sending it failed three times before the network could answer")


def _network(delivery: Delivery) -> Verdict | None:
    if can_publish(delivery.account.network):
        return None
    return Verdict(State.HELD, "network", "nothing can be sent to this network from here at present")


def _person(delivery: Delivery) -> Verdict | None:
    user = delivery.person.user
    if user is not None and user.is_active:
        return None
    return Verdict(State.HELD, "person", "its author cannot sign in here any longer")


def _account(delivery: Delivery) -> Verdict | None:
    if delivery.account.state == Account.State.ACTIVE and delivery.account.person_id == delivery.person_id:
        return None
    return Verdict(State.HELD, "account", f"{delivery.account} is {delivery.account.get_state_display()}")


def _paused(delivery: Delivery) -> Verdict | None:
    words = pausing.holding(delivery)
    return Verdict(State.HELD, "paused", words) if words else None


def budget_left(delivery: Delivery) -> Verdict | None:
    """Take the price out of this month's budgets: the site's, and the brand's where it speaks for one."""
    reached = budget.take(delivery) if delivery.mills else None
    return Verdict(State.HELD, "budget", reached.words) if reached else None


def not_asked_to_wait(delivery: Delivery) -> Verdict | None:
    """Wait as long as the network said that nobody may call."""
    return _wait(slots.known(delivery.account))


def slot_free(delivery: Delivery) -> Verdict | None:
    """Take one call of the account and of the app out of the network's limits."""
    return _wait(slots.take(delivery.account))


def _wait(until: datetime | None) -> Verdict | None:
    if until is None:
        return None
    return Verdict(State.SCHEDULED, "limit", "the network takes no more posts at the moment", until)
