"""What a person does with what is to go out: schedule, take back, move, change, cancel. No network is called here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q
from django.db.models import When as CaseWhen

from advocacy.audit import record
from people.models import Account, Delivery, Draft, User
from people.networks.publishers import can_publish, price, publisher_for
from people.publishing import budget, checks
from people.publishing.clock import DbNow, now, seconds
from people.publishing.epoch import RESTORED
from people.publishing.moves import FREE, TOLD_ANEW, State, move
from people.publishing.wording import payload_hash, text_hash
from people.writing import walltimes

MOST_PICTURES = 4
SAME_WORDS = timedelta(hours=24)  # a network that refuses the same words does so for about a day
UNSENT = (State.SCHEDULED, State.CLAIMED, State.HELD)
UNDOUBTED = Q(ambiguous=False)  # no send of it may have been taken


class SaidAlready(ValueError):
    """The same words wait for this account already, or went out there within a day."""


class TooLate(ValueError):
    """It is being sent at this moment, or was: ask again in some minutes."""


@dataclass(frozen=True, slots=True)
class Words:
    """What goes out on one account: text, its language (BCP 47 or ""), pictures as (stem, alt)."""

    text: str
    lang: str = ""
    pictures: tuple[tuple[str, str], ...] = ()

    def payload(self) -> dict[str, Any]:
        """Return them as the row keeps them. Raises ValueError where there is nothing to send, or too much."""
        if not self.text.strip() and not self.pictures:
            raise ValueError("write something first")
        if len(self.pictures) > MOST_PICTURES:
            raise ValueError(f"at most {MOST_PICTURES} pictures")
        pictures = [{"stem": stem, "alt": alt} for stem, alt in self.pictures]
        return {"text": self.text, "lang": self.lang, "pictures": pictures}

    def price(self, network: str) -> int:
        """Return what they cost at a network, in 1/1000 USD."""
        return price(network, self.text, (alt for _, alt in self.pictures))


@dataclass(frozen=True, slots=True)
class When:
    """A moment (aware), or a wall time in a zone; exact: at that second, not spread over some minutes."""

    at: datetime | None = None
    wall_time: str = ""
    zone: str = ""
    exact: bool = False

    def due_at(self) -> datetime:
        """Return the moment in UTC. Raises ValueError for a zone or a time that does not exist."""
        if self.wall_time:
            return walltimes.resolve(self.wall_time, self.zone).at
        if self.at is None or self.at.tzinfo is None:
            raise ValueError("a time with a zone is needed")
        return self.at


def enqueue_delivery(
    *,
    account: Account,
    words: Words,
    actor: User,
    when: When | None = None,
    draft: Draft | None = None,
    speaks_for: int | None = None,
    shows: Mapping[str, bool] | None = None,
    parent: Delivery | None = None,
) -> Delivery:
    """Let words go out once on an account: at a time, or now, which leaves settings' `hold` seconds to take it back.

    shows: on which brands' pages it shall stand or not, where its author said so (Delivery.shows).
    Raises PermissionDenied, SaidAlready, checks.NotLikeThis, ValueError.
    """
    _own(account.person.user_id, actor)
    if not can_publish(account.network):
        raise ValueError("nothing can be sent to this network from here")
    payload, moment = words.payload(), now()
    due = when.due_at() if when else moment + seconds("hold")
    delivery = Delivery(
        account=account,
        person_id=account.person_id,
        draft=draft,
        parent=parent,
        threaded=parent is not None,
        speaks_for=speaks_for,
        shows=dict(shows or {}),
        state_changed_at=moment,
        mills=words.price(account.network),
        **content_of(payload),
        **_times(when, due, account.pk),
    )
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
            _not_said(delivery, due)  # after it: while it waited for a row of the same words, that may have gone out
            checks.scheduling(delivery)
            _note("delivery.scheduled", delivery, actor, due_at=due.isoformat())
    except IntegrityError:
        raise SaidAlready("the same words wait for this account already") from None
    return delivery


def enqueue_thread(*, parts: Sequence[Words], **arguments: Any) -> list[Delivery]:
    """Let several parts go out one under the other; takes what `enqueue_delivery` takes. All or none is scheduled."""
    made: list[Delivery] = []
    with transaction.atomic():
        for words in parts:
            parent = made[-1] if made else None
            made.append(enqueue_delivery(words=words, parent=parent, **arguments))
    return made


def cancel(*, delivery: Delivery, actor: User) -> None:
    """Let it not go out, nor the parts of a thread after it. Once this returns, nothing is sent. Raises TooLate."""
    _call_off(delivery, actor, "delivery.cancelled")


def take_back(*, delivery: Delivery, actor: User) -> Draft | None:
    """Take back what was to go out now; return the draft that it came from. Raises TooLate."""
    _call_off(delivery, actor, "delivery.taken_back")
    if delivery.draft is not None:  # what was said last of its pages goes back with the words
        Draft.objects.filter(pk=delivery.draft.pk).update(shows=delivery.shows)
        delivery.draft.shows = delivery.shows
    return delivery.draft


def reschedule(*, delivery: Delivery, when: When, actor: User) -> None:
    """Let it go out at another time, with the parts of its thread. Raises TooLate, SaidAlready, ValueError."""
    _own(delivery.person.user_id, actor)
    due = when.due_at()
    with transaction.atomic():
        _unsent(delivery, State.SCHEDULED, Q(), reason="", trouble="", **_times(when, due, delivery.account_id))
        _not_said(delivery, due)
        _note("delivery.rescheduled", delivery, actor, due_at=due.isoformat())
        for part in Delivery.objects.filter(parent=delivery, state__in=UNSENT).select_related("person"):
            reschedule(delivery=part, when=when, actor=actor)


def show(*, delivery: Delivery, shows: Mapping[str, bool], actor: User) -> None:
    """Say on which brands' pages it shall stand or not, with the parts of its thread after it.

    Raises TooLate once a run has it, or where an earlier send of it may be out.
    """
    _own(delivery.person.user_id, actor)
    with transaction.atomic():
        waits = Delivery.objects.filter(pk=delivery.pk, state__in=(State.SCHEDULED, State.HELD), ambiguous=False)
        if not waits.update(shows=dict(shows)):
            raise TooLate("it is going out already")
        delivery.refresh_from_db()
        _note("delivery.pages_chosen", delivery, actor, shows=dict(shows))
        for part in Delivery.objects.filter(parent=delivery, state__in=UNSENT).select_related("person"):
            show(delivery=part, shows=shows, actor=actor)


def edit(*, delivery: Delivery, words: Words, actor: User) -> None:
    """Let other words go out instead, as long as no send of it has begun. Raises TooLate, SaidAlready, ValueError."""
    _own(delivery.person.user_id, actor)
    content = content_of(words.payload())
    try:
        with transaction.atomic():
            fresh: dict[str, Any] = {"key": "", "rkey": "", "record": None, "media": []}
            fresh["mills"] = words.price(delivery.account.network)
            # a run that prepares it loses it: what is due then is the row, not the end of that run's lease
            held = CaseWhen(reason=RESTORED, then=F("due_at"))  # who changes it wants it
            due = Case(CaseWhen(state=State.CLAIMED, then=DbNow()), held, default=F("next_due_at"))
            fresh |= {"reason": "", "trouble": "", "next_due_at": due}
            _unsent(delivery, State.SCHEDULED, Q(attempt_count=0), **content, **fresh)
            _not_said(delivery, delivery.due_at)
            checks.scheduling(delivery)
            _note("delivery.edited", delivery, actor)
    except IntegrityError:
        raise SaidAlready("the same words wait for this account already") from None


def go_on(*, delivery: Delivery, actor: User) -> None:
    """Let what a restored database held go out as planned, with the parts of its thread. Raises TooLate."""
    _own(delivery.person.user_id, actor)
    planned = When(at=delivery.due_at, exact=delivery.exact)
    fields = {"next_due_at": _times(planned, delivery.due_at, delivery.account_id)["next_due_at"]}
    with transaction.atomic():
        _unsent(delivery, State.SCHEDULED, Q(state=State.HELD, reason=RESTORED), reason="", trouble="", **fields)
        _note("delivery.still_wanted", delivery, actor, due_at=delivery.due_at.isoformat())
        held = Delivery.objects.filter(parent=delivery, state=State.HELD, reason=RESTORED)
        for part in held.select_related("person"):
            go_on(delivery=part, actor=actor)


def _call_off(delivery: Delivery, actor: User, verb: str) -> None:
    _own(delivery.person.user_id, actor)
    with transaction.atomic():
        _unsent(delivery, State.CANCELLED, Q(), next_due_at=None, reason="", trouble="")
        _note(verb, delivery, actor)
        for part in Delivery.objects.filter(parent=delivery, state__in=UNSENT):
            _call_off(part, actor, verb)


def _unsent(delivery: Delivery, to: Delivery.State, where: Q, **fields: Any) -> None:
    """Move a delivery of which nothing can be out, or raise TooLate; whoever holds it loses it.

    One of which an earlier send may be out waits for its end, though it stands among the scheduled ones.
    """
    list(Delivery.objects.select_for_update(no_key=True).filter(pk=delivery.pk).values_list("pk"))
    budget.give_back(delivery)
    anew = {**FREE, **TOLD_ANEW, "alarmed_at": None}
    if not move(delivery.pk, come_from=UNSENT, to=to, where=where & UNDOUBTED, **anew, **fields):
        raise TooLate("it is being sent at this moment, or went out already")
    delivery.refresh_from_db()


def content_of(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the columns that a payload fills."""
    return {
        "payload": payload,
        "payload_hash": payload_hash(payload),
        "text_hash": text_hash(payload["text"] or payload_hash(payload)),
    }


