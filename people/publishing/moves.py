"""The only module that writes a delivery's state: each move is declared, and a compare-and-swap."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from people.models import Attempt, Delivery
from people.publishing.clock import DbNow

State = Delivery.State
LONGEST_WORDS = 300
# what no holder holds any longer
FREE: dict[str, Any] = {"owner": None, "lease_until": None}
# the next look at what may go out: at once, but never before its time
WHEN_DUE = Case(When(due_at__gt=DbNow(), then=F("due_at")), default=DbNow())
# what was asked is no longer the question: the next one gets a letter of its own
ASKED_ANEW: dict[str, Any] = {
    "told": Case(When(told__startswith=f"{State.NEEDS_HUMAN}:", then=Value("")), default=F("told")),
    "tell_after": None,
}
# whatever it was that its author was told of, what comes next is told anew
TOLD_ANEW: dict[str, Any] = {
    "told": Case(When(told=Delivery.ENDING, then=F("told")), default=Value("")),
    "tell_after": None,
}


def move(
    pk: int,
    *,
    come_from: Collection[State],
    to: State,
    held_by: UUID | None = None,
    where: Q | None = None,
    **fields: Any,
) -> bool:
    """Move one delivery if it is in one of these states (and held by that run); return whether it was.

    fields are written in the same statement. Raises ValueError for a move that MOVES does not declare.
    """
    for state in come_from:
        _declared(state, to)
    rows = Delivery.objects.filter(where or Q(), pk=pk, state__in=come_from)
    if held_by is not None:
        rows = rows.filter(owner=held_by)
    if "trouble" in fields:
        fields["trouble"] = fields["trouble"][:LONGEST_WORDS]
    fields.setdefault("rung_at", None)  # what comes next gets its own message
    return bool(rows.update(state=to, state_changed_at=DbNow(), **fields))


def move_all(rows_where: Q, *, come_from: State, to: State, **fields: Any) -> int:
    """Move every delivery of which this is true; return how many."""
    _declared(come_from, to)
    with transaction.atomic():
        rows = Delivery.objects.filter(rows_where, state=come_from)
        return rows.filter(pk__in=in_order(rows)).update(state=to, state_changed_at=DbNow(), rung_at=None, **fields)


def in_order(rows: "QuerySet[Delivery]") -> list[int]:
    """Lock rows for this transaction, by their ids; return those: whoever changes several waits in no circle then."""
    return list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))


def note(pk: int, *, run: UUID | None, act: Attempt.Act, outcome: str, words: str = "") -> None:
    """Add a line to the history of a delivery."""
    Attempt.objects.create(delivery_id=pk, run=run, act=act, outcome=outcome, words=words[:LONGEST_WORDS])


def _declared(state: State, to: State) -> None:
    proof = to == State.PUBLISHED != state
    if not proof and to not in Delivery.MOVES[state]:
        raise ValueError(f"a delivery never goes from {state} to {to}")
