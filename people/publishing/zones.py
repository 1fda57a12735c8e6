"""Rules of time zones change, often with little notice: what is planned on a wall clock goes with them.

What the person said (the time on the wall, and the zone) stays; the moment is worked out anew with the rules of the
time zone database that this process was started with.
"""

import logging
from datetime import timedelta

from people.models import Delivery
from people.publishing.clock import DbNow
from people.publishing.moves import State
from people.writing import walltimes

logger = logging.getLogger(__name__)
WAITING = (State.SCHEDULED, State.HELD)


def follow_zones() -> int:
    """Move what waits for a time on the wall that is another moment by now; return how many. Harmless when repeated."""
    planned = Delivery.objects.filter(state__in=WAITING, attempt_count=0, due_at__gt=DbNow()).exclude(wall_time="")
    moved = 0
    for row in planned.only("state", "wall_time", "zone", "due_at", "late_after", "next_due_at").iterator(500):
        try:
            shift = walltimes.resolve(row.wall_time, row.zone).at - row.due_at
        except walltimes.Unclear:  # the zone is gone from the database: its last known moment holds
            continue
        if shift:
            moved += _shift(row, shift)
    if moved:
        logger.info("%s deliveries moved, as the rules of their time zones changed", moved)
    return moved


def _shift(row: Delivery, shift: timedelta) -> int:
    """Move one row, unless somebody changed it since it was read."""
    looked_at = row.next_due_at + shift if row.next_due_at and row.state == State.SCHEDULED else row.next_due_at
    same = Delivery.objects.filter(pk=row.pk, state=row.state, due_at=row.due_at, next_due_at=row.next_due_at)
    return same.update(due_at=row.due_at + shift, late_after=row.late_after + shift, next_due_at=looked_at)
