"""The letter by which somebody learns that a brand lists them, with their permanent link."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from brands.models import Enrolment
from people import profiles
from people.models import Person

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Sent:
    """How many letters went out, how many failed, and for how many people no address is known."""

    sent: int = 0
    failed: int = 0
    without_address: int = 0


def send_listing_letters(enrolment_ids: Iterable[int]) -> Sent:
    """Write to the people of these active enrolments that they are listed. Call it after the commit.

    The first letter carries the permanent link; a later one, for another brand, refers to it, for the link must go on
    working. A failure undoes nothing but the link that nobody got, so that the next import tries again.
    """
    result = Sent()
    rows = Enrolment.objects.filter(pk__in=list(enrolment_ids), state=Enrolment.State.ACTIVE)
    connection = get_connection()
    for enrolment in rows.select_related("brand", "person", "person__user").order_by("pk"):
        person = enrolment.person
        address = person.user.email if person.user else enrolment.email
        if not address:
            result.without_address += 1
            continue
        token = "" if person.listing_hash else profiles.new_listing_link(person)
        try:
            connection.send_messages([_letter(enrolment, address, token)])
            result.sent += 1
        except Exception as error:  # noqa: BLE001 - whatever mail does, the enrolment stands
            result.failed += 1
            logger.warning("no letter for enrolment %s: %s", enrolment.pk, type(error).__name__)
            if token:
                Person.objects.filter(pk=person.pk, listing_hash=person.listing_hash).update(listing_hash="")
    return result


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
