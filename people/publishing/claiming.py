"""Taking a delivery that is due: one transaction in which everything is asked that may stop it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from people.models import Account, Delivery
from people.publishing import budget, checks, epoch
from people.publishing.clock import DbNow, after, now, seconds, unfrozen
from people.publishing.moves import FREE, TOLD_ANEW, move

State = Delivery.State
FOUND_LATER = ("held:reconnect", "held:key")


def claim(pk: int, *, run: UUID) -> Delivery | None:
    """Claim a delivery that is due; return None where it is not, somebody else has it, or a check stops it."""
    copied = epoch.copy()
    with transaction.atomic():
        account = Delivery.objects.filter(pk=pk, state=State.SCHEDULED).values_list("account", flat=True).first()
        if account is None:
            return None
        unfrozen(disk=False)  # budgets and limits are rows that every claim changes; a claim that is lost was not made
        # whoever takes the account away, or one of its slots, comes before or after this claim, not in between
        list(Account.objects.select_for_update(no_key=True).filter(pk=account).values_list("pk"))
        if not move(
            pk,
            come_from=[State.SCHEDULED],
            to=State.CLAIMED,
            where=Q(next_due_at__lte=DbNow(), due_at__lte=DbNow()),  # whatever rang for it: nothing goes out early
            owner=run,
            lease_until=after("lease"),
            next_due_at=after("lease"),
        ):
            return None
        delivery = _whole(pk)
        verdict = checks.first(delivery, copy=copied)
        if verdict is None:
            # what a check held is over, and is told anew if it comes back; what only a run finds out is not over yet
            if delivery.told.startswith("held:") and delivery.told not in FOUND_LATER:
                Delivery.objects.filter(pk=pk, told=delivery.told).update(**TOLD_ANEW)
            return delivery
        put_aside(delivery, verdict, run=run)
    return None


def put_aside(delivery: Delivery, verdict: checks.Verdict, *, run: UUID) -> bool:
    """Let go of a claimed delivery as a check says; what may be out is not called missed, but looked for once more."""
    if verdict.to == State.MISSED and delivery.ambiguous:
        verdict = checks.Verdict(State.UNKNOWN, checks.LAST_LOOK, verdict.words)
    moved = move(
        delivery.pk,
        come_from=[State.CLAIMED],
        to=verdict.to,
        held_by=run,
        reason=verdict.reason,
        trouble=verdict.words,
        next_due_at=_next(delivery, verdict),
        tell_after=None,  # what holds it now is known: see pausing.look_again
        **FREE,
    )
    if moved and verdict.to in {State.HELD, State.MISSED} and not delivery.ambiguous:
        budget.give_back(delivery)
    return moved


def _next(delivery: Delivery, verdict: checks.Verdict) -> datetime | None:
    """Return when the delivery is looked at again: once more just after it is too late, so that it is told in time."""
    if verdict.to in {State.MISSED, State.FAILED, State.NEEDS_HUMAN}:
        return None
    if verdict.to == State.UNKNOWN:
        return now()
    pause = seconds("held" if verdict.to == State.HELD else "again")
    until = verdict.until or now() + pause
    return (
        until if verdict.reason in {"stopped", "parent"} else min(until, max(delivery.late_after, now()) + pause / 60)
    )


def _whole(pk: int) -> Delivery:
    return Delivery.objects.select_related("account", "person__user", "parent__post").get(pk=pk)
