"""Somebody is being erased: nothing more goes out for them, and what is on its way is known before its row goes."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string

from people.models import Delivery
from people.networks.types import NETWORKS
from people.publishing import budget
from people.publishing.checks import LAST_LOOK
from people.publishing.clock import DbNow, now
from people.publishing.moves import FREE, State, in_order, move_all
from people.publishing.outbox import UNSENT
from people.reaching import own_address

logger = logging.getLogger(__name__)
# so long an erasure waits for what is on its way; reading it back takes some minutes where the network can be asked
PATIENCE = timedelta(hours=1)
_ON_ITS_WAY = Q(state__in=(State.SENDING, State.UNKNOWN)) | Q(state=State.PUBLISHED, wish="delete", deleted_at=None)


def call_off(person: int) -> None:
    """Let nothing go out for a person any more. Call it in the transaction of the act that erases them.

    What is being sent at this moment, or looked for at the network, nobody can call back: they are told how it ended.
    """
    in_order(Delivery.objects.filter(Q(state__in=UNSENT) | _ON_ITS_WAY, person=person))
    _cancel(person)
    _owe(person)


def over(person: int, *, since: datetime) -> bool:
    """Return whether nothing is on its way for a person any more and they were told; their rows may go then.

    since: when they asked. After PATIENCE it is true in any case: they are told what is known, if mail takes it.
    """
    _cancel(person)  # what a run put back meanwhile
    held = Delivery.objects.filter(person=person, state=State.CANCELLED, spent_on__isnull=False, ambiguous=False)
    for delivery in held:  # one by one: whoever takes a budget must not wait for this in a circle
        with transaction.atomic():
            budget.give_back(delivery)
    patient = now() <= since + PATIENCE
    if patient and on_its_way(person):
        _owe(person)  # a send that was frozen may have come to life since they asked
        return False
    return _told(person) or not patient


def on_its_way(person: int) -> bool:
    """Return whether something of a person's is being sent, looked for, or to be deleted at its network."""
    return Delivery.objects.filter(_ON_ITS_WAY, person=person).exists()


def _cancel(person: int) -> None:
    doubted = Q(person=person, ambiguous=True)  # an earlier send of it may be out: it is looked for, and told
    for state in UNSENT:
        move_all(doubted, come_from=state, to=State.UNKNOWN, reason=LAST_LOOK, next_due_at=DbNow(), **FREE)
        move_all(Q(person=person), come_from=state, to=State.CANCELLED, next_due_at=None, reason="", trouble="", **FREE)


def _owe(person: int) -> None:
    """Note of what is on its way that its end is told by the letter for whoever was erased."""
    with transaction.atomic():
        rows = Delivery.objects.filter(_ON_ITS_WAY, person=person).exclude(told=Delivery.ENDING)
        rows.filter(pk__in=in_order(rows)).update(told=Delivery.ENDING)


def _told(person: int) -> bool:
    """Write what came of what was on its way; return whether nothing is owed any more."""
    owed = Delivery.objects.filter(person=person, told=Delivery.ENDING)
    maybe_out = (State.PUBLISHED, State.SENDING, State.UNKNOWN, State.NEEDS_HUMAN)
    rows = list(owed.filter(state__in=maybe_out, deleted_at=None).select_related("account", "person__user"))
    if not rows:
        return True
    address = own_address(rows[0].person)
    if address:
        try:
            _letter(rows, address).send()
        except Exception as error:  # noqa: BLE001 - whatever mail does, the rows stay and are told of later
            logger.warning("no letter about what was being sent: %s", type(error).__name__)
            return False
    owed.update(told="")
    return True


def _letter(rows: list[Delivery], address: str) -> EmailMessage:
    lines = [(row, NETWORKS.get(row.account.network, row.account.network)) for row in rows]
    context = {"person": rows[0].person, "lines": lines, "SITE_NAME": settings.SITE_NAME}
    subject = " ".join(render_to_string("emails/erased_sent_subject.txt", context).split())
    return EmailMessage(subject, render_to_string("emails/erased_sent.txt", context), to=[address])
