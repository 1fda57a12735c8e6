"""Letters around an invitation: asking, two reminders, taking back, and the welcome after a yes.

Workers send them, at most settings.MAIL_PER_MINUTE over all of them. The row is moved on before the letter is sent:
a crash loses a letter, and none goes out twice. Only those after a yes and a taking back, which nobody can ask for
again, are tried again also when the mail server broke off and may have taken them.

Who said no gets nothing, and waits for the mail server and the minute as the others do: what trouble with the mail
shows of them, and not of the others, would tell a no.
"""

import logging
import smtplib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from advocacy import limits
from brands.consenting import HOLDING
from brands.inviting import LANGUAGES, LIFE, in_state, inviter, plain, stays_away, token_of
from brands.models import Enrolment, Invitation
from brands.welcoming import welcome_letters
from people.models import User

logger = logging.getLogger(__name__)

PAUSES = (timedelta(days=3), timedelta(days=7))  # after the first letter, after the second: reminders on days 3 and 10
TRY_AGAIN = timedelta(minutes=15)
TRY_FOR = timedelta(days=2)  # letters after an answer or a taking back: then the mail server's no is believed
NO_LINK = "(the link, another one in each letter)"
LOST = "the mail server broke off while the letter was sent: nobody knows whether it arrived"
KEY_LOST = "the site's secret key was changed and its link can no longer be made: send the invitation again"


class Written(NamedTuple):
    """A letter: its subject and body, and the language that they are in."""

    subject: str
    body: str
    language: str


@dataclass(frozen=True, slots=True)
class _Step:
    """What is due for an invitation, and how its row is moved on before that."""

    kind: str  # letter, silence (to be moved on as a letter), revoked, welcome; "" for nothing but moving on
    moves: dict[str, object]


def send_due_letters(*, seconds: float = 50.0) -> int:
    """Send letters that are due until none is, the cap is reached or the time is over; return how many went out."""
    began, sent = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        now = timezone.now()
        due = Invitation.objects.filter(next_letter_at__lte=now).order_by("next_letter_at", "pk")
        row = due.select_related("enrolment__brand", "enrolment__person__user", "by__person").first()
        if row is None:
            break
        step = _step(row, now)
        if not step.kind:
            _claim(row, step)
            continue
        connection = _open()
        if connection is None or not limits.count("mail:minute", cap=settings.MAIL_PER_MINUTE, seconds=60):
            break  # the next tick goes on
        try:
            if _claim(row, step):
                sent += _send(row, step, connection)
        finally:
            connection.close()
    return sent


def preview(*, enrolment: Enrolment, by: User, words: str, language: str) -> Written:
    """Return the first letter as it would go to somebody; nothing is kept or sent."""
    unsaved = Invitation(
        enrolment=enrolment, by=by, words=plain(words), language=language, expires_at=timezone.now() + LIFE
    )
    return _written("invitation", unsaved, link=NO_LINK)


def _step(row: Invitation, now: datetime) -> _Step:
    if row.revoked_at:
        return _Step("" if stays_away(row.goes_to) else "revoked", {"next_letter_at": None})
    if row.enrolment.state in HOLDING and row.ended_at:
        return _Step("welcome", {"next_letter_at": None})
    if row.enrolment.state != Enrolment.State.INVITED or row.expires_at <= now:
        return _Step("", {"next_letter_at": None})
    following = now + PAUSES[row.letters] if row.letters < len(PAUSES) else None
    if following and following >= row.expires_at:
        following = None
    moves: dict[str, object] = {"next_letter_at": following, "letters": F("letters") + 1, "sent_at": now}
    # who said no gets nothing more, and the studio sees the same as of somebody who is silent; so does an address of
    # somebody who was erased, after the letter that a request to join brought: anybody can have typed it there
    enough = row.ended_at or (row.letters and stays_away(row.goes_to))
    return _Step("silence" if enough else "letter", moves)


def _claim(row: Invitation, step: _Step) -> bool:
    """Move the row on unless anything about it has changed; return whether the letter is ours to send."""
    same = Invitation.objects.filter(
        pk=row.pk,
        next_letter_at=row.next_letter_at,
        token_hash=row.token_hash,
        revoked_at=row.revoked_at,
        ended_at=row.ended_at,
        enrolment__in=in_state(row.enrolment.state),
    )
    return bool(same.update(**step.moves))


def _open() -> BaseEmailBackend | None:
    """Return a connection to the mail server; None where it does not answer, so that nothing is moved on."""
    connection: BaseEmailBackend = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("the mail server does not answer: %s", type(error).__name__)
        return None
    return connection


