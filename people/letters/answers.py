"""Where answers to a letter go that a person opened with lines of their own: an address that they chose and showed.

Everybody who gets the letter sees it, so nothing is taken for granted: not even the address of their login. Another
address is proven by a code that goes there, or anybody could have strangers' answers sent to somebody else.
"""

import hmac
import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from advocacy import limits
from advocacy.audit import record
from people.models import AnswerAddress, Person, User
from people.models.user import fold_address

logger = logging.getLogger(__name__)
ASKED, TRIED = 5, 10  # codes that are sent, and entered, in an hour for one person
_HOUR = 3600.0


class NotProven(Exception):
    """Nobody has shown yet that the address is the person's; the words say what to do."""


def chosen(person: Person) -> str:
    """Return the address that a person chose, "" for none."""
    return AnswerAddress.objects.filter(person=person).values_list("address", flat=True).first() or ""


@sensitive_variables("code")
def choose(*, person: Person, address: str, code: str = "", actor: User) -> None:
    """Let answers go to this address from now on: the login's, the one of before, or one whose code was entered.

    actor: the login of the person, which the caller has made sure of. Raises NotProven; `send_code` is what helps.
    """
    address = fold_address(address)
    if address == chosen(person):
        return
    if address != actor.email and not _fits(person, address, code):
        raise NotProven("This is not the code that we sent there." if code else "Enter the code that we sent there.")
    AnswerAddress.objects.update_or_create(person=person, defaults={"address": address})
    record("letter.answers_go", actor=actor, subject=f"person:{person.pk}")


def send_code(*, person: Person, address: str) -> None:
    """Send the code by which a person shows that they read an address. Raises NotProven where none goes out."""
    address = fold_address(address)
    if not limits.count(counters(person.pk)[0], cap=ASKED, seconds=_HOUR):
        raise NotProven("That were many codes within an hour. Try again later, or choose the address of your login.")
    site = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
    context = {**site, "code": _code(person, address), "person": person}
    subject = " ".join(render_to_string("emails/answers_code_subject.txt", context).split())
    body = render_to_string("emails/answers_code.txt", context)
    try:
        EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"}).send()
    except Exception as error:  # noqa: BLE001 - whatever mail does, the person reads that nothing came
        logger.warning("no code for answers to person %s: %s", person.pk, type(error).__name__)
        raise NotProven("The letter with the code was not sent. Look at the address, or try again later.") from None


def counters(person: int) -> tuple[str, str]:
    """Return the names of what counts the codes of one person: sent, and entered."""
    return f"once:answers:sent:{person}", f"once:answers:tried:{person}"


def _fits(person: Person, address: str, code: str) -> bool:
    code = "".join(code.split()).upper()
    if not code or not limits.count(counters(person.pk)[1], cap=TRIED, seconds=_HOUR):
        return False
    return any(hmac.compare_digest(_code(person, address, days), code) for days in (0, 1))


def _code(person: Person, address: str, days_ago: int = 0) -> str:
    """Return the code of a day; nothing is kept of it."""
    day = timezone.now().date() - timedelta(days=days_ago)
    return salted_hmac("people.letters.answers", f"{person.pk}|{day}|{address}").hexdigest()[:8].upper()