def _times(when: When | None, due: datetime, account_id: int) -> dict[str, Any]:
    """Return the columns that say when; round times are spread, the same way each time for the same account."""
    exact = when is None or when.exact
    spread = int(seconds("jitter").total_seconds())
    jitter = timedelta(seconds=0 if exact or spread < 1 else (account_id * 2_654_435_761) % (2**32) % spread)
    return {
        "wall_time": when.wall_time if when else "",
        "zone": when.zone if when else "",
        "exact": exact,
        "due_at": due,
        "late_after": due + seconds("late"),
        "next_due_at": due + jitter,
    }


def _not_said(delivery: Delivery, due: datetime) -> None:
    """Raise SaidAlready where the network would refuse the words at that moment, as said less than a day before."""
    if publisher_for(delivery.account.network).kind != "N":
        return
    same = Delivery.objects.filter(account=delivery.account, text_hash=delivery.text_hash, deleted_at=None)
    if same.filter(state=State.PUBLISHED, published_at__gte=max(due, now()) - SAME_WORDS).exists():
        raise SaidAlready("you said exactly this on that account less than a day before: the network would refuse it")


def _own(user_id: int | None, actor: User) -> None:
    if user_id is None or user_id != actor.pk:
        raise PermissionDenied("only the person decides what goes out in their name")


def _note(verb: str, delivery: Delivery, actor: User, **details: object) -> None:
    """Add an audit event: with the hash of the words, never the words."""
    details = {"words": delivery.text_hash, "account": delivery.account_id, **details}
    record(verb, actor=actor, subject=f"delivery:{delivery.pk}", details=details)
