"""Sending letters: claim some, draw one, mark it, hand it over once, settle. Harmless when it runs 0, 1 or n times.

The mark is committed before anything leaves. A letter that was marked and never settled is unsure for good: it may have
arrived, so no machine sends it again.
"""

import logging
import time
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from advocacy import limits
from people.letters import drawing, steps, stopping
from people.letters.mailing import Answer, MailServer, Said
from people.models import Letter
from people.publishing.clock import DbNow, durable

logger = logging.getLogger(__name__)
State = Letter.State
BATCH = 20  # letters that one run holds
HANDS = 4  # runs side by side at most
TRIES = 6  # runs that may hold one: then something about it is wrong
LEASE = timedelta(
    seconds=300
)  # longer than a mail server may take over one letter (mailing.PATIENCE and three answers)
AGAIN = timedelta(minutes=1)  # after a line that broke before anything left
LATER = timedelta(minutes=15)  # after a refusal for now
REST = timedelta(minutes=5)  # for a mail server that took words and gave no answer, or refuses one after the other
REFUSALS = 5  # so many in a row are rather a mistake of ours, or of the server, than of so many fans
SERVER = "letters:server"
FREE: dict[str, object] = {"owner": None, "lease_until": None}


def send_due(*, seconds: float = 50.0) -> int:
    """Send letters that are due until none is, the cap is reached or the time is over; return how many were taken."""
    durable()
    until, taken = time.monotonic() + seconds, 0
    server, going = MailServer(), True
    reap()
    if limits.take(SERVER):
        return 0
    while going and time.monotonic() < until and server.opened():
        me = uuid4()  # another for each batch: what cannot be drawn stays with the former until its lease is over
        held = claim(me)
        steps.reached("l0")
        going = bool(held)
        while held and going:
            going, was_taken = _next(held, me, server, until)
            taken += was_taken
        _put_back(held)
    server.close()
    return taken


def _next(held: list[Letter], me: UUID, server: MailServer, until: float) -> tuple[bool, bool]:
    """Send the first letter that is held; return whether others may follow now, and whether it was taken."""
    if time.monotonic() > until or not server.opened():
        return False, False
    if not limits.count("letters:minute", cap=settings.LETTERS_PER_MINUTE, seconds=60):
        return False, False
    said = _send(held.pop(0), me, server)
    if said is None:
        return True, False
    ended = said.answer == Answer.UNSURE or server.refusals >= REFUSALS
    if ended:
        # a server that takes words and says nothing would make one letter after the other unsure; one that takes none
        # would end one after the other
        limits.park(SERVER, until=timezone.now() + REST)
    return not ended and said.answer != Answer.NOT_REACHED, said.answer == Answer.TAKEN


def hands() -> int:
    """Return how many workers what is due now can keep busy."""
    due = Letter.objects.filter(next_due_at__lte=DbNow()).order_by()[: HANDS * BATCH]
    return -(-due.count() // BATCH)


def claim(me: UUID) -> list[Letter]:
    """Hold the letters that have been due the longest; whoever else reached for them has none of them."""
    due = Letter.objects.filter(state=State.DUE, next_due_at__lte=DbNow())
    ids = list(due.order_by("next_due_at", "pk").values_list("pk", flat=True)[:BATCH])
    lease = DbNow() + LEASE
    due.filter(pk__in=ids).update(
        state=State.CLAIMED, owner=me, lease_until=lease, next_due_at=lease, tries=F("tries") + 1
    )
    held = Letter.objects.filter(state=State.CLAIMED, owner=me)
    return list(held.select_related("fan__user", "telling__person__user", "telling__person__answers").order_by("pk"))


def reap() -> None:
    """Take back what killed workers left: without its mark nothing was sent; with it nobody knows."""
    over = Letter.objects.filter(lease_until__lte=DbNow(), next_due_at__lte=DbNow())
    over.filter(state=State.CLAIMED, tries__lt=TRIES).update(state=State.DUE, next_due_at=DbNow(), **FREE)
    _end(over.filter(state=State.CLAIMED), State.REFUSED, "given up")
    if unsure := _end(over.filter(state=State.SENDING), State.UNSURE, "cut off"):
        logger.warning("%s letters to fans may have arrived or not: a worker was cut off", unsure)
    _end(
        Letter.objects.filter(state=State.DUE, next_due_at__lte=DbNow(), late_after__lte=DbNow()), State.NOTHING, "late"
    )


def _send(letter: Letter, me: UUID, server: MailServer) -> Said | None:
    """Send one letter that is held; None where there is nothing to say, or it is not ours any more."""
    mine = Letter.objects.filter(pk=letter.pk, owner=me)
    try:
        message = drawing.drawn(letter)
    except Exception:
        logger.exception("letter %s cannot be drawn", letter.pk)
        return None  # held until its lease is over, then tried again some times
    steps.reached("l1")
    if message is None:
        _end(mine.filter(state=State.CLAIMED), State.NOTHING, "nothing new")
        return None
    lease = DbNow() + LEASE
    marked = mine.filter(state=State.CLAIMED, lease_until__gt=DbNow()).update(
        state=State.SENDING, lease_until=lease, next_due_at=lease
    )
    if not marked:
        return None
    steps.reached("l2")
    said = server.hand_over(message)
    steps.reached("l3")
    _settle(letter, mine.filter(state=State.SENDING), said)
    steps.reached("l4")
    return said


def _settle(letter: Letter, mine: "QuerySet[Letter]", said: Said) -> None:
    """Note what became of a letter."""
    if said.answer == Answer.TAKEN:
        _end(mine, State.SENT, "")
    elif said.answer == Answer.LATER:
        _again(letter, mine, LATER, said.why)
    elif said.answer == Answer.NOT_REACHED:
        _again(letter, mine, AGAIN, said.why)
    elif said.answer == Answer.UNSURE:
        _end(mine, State.UNSURE, said.why)
        logger.warning("letter %s may have arrived or not: %s", letter.pk, said.why)
    else:
        _end(mine, State.REFUSED, said.why)
        if said.answer == Answer.BOUNCED:
            stopping.bounced(letter.fan)
            logger.info("letter %s bounced: %s", letter.pk, said.why)


def _again(letter: Letter, mine: "QuerySet[Letter]", pause: timedelta, why: str) -> None:
    """Let a letter that was certainly not taken be sent again, after a pause that doubles with each try."""
    pause *= 2 ** min(letter.tries - 1, 5)
    mine.update(state=State.DUE, next_due_at=DbNow() + pause, said=why[:60], **FREE)


def _put_back(held: list[Letter]) -> None:
    """Let go of letters that were not begun."""
    for letter in held:
        same = Letter.objects.filter(pk=letter.pk, owner=letter.owner, state=State.CLAIMED)
        same.update(state=State.DUE, next_due_at=DbNow(), tries=F("tries") - 1, **FREE)


def _end(letters: "QuerySet[Letter]", state: Letter.State, said: str) -> int:
    """Let these letters be at their end."""
    return letters.update(state=state, said=said[:60], next_due_at=None, ended_at=timezone.now(), **FREE)
