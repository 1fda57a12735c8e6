"""Every delivery that was missed, refused, held, not deleted, or waits for an answer reaches its owner once, by mail.

The desk shows the same rows (people.queries.outgoing.troubled). Nothing here is kept but that it was told.
"""

import logging

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Concat
from django.template.loader import render_to_string

from advocacy import limits
from people.models import Delivery
from people.networks.types import NETWORKS
from people.publishing.clock import DbNow, now, seconds
from people.publishing.moves import State
from people.reaching import own_address

logger = logging.getLogger(__name__)
TROUBLED = (State.MISSED, State.FAILED, State.HELD, State.NEEDS_HUMAN)
MOST = 200  # letters of one go
TRY_AGAIN = "held"  # the pause after a letter that the mail server did not take


def tell_due() -> int:
    """Write to owners what they have not been told yet; return how many letters went out.

    One that the mail server refuses is tried again; a worker killed between sending and noting sends one twice.
    """
    named = Concat(F("state"), Value(":"), F("reason"), output_field=CharField())
    troubled = Q(state__in=TROUBLED) | Q(reason__in=(Delivery.UNDELETED, Delivery.AFTER_ALL))
    untold = Delivery.objects.filter(Q(tell_after=None) | Q(tell_after__lte=DbNow()), troubled)
    rows = untold.annotate(now_is=named).exclude(told=F("now_is")).exclude(told=Delivery.ENDING)
    connection, sent = get_connection(), 0
    for delivery in rows.select_related("account", "person__user").order_by("state_changed_at")[:MOST]:
        # counted apart: whatever else the site has to write to many, authors are told in minutes
        if not limits.count("mail:publishing", cap=settings.MAIL_PER_MINUTE, seconds=60):
            break
        sent += _tell(delivery, connection)
    return sent


def _tell(delivery: Delivery, connection: BaseEmailBackend) -> bool:
    what = f"{delivery.state}:{delivery.reason}"
    mine = Delivery.objects.filter(
        pk=delivery.pk, state=delivery.state, reason=delivery.reason, told=delivery.told, tell_after=delivery.tell_after
    )
    address = own_address(delivery.person)
    if not address:
        mine.update(told=what, tell_after=None)
        return False
    if not mine.update(tell_after=now() + seconds(TRY_AGAIN)):
        return False
    try:
        connection.send_messages([_letter(delivery, address)])
    except Exception as error:  # noqa: BLE001 - whatever mail does, the row stays and is told later
        logger.warning("no letter about delivery %s: %s", delivery.pk, type(error).__name__)
        return False
    Delivery.objects.filter(pk=delivery.pk, state=delivery.state, reason=delivery.reason).update(
        told=what, tell_after=None
    )
    return True


def _letter(delivery: Delivery, address: str) -> EmailMessage:
    context = {
        "delivery": delivery,
        "network": NETWORKS.get(delivery.account.network, delivery.account.network),
        "link": f"{settings.SITE_URL}/desk/",
        "SITE_NAME": settings.SITE_NAME,
    }
    subject = " ".join(render_to_string("emails/delivery_subject.txt", context).split())
    return EmailMessage(subject, render_to_string("emails/delivery.txt", context), to=[address])
