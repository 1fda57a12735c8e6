"""Letters to a person whom the studio took off its pages, put back, or whose enrolment it ended: each once.

What a person does by themselves is answered on their own page and brings no letter. Workers send these with the other
letters, under the same cap. The row is moved on before the letter is sent; a mail server that breaks off, or asks to
wait, is tried again, for the person can ask for none of these anew.
"""

import logging
import smtplib
import time
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from advocacy import limits
from brands.models import Enrolment, Farewell, Invitation, StandingLetter
from people.profile_changes import closed_by
from people.reaching import own_address

logger = logging.getLogger(__name__)

Kind = StandingLetter.Kind
TRY_AGAIN = timedelta(minutes=15)
TRY_FOR = timedelta(days=2)


def owe(enrolment: Enrolment, kind: Kind, reason: str = "") -> None:
    """Note that the person is owed this letter. Call it in the transaction of the change that it tells of."""
    StandingLetter.objects.create(enrolment=enrolment, kind=kind, reason=reason, due_at=timezone.now())


def forget_farewell(enrolment: Enrolment) -> None:
    """Owe no letter about a farewell card that is taken away: what comes after it brings its own."""
    StandingLetter.objects.filter(enrolment=enrolment, kind=Kind.FAREWELL, due_at__isnull=False).delete()


def send_due_letters(*, seconds: float = 50.0) -> int:
    """Send letters that are due until none is, one fails, the cap is reached or the time is over.

    Return how many went out.
    """
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        due = StandingLetter.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
        row = due.select_related("enrolment__brand", "enrolment__person__user").first()
        if row is None or not limits.count("mail:minute", cap=settings.MAIL_PER_MINUTE, seconds=60):
            break
        if not StandingLetter.objects.filter(pk=row.pk, due_at=row.due_at).update(due_at=None):
            continue  # another worker has it
        if row.kind == Kind.FAREWELL and not _still_offered(row.enrolment):
            row.delete()  # a later offer has a letter of its own
            continue
        address = address_of(row.enrolment)
        if not address:
            continue
        if not _send(row, address):
            break
        sent += 1
    return sent


def address_of(enrolment: Enrolment) -> str:
    """Return where the person of an enrolment is written to: their login, their private address, the one asked."""
    return own_address(enrolment.person) or asked_at(enrolment)


def asked_at(enrolment: Enrolment) -> str:
    """Return where the person of an enrolment was asked, "" for nowhere."""
    asked = Invitation.objects.filter(enrolment=enrolment).order_by("-pk").first()
    return asked.goes_to if asked else enrolment.email


def _still_offered(enrolment: Enrolment) -> bool:
    """Return whether a farewell card of the brand still waits for the person's yes."""
    return Farewell.objects.filter(pk=enrolment.pk, by_brand=True, person_at=None).exists()


def _send(row: StandingLetter, address: str) -> bool:
    """Send one letter; where it did not go out, note when it is tried again, and return False."""
    try:
        _letter(row, address).send()
    except Exception as error:  # noqa: BLE001 - whatever mail does, what the studio did stands
        logger.warning("no letter %s: %s", row.pk, type(error).__name__)
        now = timezone.now()
        if not _final(error) and row.created_at > now - TRY_FOR:
            StandingLetter.objects.filter(pk=row.pk, due_at=None).update(due_at=now + TRY_AGAIN)
        return False
    return True


def _final(error: Exception) -> bool:
    """Return whether the mail server said that it will never take this letter."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(int(code) >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _letter(row: StandingLetter, address: str) -> EmailMessage:
    context = {
        "reason": row.reason,
        "enrolment": row.enrolment,
        "person": row.enrolment.person,
        "brand": row.enrolment.brand,
        "closed_before": bool(closed_by(row.enrolment.person)),  # by a word, not for want of a yes
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
    }
    subject = " ".join(render_to_string(f"emails/standing_{row.kind}_subject.txt", context).split())
    body = render_to_string(f"emails/standing_{row.kind}.txt", context)
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": "en"}
    return EmailMessage(subject, body, to=[address], headers=headers)
