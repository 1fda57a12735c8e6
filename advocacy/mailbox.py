"""The page that lists the mails of a local copy, from which no mail leaves."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 50
BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"  # how Django's file back end separates the mails of one connection


class Mail(NamedTuple):
    """One mail as the page shows it."""

    to: str
    subject: str
    sent: str
    body: str


def read_mails(folder: Path, limit: int = SHOWN) -> list[Mail]:
    """Return the newest mails that the file back end wrote into the folder, newest first."""
    found: list[Mail] = []
    for path in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        parts = [part for part in path.read_bytes().split(BETWEEN_MAILS) if part.strip()]
        found += [_read(part) for part in reversed(parts)]
        if len(found) >= limit:
            break
    return found[:limit]


def _read(raw: bytes) -> Mail:
    message = email.message_from_bytes(raw.lstrip(), _class=EmailMessage, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    return Mail(
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent=str(message["Date"] or ""),
        body=str(body.get_content()) if body else "",
    )


@require_safe
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    """Show the mails that would have been sent."""
    return render(request, "mailbox.html", {"mails": read_mails(Path(settings.EMAIL_FILE_PATH))})