def _send(row: Invitation, step: _Step, connection: BaseEmailBackend) -> int:
    """Send what is due; return how many letters went out. A failure is noted in words, and undoes no answer."""
    if step.kind == "welcome":
        letters = welcome_letters(row)
    elif step.kind in {"letter", "silence"} and not (token := token_of(row)):
        return _note_bounce(row, KEY_LOST, {"next_letter_at": None})
    elif step.kind == "silence":
        return 0
    else:
        kind = "invitation_reminder" if row.sent_at else "invitation"
        kind = "invitation_revoked" if step.kind == "revoked" else kind
        link = f"{settings.SITE_URL}/invitations/{token}/" if step.kind == "letter" else ""
        letters = [_letter(row, _written(kind, row, link=link))]
    sent = 0
    try:
        for letter in letters:
            connection.send_messages([letter])
            sent += 1
    except smtplib.SMTPRecipientsRefused as refusal:
        code, words = next(iter(refusal.recipients.values()), (550, b""))
        return sent + _refused(row, int(code), words, again=not sent)
    except smtplib.SMTPResponseException as refusal:
        return sent + _refused(row, refusal.smtp_code, refusal.smtp_error, again=not sent)
    except Exception as error:  # noqa: BLE001 - whatever mail does, the others are sent
        logger.warning("no letter for invitation %s: %s", row.pk, type(error).__name__)
        if step.kind != "letter" and not sent and isinstance(error, OSError):
            return _later(row, LOST)
        if _is_reminder(row):
            return sent
        return sent + _note_bounce(row, LOST, {})
    return sent


def _is_reminder(row: Invitation) -> bool:
    """Return whether a letter is a reminder. One that does not arrive is left at that, and the studio sees nothing.

    While the mail server refuses all, those whose reminders fail would be all but those who said no.
    """
    return row.sent_at is not None and row.revoked_at is None and row.ended_at is None


def _refused(row: Invitation, code: int, said: bytes | str, *, again: bool) -> int:
    """Note that the mail server did not take the letter, so nothing went out; for a passing reason try again later."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    words = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    words = f"the mail server said: {code} {words}"
    passing = 400 <= code < 500
    if row.revoked_at or row.ended_at:
        logger.warning("no letter for invitation %s: %s", row.pk, code)
        return _later(row, words) if passing and again else _note_bounce(row, words, {})
    if _is_reminder(row):
        logger.warning("no reminder for invitation %s: %s", row.pk, code)
        return 0
    moves: dict[str, object] = {"letters": row.letters, "sent_at": row.sent_at}
    moves["next_letter_at"] = timezone.now() + TRY_AGAIN if passing else None
    return _note_bounce(row, words, moves)


def _later(row: Invitation, words: str) -> int:
    """Let the letter after a yes or a taking back be sent again, unless that was tried for TRY_FOR: then say why."""
    now = timezone.now()
    since = row.revoked_at or row.ended_at
    if since is None or since < now - TRY_FOR:
        return _note_bounce(row, words, {})
    still = Invitation.objects.filter(pk=row.pk, token_hash=row.token_hash, next_letter_at=None)
    still.update(next_letter_at=now + TRY_AGAIN)
    return 0


def _note_bounce(row: Invitation, words: str, moves: dict[str, object]) -> int:
    still = Invitation.objects.filter(pk=row.pk, token_hash=row.token_hash)
    still.update(bounced_at=timezone.now(), bounce=words[:200], **moves)
    return 0


def _written(kind: str, row: Invitation, *, link: str) -> Written:
    """Return a letter in the language of its invitation; in English where no letters are written in that any more."""
    language = row.language if row.language in LANGUAGES else "en"
    context = {
        "invitation": row,
        "person": row.enrolment.person,
        "brand": row.enrolment.brand,
        "by": inviter(row.by),
        "link": link,
        "last_reminder": row.letters >= len(PAUSES),
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
    }
    with translation.override(language):  # names of months
        subject = " ".join(render_to_string(f"emails/{language}/{kind}_subject.txt", context).split())
        return Written(subject, render_to_string(f"emails/{language}/{kind}.txt", context), language)


def _letter(row: Invitation, letter: Written) -> EmailMessage:
    """Return the letter; an answer to it reaches the person who asks."""
    answers = [row.by.email] if row.by else []
    headers = {"Auto-Submitted": "auto-generated", "Content-Language": letter.language}
    return EmailMessage(letter.subject, letter.body, to=[row.goes_to], reply_to=answers, headers=headers)
