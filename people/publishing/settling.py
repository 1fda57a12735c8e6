"""One verdict for every outcome of a send. What is not certainly "not taken" is looked for at the network first.

That holds for the outcome of a run, too, that was frozen right before its send, and lost its row meanwhile.
"""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from people.models import Account, Attempt, Delivery
from people.networks.errors import NoKey, NotNow, Reconnect, Refused
from people.networks.types import Published
from people.publishing import budget, slots
from people.publishing.checks import Verdict
from people.publishing.clock import DbNow, after, now, seconds
from people.publishing.moves import ASKED_ANEW, FREE, WHEN_DUE, State, in_order, move, note

logger = logging.getLogger(__name__)

SEND = Attempt.Act.SEND
UNSENT: dict[str, Any] = {"attempt_count": F("attempt_count") - 1, "crash_count": 0}
NEVER_SENT: dict[str, Any] = {**UNSENT, "first_sent_at": None}
OPEN = tuple(state for state in State if state not in Delivery.FINAL)
CALLED_OFF = "a part of this site that had hung sent it after you had called it off"


def settle(delivery: Delivery, outcome: Published | Exception, *, run: UUID, account: Account) -> Delivery.State | None:
    """Move a delivery as the outcome of its send says; return where to.

    None: it is no longer this run's, and the outcome says nothing that matters to whoever has it.
    """
    if isinstance(outcome, Published):
        if published(delivery.pk, outcome, run=run, act=SEND):
            return State.PUBLISHED
        outcome = RuntimeError("the network named no post, or one that another delivery has")
    if isinstance(outcome, NotNow):
        slots.told(account, outcome)
        return _back(delivery, outcome, run)
    if isinstance(outcome, Reconnect):
        return _without_token(delivery, outcome, run)
    if isinstance(outcome, Refused):
        return _refused(delivery, outcome, run)
    return _unsure(delivery, str(outcome), run)


def published(pk: int, found: Published, *, run: UUID | None, act: Attempt.Act) -> bool:
    """Note that the post is out, whoever learnt it: a proof moves every delivery that is not final.

    An answer to a send moves a final one too: its run was frozen while the row came to an end without it.
    Return False where the network named no post, or one that is another delivery's.
    """
    if not found.remote_id and not found.gone:
        return False
    fields: dict[str, Any] = {
        "remote_id": found.remote_id or None,
        "published_at": found.published_at or Coalesce("first_sent_at", DbNow()),
        "next_due_at": None if found.gone else DbNow(),  # its post is kept next
        "reason": "",
        "trouble": "",
        "crash_count": 0,
        **({"deleted_at": DbNow()} if found.gone else {}),
        **FREE,
    }
    try:
        with transaction.atomic():
            moved = move(pk, come_from=OPEN, to=State.PUBLISHED, **fields)
            if act == SEND and not moved and not found.gone:
                moved = _out_all_the_same(pk, fields)
            if moved:
                note(pk, run=run, act=act, outcome="gone" if found.gone else "published")
                Delivery.objects.filter(parent=pk, state=State.SCHEDULED).update(next_due_at=WHEN_DUE, rung_at=None)
    except IntegrityError:
        return False
    return moved or Delivery.objects.filter(pk=pk, state=State.PUBLISHED, remote_id=found.remote_id).exists()


def _out_all_the_same(pk: int, fields: dict[str, Any]) -> bool:
    """Note it of a delivery that had ended. What its author called off stands nowhere here, and they are told."""
    unwanted = {**fields, "reason": Delivery.UNDELETED, "trouble": CALLED_OFF}
    late = {**fields, "reason": Delivery.AFTER_ALL}
    moved = move(pk, come_from=(State.FAILED, State.MISSED), to=State.PUBLISHED, **late)
    moved = moved or move(pk, come_from=[State.CANCELLED], to=State.PUBLISHED, **unwanted)
    if moved:
        budget.owe(Delivery.objects.get(pk=pk))  # it costs its price, which was given back as it ended
    return moved


def not_sent(delivery: Delivery, verdict: Verdict, *, run: UUID) -> bool:
    """Put a marked delivery back that this run certainly did not send, as somebody stopped it at the last moment."""
    pause = seconds("held" if verdict.to == State.HELD else "again")
    return _move(
        delivery,
        verdict.to,
        run,
        outcome="stopped",
        words=verdict.words,
        reason=verdict.reason,
        next_due_at=now() + pause,
        **_unsent(delivery),
    )


def not_prepared(delivery: Delivery, failure: Exception, *, run: UUID) -> bool:
    """Let go of a claimed delivery that could not be prepared; nothing was sent."""
    to, reason, until = State.SCHEDULED, "prepare", now() + seconds("again")
    unauthorized = False
    if isinstance(failure, Reconnect) and not delivery.unauthorized:  # as with a send: once more, with a renewed token
        reason, until, unauthorized = "reconnect", now(), True
    elif isinstance(failure, Reconnect):
        to, reason, until = State.HELD, "reconnect", now() + seconds("held")
    elif isinstance(failure, NoKey):  # its owner is told now, not when it is too late
        to, reason, until = State.HELD, "key", now() + seconds("held")
    elif isinstance(failure, NotNow):
        slots.told(delivery.account, failure)
        until = max(until, _in_time(delivery, failure.until))
    elif isinstance(failure, Refused) and not delivery.ambiguous:
        to, reason = State.FAILED, "refused"
    with transaction.atomic():
        moved = move(
            delivery.pk,
            come_from=[State.CLAIMED],
            to=to,
            held_by=run,
            reason=reason,
            trouble=str(failure) if failure.args else type(failure).__name__,
            unauthorized=unauthorized,
            next_due_at=None if to == State.FAILED else until,
            **FREE,
        )
        if moved and to in {State.HELD, State.FAILED} and not delivery.ambiguous:
            budget.give_back(delivery)
    return moved


