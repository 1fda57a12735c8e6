"""The mail server and its answers: taken, refused, to be tried later, never reached, or nobody knows.

Django's mail does the sending. What decides is whether the words of a letter had begun to leave when the line broke.
"""

import logging
import re
import smtplib
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)
# seconds that a server may take over a letter whose words it has: scanning takes time, and giving up leaves it unsure
PATIENCE = 120.0
# a code of RFC 3463 in the words of an answer, and those that say that nobody is there: all others (5.1.8 and 5.7 for
# who sends, 5.2.2 for a full mailbox, ...) say nothing of the kind
_CODE = re.compile(r"(?<![\d.])5\.\d{1,3}\.\d{1,3}(?!\.?\d)")
_NOBODY = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
# without such a code these may say it, unless their words are about who sends: a mistake of ours would hit every fan
_MAYBE_NOBODY = frozenset({550, 551, 553})
_ABOUT_US = re.compile("relay|sender|authent|denied|block|spam|policy|allowed|listed", re.IGNORECASE)


class Answer(Enum):
    """What became of a letter that was handed over."""

    TAKEN = "taken"
    LATER = "later"  # the server said so before it had taken it: it has not
    REFUSED = "refused"  # for good, but not because of the address
    BOUNCED = "bounced"  # nobody is at this address
    NOT_REACHED = "not reached"  # the line broke before the first word of the letter left
    UNSURE = "unsure"  # the line broke after that: it may have been taken


class Said(NamedTuple):
    """An answer, with the server's code or the name of what went wrong; never its words, which may hold an address."""

    answer: Answer
    why: str = ""


class MailServer:
    """A connection to the mail server that several letters go over; opened anew after each trouble."""

    def __init__(self) -> None:
        self._line: BaseEmailBackend = get_connection()
        self._words_left = False
        self.refusals = 0  # letters refused for good one after the other, up to the last

    def opened(self) -> bool:
        """Return whether the server answers now."""
        try:
            if self._line.open():
                self._watch()
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("the mail server does not answer: %s", type(error).__name__)
            self.close()
            return False
        return True

    def close(self) -> None:
        """Hang up."""
        try:
            self._line.close()
        except (OSError, smtplib.SMTPException):
            logger.info("the mail server had hung up")
        self._line = get_connection()

    def hand_over(self, letter: EmailMessage) -> Said:
        """Send one letter once. Nothing is tried again here."""
        said = self._hand_over(letter)
        self.refusals = self.refusals + 1 if said.answer in {Answer.REFUSED, Answer.BOUNCED} else 0
        return said

    def _hand_over(self, letter: EmailMessage) -> Said:
        self._words_left = not self._by_smtp
        try:
            taken = self._line.send_messages([letter])
        except Exception as error:  # noqa: BLE001 - every end of it is one of the six answers
            self.close()
            return self._said(error)
        return Said(Answer.TAKEN) if taken else Said(Answer.NOT_REACHED, "no line")

    def _said(self, error: Exception) -> Said:
        why = type(error).__name__
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            return _refused(*next(iter(error.recipients.values()), (451, b"")))
        if isinstance(error, smtplib.SMTPSenderRefused):
            return Said(Answer.LATER, str(error.smtp_code))  # our address, not the fan's: the operator mends it
        if isinstance(error, smtplib.SMTPDataError):
            return Said(Answer.REFUSED if error.smtp_code >= 500 else Answer.LATER, str(error.smtp_code))
        if self._words_left:
            return Said(Answer.UNSURE, why)
        if isinstance(error, (ValueError, smtplib.SMTPNotSupportedError)):
            return Said(Answer.REFUSED, why)  # such an address cannot be written, today or tomorrow
        return Said(Answer.NOT_REACHED, why)

    @property
    def _by_smtp(self) -> bool:
        return isinstance(getattr(self._line, "connection", None), smtplib.SMTP)

    def _watch(self) -> None:
        """Note when the words of a letter begin to leave: with the command that announces them."""
        server = getattr(self._line, "connection", None)
        if not isinstance(server, smtplib.SMTP):
            return
        announce = server.data

        def data(words: bytes | str) -> tuple[int, bytes]:
            self._words_left = True
            line, usual = server.sock, settings.EMAIL_TIMEOUT
            if line is not None:
                line.settimeout(PATIENCE)
            answer = announce(words)
            if line is not None:
                line.settimeout(usual)
            return answer

        server.data = data  # type: ignore[method-assign,assignment] # this one line, as long as it is open


def _refused(code: int, words: bytes | str) -> Said:
    """Return what a refusal of the recipient means."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    if code < 500:
        return Said(Answer.LATER, str(code))
    if found := _CODE.search(text):
        nobody = found[0] in _NOBODY
    else:
        nobody = code in _MAYBE_NOBODY and not _ABOUT_US.search(text)
    return Said(Answer.BOUNCED if nobody else Answer.REFUSED, str(code))
