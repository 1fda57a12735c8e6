"""The epoch tells a restored database from the one that ran last: a number that goes up with each tick of the
dispatcher, with a copy outside the database. Where the database is behind the copy, nothing is sent until a person
releases it, and what may have gone out since is read back first.
"""

import logging
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from advocacy.audit import record
from people.models import Delivery, Epoch, User
from people.publishing.clock import DbNow, after
from people.publishing.moves import FREE, TOLD_ANEW, in_order, move_all

logger = logging.getLogger(__name__)
UNREADABLE = 2**63  # more than any database says: it agrees with none
TICKS = 3  # by which the copy may be behind: a backup made meanwhile would not be known for one
RESTORED = "restored"
HELD_WORDS = "the database of this site was restored from a backup, which may not know what you did since"
WORDS = "publishing stands still until whoever runs this site lets it go on"


def path() -> Path:
    """Return where the copy lies: on the disk that web and workers share, not in what a dump restores."""
    return Path(settings.DATA_DIR) / "publishing-epoch"


def copy() -> int | None:
    """Return the number outside the database, None for none, UNREADABLE where nobody can say.

    Read it before the transaction that asks `agrees`.
    """
    try:
        return int(path().read_text())
    except (FileNotFoundError, ValueError):
        return None
    except OSError:
        logger.exception("the copy of the epoch cannot be read, and nothing is sent")
        return UNREADABLE


def agrees(copied: int | None) -> bool:
    """Return whether this database is at least as new as the copy; one that never ran has neither."""
    return _agree(Epoch.objects.filter(pk=1).values_list("number", flat=True).first() or 0, copied)


def _agree(number: int, copied: int | None) -> bool:
    return number == 0 if copied is None else number >= copied


def goes(copied: int | None) -> bool:
    """Return whether publishing may go on, in one question: no copy that is ahead, or far behind, guards it."""
    number, since = Epoch.objects.filter(pk=1).values_list("number", "stopped_at").first() or (0, None)
    return since is None and _agree(number, copied) and number - (copied or 0) <= TICKS


def unguarded() -> str:
    """Return which copy nobody can read, or write any longer, so that nothing is sent; "" for none."""
    copied = copy()
    if copied == UNREADABLE:
        return "unreadable"
    return "" if copied is None or goes(copied) or stopped() or not agrees(copied) else str(copied)


def stopped() -> bool:
    """Return whether publishing stands still until a person releases it."""
    return Epoch.objects.filter(pk=1, stopped_at__isnull=False).exists()


def raise_it() -> bool:
    """Raise the number in the database, then its copy; stop publishing instead where they disagree.

    Return whether publishing may go on. It rests, too, as long as the copy cannot be read or written.
    """
    copied = copy()
    Epoch.objects.get_or_create(pk=1)
    if stopped() or copied == UNREADABLE:
        return False
    if not agrees(copied):
        stop()
        return False
    Epoch.objects.filter(pk=1).update(number=F("number") + 1, raised_at=DbNow())
    try:
        _write(Epoch.objects.values_list("number", flat=True).get(pk=1))
    except OSError:
        logger.exception("the copy of the epoch cannot be written, and nothing is sent: look at the disk of DATA_DIR")
        return False
    return True


def stop() -> None:
    """Stop publishing; what was due since this database was last alive may have gone out: it is read back first.

    What is planned for later may have been called off, changed, or moved to an earlier time and sent: it is held until
    its author says that it is still wanted (outbox.go_on).
    """
    with transaction.atomic():
        if not Epoch.objects.filter(pk=1, stopped_at=None).update(stopped_at=DbNow()):
            return
        waits = (Delivery.State.SCHEDULED, Delivery.State.CLAIMED, Delivery.State.HELD)
        in_order(Delivery.objects.filter(state__in=waits))  # all at once: whoever calls off a thread goes part by part
        due = Q(due_at__lte=DbNow())
        for state in waits:
            move_all(
                due,
                come_from=state,
                to=Delivery.State.UNKNOWN,
                ambiguous=True,
                reason=RESTORED,
                trouble="it may have gone out before the database was restored",
                first_sent_at=Coalesce("first_sent_at", "due_at"),
                next_due_at=DbNow(),
                **FREE,
            )
        for state in waits:
            move_all(
                ~due,
                come_from=state,
                to=Delivery.State.HELD,
                reason=RESTORED,
                trouble=HELD_WORDS,
                next_due_at=F("late_after") + timedelta(seconds=1),  # then it is too late, and its author is told
                **FREE,
                **TOLD_ANEW,
            )
        record("publishing.stopped", actor=None, label="dispatcher", subject="site")
    logger.error("publishing stands still: this database is older than the last one that ran here (manage.py release)")


def release(*, actor: User | None, label: str = "") -> bool:
    """Let publishing go on in this database; return whether it stood still.

    Raises OSError where the copy can be neither read nor written: nothing would guard what goes out.
    """
    copied = copy()
    if copied == UNREADABLE:
        raise OSError(f"{path()} cannot be read: put its disk right first")
    with transaction.atomic():
        Epoch.objects.get_or_create(pk=1)
        if not agrees(copied):  # no dispatcher has seen it yet
            stop()
        row = Epoch.objects.get(pk=1)
        stood = row.stopped_at is not None
        Epoch.objects.filter(pk=1).update(
            number=max(row.number, copied or 0) + 1, raised_at=DbNow(), stopped_at=None, owner=None, lease_until=None
        )
        record("publishing.released", actor=actor, label=label, subject="site")
    _write(Epoch.objects.values_list("number", flat=True).get(pk=1))
    return stood


def stopped_since() -> datetime | None:
    """Return since when publishing stands still, None while it runs."""
    return Epoch.objects.filter(pk=1).values_list("stopped_at", flat=True).first()


def _write(number: int) -> None:
    """Write the copy whole or not at all. It may be behind for a moment, never before the database."""
    with tempfile.NamedTemporaryFile("w", dir=path().parent, suffix=".part", delete=False) as part:
        part.write(str(number))
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(path())


def my_turn(owner: UUID) -> bool:
    """Take the dispatcher's lease; return False while somebody else has it."""
    Epoch.objects.get_or_create(pk=1)
    free = Epoch.objects.filter(Q(lease_until=None) | Q(lease_until__lte=DbNow()), pk=1)
    return bool(free.update(owner=owner, lease_until=after("dispatcher")))


def end_turn(owner: UUID) -> None:
    """Give the dispatcher's lease back."""
    Epoch.objects.filter(pk=1, owner=owner).update(owner=None, lease_until=None)
