"""One run over one delivery: claim, prepare, mark, send once, settle. Harmless when it runs 0, 1 or n times."""

import logging
import time
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from people.models import Attempt, Delivery
from people.networks.base import Publisher
from people.networks.errors import NetworkFailure
from people.networks.publishers import publisher_for
from people.networks.types import Payload, Published, Writer
from people.publishing import aftercare, checks, claiming, dispatching, preparing, reading, settling, steps, storing
from people.publishing.clock import DbNow, after, durable, now, seconds
from people.publishing.moves import State, move, note

logger = logging.getLogger(__name__)
TASK_SECONDS = 70  # after these a worker is told to end its task; in 5 more it is ended
SLOW = "uploading its pictures took long"


def run(pk: int) -> None:
    """Do what is due for this delivery, if anything is: send it, look for it at the network, or keep its post."""
    durable()
    state = Delivery.objects.filter(pk=pk).values_list("state", flat=True).first()
    if state == State.SCHEDULED:
        deliver(pk)
    elif state == State.UNKNOWN:
        reading.read_back(pk, run=uuid4())
    elif state == State.PUBLISHED:
        aftercare.carry_out(pk)
    elif state in {State.CLAIMED, State.SENDING}:
        dispatching.reap(pk)


def deliver(pk: int) -> None:
    """Send a delivery that is due: at most one request leaves here, and only after its mark is committed."""
    me, started = uuid4(), time.monotonic()
    steps.reached("c0")
    delivery = claiming.claim(pk, run=me)
    steps.reached("c1")
    if delivery is None:
        return
    publisher = publisher_for(delivery.account.network)
    try:
        writer, payload = preparing.prepare(delivery, publisher, run=me)
    except preparing.Lost:
        return
    except NetworkFailure as failure:
        settling.not_prepared(delivery, failure, run=me)
        return
    except Exception as error:
        logger.exception("preparing delivery %s failed", pk)
        settling.not_prepared(delivery, error, run=me)
        return
    steps.reached("c2")
    began = time.monotonic()
    if began - started > TASK_SECONDS - (seconds("send") + seconds("spare")).total_seconds():
        # a send that its worker ends half-way leaves an open question: the next run finds the pictures uploaded
        claiming.put_aside(delivery, checks.Verdict(State.SCHEDULED, "pictures", SLOW, now()), run=me)
        return
    if not _mark(delivery, me):
        return
    steps.reached("c3")
    if not _may_go(delivery, me, began):
        return
    steps.reached("c4")
    outcome = _send(publisher, writer, payload)
    steps.reached("c5")
    settled = settling.settle(delivery, outcome, run=me, account=delivery.account)
    steps.reached("c6")
    if settled == State.PUBLISHED:
        storing.store_quietly(pk)
    steps.reached("c7")


def _mark(delivery: Delivery, me: UUID) -> bool:
    """Say in the database that a request is about to leave; nothing leaves before this is committed."""
    with transaction.atomic():
        marked = move(
            delivery.pk,
            come_from=[State.CLAIMED],
            to=State.SENDING,
            held_by=me,
            where=Q(late_after__gte=DbNow()),
            attempt_count=F("attempt_count") + 1,
            crash_count=F("crash_count") + 1,
            first_sent_at=Coalesce("first_sent_at", DbNow()),
            lease_until=after("lease"),
            next_due_at=after("lease", "quiet"),
        )
        if marked:
            note(delivery.pk, run=me, act=Attempt.Act.SEND, outcome="began")
    return marked


def _may_go(delivery: Delivery, me: UUID, began: float) -> bool:
    """Look once more, right before the first byte: still ours, nothing in its way, and enough of the lease left.

    A run that comes too late leaves its row to the reaper; one that is stopped puts it back, as nothing was sent.
    """
    whole = Delivery.objects.select_related("account", "person__user", "parent__post")
    mine = whole.filter(state=State.SENDING, owner=me)
    as_it_is = mine.filter(pk=delivery.pk).first()
    if as_it_is is None:
        return False
    verdict = checks.before_send(as_it_is)
    if time.monotonic() - began > (seconds("lease") - seconds("send") - seconds("spare")).total_seconds():
        return False
    if verdict is None:
        return True
    settling.not_sent(delivery, verdict, run=me)
    return False


def _send(publisher: Publisher, writer: Writer, payload: Payload) -> Published | Exception:
    """Call the network once. Whatever goes wrong is an outcome: what happens next is decided in one place."""
    try:
        return publisher.publish(writer, payload)
    except NetworkFailure as failure:
        return failure
    except Exception as error:
        logger.exception("the publisher of %s failed", publisher.network)
        return error