def _back(delivery: Delivery, failure: NotNow, run: UUID) -> Delivery.State | None:
    """Not taken, and no fault of the words: it waits, without counting as sent."""
    until = max(now() + seconds("again"), _in_time(delivery, failure.until))
    fields = {"unauthorized": False, **_unsent(delivery)}
    moved = _move(
        delivery,
        State.SCHEDULED,
        run,
        outcome="not_now",
        words=str(failure),
        reason="not_now",
        next_due_at=until,
        **fields,
    )
    return State.SCHEDULED if moved else None


def _without_token(delivery: Delivery, failure: Reconnect, run: UUID) -> Delivery.State | None:
    """The first time the token is renewed and it goes again; then its owner must link the account anew."""
    to = State.HELD if delivery.unauthorized else State.SCHEDULED
    moved = _move(
        delivery,
        to,
        run,
        outcome="reconnect",
        words=str(failure),
        reason="reconnect",
        unauthorized=to == State.SCHEDULED,
        next_due_at=DbNow() if to == State.SCHEDULED else after("held"),
        **_unsent(delivery),
    )
    return to if moved else None


def _refused(delivery: Delivery, failure: Refused, run: UUID) -> Delivery.State | None:
    if failure.about == "duplicate":  # what is there already may be ours
        return _unsure(delivery, str(failure), run, candidate=failure.candidate[:100], reason="duplicate")
    if delivery.ambiguous:  # an earlier send may have been taken: look before believing that nothing is out
        return _unsure(delivery, str(failure), run, refused=True)
    moved = _move(
        delivery,
        State.FAILED,
        run,
        outcome="refused",
        words=str(failure),
        reason="refused",
        next_due_at=None,
        crash_count=0,
    )
    return State.FAILED if moved else None


def _unsure(delivery: Delivery, words: str, run: UUID, **fields: Any) -> Delivery.State | None:
    fields = {"reason": "unsure", "ambiguous": True, "crash_count": 0, "reads": 0, **fields}
    moved = _move(delivery, State.UNKNOWN, run, outcome="unsure", words=words, next_due_at=after("quiet"), **fields)
    if moved:
        return State.UNKNOWN
    if fields.get("refused"):  # this one was not taken; whoever has the row knows of the one before
        return None
    return State.UNKNOWN if _unsure_late(delivery, words, run, **fields) else None


def _unsure_late(delivery: Delivery, words: str, run: UUID, **fields: Any) -> bool:
    """Let a row that went on without this run be looked for anew, as what the run sent may be out by now.

    Nothing goes out until that is done: not what its author, who looked before, told to send again, and not what
    another run is preparing, unless that has looked for the last time. What has ended stays so. Return whether it
    moved.
    """
    fields |= {"refused": False, "first_sent_at": Coalesce("first_sent_at", DbNow()), **FREE, **ASKED_ANEW}
    with transaction.atomic():
        if not in_order(Delivery.objects.filter(pk=delivery.pk)):
            return False  # its person was erased
        note(delivery.pk, run=run, act=SEND, outcome="unsure", words=words)
        if move(delivery.pk, come_from=OPEN, to=State.UNKNOWN, trouble=words, next_due_at=after("quiet"), **fields):
            return True
    ended = Delivery.objects.filter(pk=delivery.pk).exclude(state=State.PUBLISHED).values_list("state", flat=True)
    for state in ended:
        logger.warning("delivery %s is %s, and a send of it that came late may be out", delivery.pk, state)
    return False


def _move(delivery: Delivery, to: Delivery.State, run: UUID, *, outcome: str, words: str, **fields: Any) -> bool:
    with transaction.atomic():
        moved = move(delivery.pk, come_from=[State.SENDING], to=to, held_by=run, trouble=words, **{**FREE, **fields})
        if moved:
            if to in {State.HELD, State.FAILED} and not delivery.ambiguous:
                budget.give_back(delivery)
            note(delivery.pk, run=run, act=SEND, outcome=outcome, words=words)
    return moved


def _unsent(delivery: Delivery) -> dict[str, Any]:
    """Return what takes a send back that was not taken; a row that was never sent otherwise is as before its mark."""
    return UNSENT if delivery.ambiguous or delivery.attempt_count else NEVER_SENT


def _in_time(delivery: Delivery, until: datetime) -> datetime:
    """Return `until`, but not later than a moment after it is too late anyway: its owner is told then."""
    return min(until, max(delivery.late_after, now()) + seconds("again") / 60)
