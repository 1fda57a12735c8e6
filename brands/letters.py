"""The letter by which somebody learns that a brand lists them, with their permanent link.

It is owed from the moment of the consent on file until it went out: whoever is killed in between loses none, and a
letter that goes out twice carries the same link.
"""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from advocacy import limits
from brands.models import Enrolment
from brands.tokens import new_nonce, token_again, token_for
from brands.welcoming import USE as LISTING
from people import profiles
from people.models import Person

logger = logging.getLogger(__name__)

TRY_AGAIN = timedelta(minutes=15)


@dataclass(slots=True)
class Sent:
    """How many letters went out, how many failed, and for how many people no address is known."""

    sent: int = 0
    failed: int = 0
    without_address: int = 0


def owe_letters(enrolment_ids: Iterable[int]) -> None:
    """Note that the people of these enrolments are owed their letter. Call it in the transaction of the consent.

    Whoever calls has a quarter of an hour to send them; then a worker does.
    """
    owed = Enrolment.objects.filter(pk__in=list(enrolment_ids), state=Enrolment.State.ACTIVE)
    owed.update(letter_due_at=timezone.now() + TRY_AGAIN)


def send_listing_letters(enrolment_ids: Iterable[int]) -> Sent:
    """Write to the people of these active enrolments that they are listed. Call it after the commit.

    The first letter carries the permanent link; a later one, for another brand, refers to it, for the link must go on
    working. A failure undoes nothing but the link that nobody got; a worker, and the next import, try again.
    """
    ids = list(enrolment_ids)
    owe_letters(ids)
    result = Sent()
    connection = get_connection()
    for enrolment in _owed().filter(pk__in=ids).order_by("pk"):
        _send(enrolment, connection, result)
    return result


def send_owed_letters(*, seconds: float = 50.0) -> int:
    """Send letters that are still owed until none is, one fails, the cap is reached or the time is over.

    Return how many went out.
    """
    began, result = time.monotonic(), Sent()
    connection = get_connection()
    while not result.failed and time.monotonic() - began < seconds:
        enrolment = _owed().filter(letter_due_at__lte=timezone.now()).order_by("letter_due_at", "pk").first()
        if enrolment is None or not limits.count("mail:minute", cap=settings.MAIL_PER_MINUTE, seconds=60):
            break
        _send(enrolment, connection, result)
    return result.sent


def _owed() -> "QuerySet[Enrolment]":
    owed = Enrolment.objects.filter(state=Enrolment.State.ACTIVE, letter_due_at__isnull=False)
    return owed.select_related("brand", "person", "person__user")


def _send(enrolment: Enrolment, connection: BaseEmailBackend, result: Sent) -> None:
    """Send one letter unless somebody else is at it, and count what became of it."""
    person = enrolment.person
    address = person.user.email if person.user else enrolment.email
    now = timezone.now()
    # the pauses between tries grow with the time since the yes: somebody's dead address is not asked for ever
    following = now + max(TRY_AGAIN, now - (enrolment.consented_at or now))
    if not _move(enrolment, to=following if address else None):
        return
    if not address:
        result.without_address += 1
        return
    token = _link_token(enrolment)
    try:
        connection.send_messages([_letter(enrolment, address, token)])
    except Exception as error:  # noqa: BLE001 - whatever mail does, the enrolment stands
        result.failed += 1
        logger.warning("no letter for enrolment %s: %s", enrolment.pk, type(error).__name__)
        if token:
            Person.objects.filter(pk=person.pk, listing_hash=person.listing_hash).update(listing_hash="")
        return
    result.sent += 1
    _move(enrolment, to=None)


def _move(enrolment: Enrolment, *, to: datetime | None) -> bool:
    """Move the time of the next try, None for never; False where somebody else has moved it."""
    same = Enrolment.objects.filter(pk=enrolment.pk, letter_due_at=enrolment.letter_due_at)
    enrolment.letter_due_at = to
    return bool(same.update(letter_due_at=to))


def _link_token(enrolment: Enrolment) -> str:
    """Return the token of the permanent link that this letter carries; "" where another letter carries it."""
    person = enrolment.person
    if person.listing_hash:
        return token_again(enrolment.letter_nonce, person.listing_hash, use=LISTING) or ""
    nonce = enrolment.letter_nonce or new_nonce()
    with transaction.atomic():
        Enrolment.objects.filter(pk=enrolment.pk).update(letter_nonce=nonce)
        return profiles.new_listing_link(person, token=token_for(nonce, use=LISTING))


def _letter(enrolment: Enrolment, address: str, token: str) -> EmailMessage:
    shown = enrolment.shown_accounts.select_related("account").order_by("pk")
    context = {
        "enrolment": enrolment,
        "person": enrolment.person,
        "brand": enrolment.brand,
        "shown": shown,
        "link": f"{settings.SITE_URL}/listing/{token}/" if token else "",
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
    }
    subject = " ".join(render_to_string("emails/listing_subject.txt", context).split())
    return EmailMessage(subject, render_to_string("emails/listing.txt", context), to=[address])
