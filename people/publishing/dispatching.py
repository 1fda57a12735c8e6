"""The dispatcher: from the database alone it finds what is due, and sends hints. Losing all of them costs a minute."""

from collections.abc import Callable
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q

from people.models import Delivery
from people.publishing import epoch
from people.publishing.clock import DbNow, seconds
from people.publishing.moves import FREE, WHEN_DUE, State, in_order, move_all

MOST = 1_000  # hints of one tick


def tick(ring: Callable[[int], object], *, ring_first: Callable[[int], object] | None = None) -> int:
    """Reap what was abandoned and call `ring` with the id of each delivery that is due; return how many.

    ring_first: called instead for what was sent already: its end must not wait behind all that is still to be sent.
    Only one dispatcher works at a time; the others return 0.
    """
    me = uuid4()
    if not epoch.my_turn(me):
        return 0
    try:
        going = epoch.raise_it()
        reap()
        wake_held()
        ids = hints(going=going)
    finally:
        epoch.end_turn(me)
    sent = set(Delivery.objects.filter(pk__in=ids).exclude(state=State.SCHEDULED).values_list("pk", flat=True))
    for pk in ids:
        (ring_first or ring if pk in sent else ring)(pk)
    return len(ids)


def reap(pk: int | None = None) -> None:
    """Take back what a run left behind: without its mark nothing was sent; with it nobody knows."""
    mine = Q(next_due_at__lte=DbNow())  # true wherever the lease is over, and has an index
    if pk is not None:
        mine &= Q(pk=pk)
    move_all(
        mine & Q(lease_until__lte=DbNow()),
        come_from=State.CLAIMED,
        to=State.SCHEDULED,
        next_due_at=DbNow(),
        **FREE,
    )
    move_all(
        mine & Q(lease_until__lte=DbNow() - seconds("quiet")),
        come_from=State.SENDING,
        to=State.UNKNOWN,
        ambiguous=True,
        reads=0,
        reason="unsure",
        trouble="sending it was cut off",
        next_due_at=DbNow(),
        **FREE,
    )


def wake_held() -> int:
    """Let held deliveries be claimed again, now and then: the claim says whether what held them is gone."""
    return move_all(Q(next_due_at__lte=DbNow()), come_from=State.HELD, to=State.SCHEDULED, next_due_at=WHEN_DUE)


def hints(*, going: bool = True) -> list[int]:
    """Return what is due and was not rung for lately, and note that it is rung for; while stopped nothing to send."""
    sent = Q(state__in=(State.UNKNOWN, State.PUBLISHED))
    unsent = Q(state=State.SCHEDULED) if going else Q(state=State.SCHEDULED, late_after__lt=DbNow())
    quiet = Q(rung_at=None) | Q(rung_at__lte=DbNow() - seconds("again"))
    due = Delivery.objects.filter(sent | unsent, quiet, next_due_at__lte=DbNow())
    ids = list(due.order_by(F("next_due_at")).values_list("pk", flat=True)[:MOST])
    with transaction.atomic():
        Delivery.objects.filter(pk__in=in_order(Delivery.objects.filter(pk__in=ids))).update(rung_at=DbNow())
    return ids
