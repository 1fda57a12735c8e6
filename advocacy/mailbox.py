"""The page that lists the mails of a local copy, from which no mail leaves, and a page for the HTML of each."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from csp.utils import build_policy
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SHOWN = 50
BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"  # how Django's file back end separates the mails of one connection
# whatever a letter holds: it runs nothing, sends nothing, reads no cookie, and loads pictures of this site alone; its
# links open in the window around it, when they are clicked
SANDBOX = "allow-top-navigation-by-user-activation"
_DOCTYPE = re.compile(r"\s*<!doctype[^>]*>", re.IGNORECASE)


class Mail(NamedTuple):
    """One mail as the page shows it. key: names it in addresses, and does not change when more mails come."""

    key: str
    sender: str
    to: str
    subject: str
    sent: str
    body: str
    html: str


def read_mails(folder: Path, limit: int = SHOWN) -> list[Mail]:
    """Return the newest mails that the file back end wrote into the folder, newest first."""
    found: list[Mail] = []
    for path in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        found += reversed(_in_file(path))
        if len(found) >= limit:
            break
    return found[:limit]


def _in_file(path: Path) -> list[Mail]:
    """Return the mails of one file, the oldest first."""
    parts = [part for part in path.read_bytes().split(BETWEEN_MAILS) if part.strip()]
    return [_read(part, f"{path.stem}-{number}") for number, part in enumerate(parts)]


def _read(raw: bytes, key: str) -> Mail:
    message = email.message_from_bytes(raw.lstrip(), _class=EmailMessage, policy=email.policy.default)
    body, html = message.get_body(("plain", "html")), message.get_body(("html",))
    return Mail(
        key=key,
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        sent=str(message["Date"] or ""),
        body=str(body.get_content()) if body else "",
        html=str(html.get_content()) if html else "",
    )


@require_safe
@never_cache
def mails(request: HttpRequest) -> HttpResponse:
    """Show the mails that would have been sent."""
    answer = render(request, "mailbox.html", {"mails": read_mails(Path(settings.EMAIL_FILE_PATH)), "sandbox": SANDBOX})
    answer["Content-Security-Policy"] = build_policy(update={"frame-src": ["'self'"]})
    return answer


@require_safe
@never_cache
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail as a mail program would, by its HTML part."""
    here = {path.stem: path for path in Path(settings.EMAIL_FILE_PATH).glob("*.log")}
    path = here.get(key.rpartition("-")[0])
    html = next((mail.html for mail in _in_file(path) if mail.key == key), "") if path else ""
    if not html:
        raise Http404
    doctype = _DOCTYPE.match(html)
    begin = doctype.end() if doctype else 0
    answer = HttpResponse(f'{html[:begin]}<base target="_top">{html[begin:]}')
    site = urlsplit(settings.SITE_URL)
    answer["Content-Security-Policy"] = "; ".join(
        (
            f"sandbox {SANDBOX}",
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            f"img-src 'self' data: {site.scheme}://{site.netloc}",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer
