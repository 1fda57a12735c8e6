"""Sends letters beside the answer: neither how long the mail server takes nor whether it is there shows on a page.

For the letters of the sign-in pages, which go out at known addresses only: an answer that waited for them, or failed
with them, would tell whose address is known. They hold codes that live for minutes, so they wait in this process's
memory and nowhere else. What is lost with the process is asked for again by the button that the page has for it.
"""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import console, dummy, filebased, locmem
from django.views.decorators.debug import sensitive_variables

log = logging.getLogger(__name__)
THREADS = 4  # connections to the mail server at once, of each process
WAITING = 500  # letters, with those that are being sent
GOOD_FOR = 600  # seconds; codes are dead then
# these speak to no server, so nothing shows by them: whoever reads the mailbox of a local copy finds the letter there
AT_ONCE = (locmem.EmailBackend, filebased.EmailBackend, console.EmailBackend, dummy.EmailBackend)
_room = threading.BoundedSemaphore(WAITING)
_pool = ThreadPoolExecutor(THREADS, "sign-in-mail")  # its threads begin with the first letter, after any fork


def post(message: EmailMessage) -> None:
    """Let a finished letter go out beside the answer. Never raises for what mail does; that is logged."""
    message.connection = get_connection()
    if type(message.connection) in AT_ONCE:
        send_quietly(message)
        return
    if not _room.acquire(blocking=False):
        log.error("a sign-in letter was dropped: %s are waiting", WAITING)
        return
    try:
        _pool.submit(_send_in_time, message, time.monotonic())
    except RuntimeError:  # the process is ending, and begins nothing any more
        _room.release()
        log.error("a sign-in letter was dropped: the process is ending")


@sensitive_variables("message")
def send_quietly(message: EmailMessage) -> None:
    """Send a letter; log what goes wrong without its words, since they name addresses."""
    try:
        message.send()
    except Exception as error:  # noqa: BLE001 - whatever mail does, the page says the same
        log.error("a sign-in letter did not go out: %s", type(error).__name__)


def _send_in_time(message: EmailMessage, since: float) -> None:
    try:
        if time.monotonic() - since > GOOD_FOR:
            log.error("a sign-in letter was dropped: it waited for more than %s seconds", GOOD_FOR)
        else:
            send_quietly(message)
    finally:
        _room.release()
