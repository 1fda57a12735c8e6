"""Reporting a post: anybody may, its author learns why and never who, brands that show it decide for their pages."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Min
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac

from advocacy import limits
from people.models import Person, Post, PostReport
from people.models.user import fold_address
from people.reaching import address_of, own_address

logger = logging.getLogger(__name__)
PER_HOUR = 10  # reports from one address of a reader
PER_POST = 20  # letters about one post in a day: more tell nobody anything new, and stand on the desks alone
PER_ADDRESS = 5  # reports in a day of which one address is told: whoever types it need not be its reader
AT_ONCE = 3  # letters to one author in a day; what is reported further comes in one when the day is over
DAY = 86_400
LONGEST = 500
KEPT = timedelta(days=60)  # an address of somebody who wants to be told
GO = 100  # letters of one go
AGAIN = timedelta(minutes=10)
TRIES = 5  # of one letter: then its address is dead

Taker = Callable[[PostReport], None]
Deciders = Callable[[Post], list[str]]
_takers: list[Taker] = []
_deciders: list[Deciders] = []


def register(taker: Taker, deciders: Deciders) -> None:
    """Let somebody learn of each report, within its transaction: who shows a post decides for their own pages.

    deciders: who would decide about a post, by name.
    """
    if taker not in _takers:
        _takers.append(taker)
        _deciders.append(deciders)


def deciders_of(post: Post) -> list[str]:
    """Return who decides about reports of a post, by name; [] where nobody but its author does."""
    return [name for deciders in _deciders for name in deciders(post)]


def counter(person_id: int) -> str:
    """Return by which key letters to an author are counted."""
    return f"once:report-author:{person_id}"


class TooOften(Exception):
    """Too many reports came from where the reader is."""


def report(*, post: Post, why: str, words: str, client: str, email: str = "") -> None:
    """Note that somebody thinks that a post should not be shown. email: where decisions are told, "" for nowhere.

    One of a post about which enough letters went out today is kept without one: who decides finds it on their desk.
    Raises TooOften; ValueError for a reason that there is not, or none in words where the list has none.
    """
    words = " ".join(words.split())[:LONGEST]
    reason = PostReport.Why(why)
    if reason == PostReport.Why.OTHER and not words:
        raise ValueError("Say in your own words what is wrong.")
    if not limits.count(f"once:report:{client}", cap=PER_HOUR, seconds=3600):
        raise TooOften
    address = fold_address(email)
    if address:
        whose = salted_hmac("people.reporting", address, algorithm="sha256").hexdigest()[:32]
        address = address if limits.count(f"once:report-told:{whose}", cap=PER_ADDRESS, seconds=DAY) else ""
    is_told = limits.count(f"once:report-of:{post.pk}", cap=PER_POST, seconds=DAY)
    tell_at = timezone.now() if is_told else None
    with transaction.atomic():
        row = PostReport.objects.create(post=post, why=reason, words=words, email=address, tell_at=tell_at)
        for taker in _takers:
            taker(row)


def tell_due() -> int:
    """Write to authors whose posts were reported; return how many letters went out."""
    now = timezone.now()
    owed = PostReport.objects.filter(tell_at__lte=now).values_list("post__person")
    sent = 0
    for author, _ in owed.annotate(first=Min("tell_at")).order_by("first")[:GO]:
        person = Person.objects.select_related("user").filter(pk=author).first()
        if person is None:  # erased at this moment
            continue
        address = address_of(person)
        mine = PostReport.objects.filter(post__person=author, tell_at__lte=now)
        due = dict(mine.order_by("pk").values_list("pk", "tries"))
        if not address:
            PostReport.objects.filter(pk__in=due).update(tell_at=None)
            continue
        if not limits.count("mail:minute", cap=settings.MAIL_PER_MINUTE, seconds=60):
            break
        sent += _tell(person, address, _at_once(person, due), now)
    return sent


def _at_once(person: Person, due: Mapping[int, int]) -> list[int]:
    """Return which of these reports (ids, and how often each was tried) the author reads of now; others wait a day."""
    fresh = [pk for pk, tries in due.items() if not tries]
    until = limits.turn(counter(person.pk), cap=AT_ONCE, seconds=DAY) if fresh else None
    if until is None:
        return list(due)
    PostReport.objects.filter(pk__in=fresh, tries=0, tell_at__isnull=False).update(tell_at=until)
    return [pk for pk, tries in due.items() if tries]


def _tell(person: Person, address: str, reports: list[int], now: datetime) -> bool:
    """Write to an author of one report with its words, of several with their number; return whether it was taken."""
    later = timezone.now() + AGAIN
    PostReport.objects.filter(pk__in=reports, tell_at__lte=now).update(tell_at=later, tries=F("tries") + 1)
    rows = list(PostReport.objects.filter(pk__in=reports, tell_at=later))  # whoever moved them has them
    if not rows:
        return False
    name = "post_reported" if len(rows) == 1 else "posts_reported"
    context = {"report": rows[0], "count": len(rows), "person": person, "desk": bool(own_address(person))}
    taken = deliver(name, context, address)
    done = [row.pk for row in rows if taken or row.tries >= TRIES]
    PostReport.objects.filter(pk__in=done, tell_at=later).update(tell_at=None)
    return taken


def deliver(name: str, context: Mapping[str, object], address: str) -> bool:
    """Send a letter made of emails/<name>.txt; return whether the mail server took it."""
    context = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, **context}
    subject = " ".join(render_to_string(f"emails/{name}_subject.txt", context).split())
    body = render_to_string(f"emails/{name}.txt", context)
    letter = EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"})
    try:
        get_connection().send_messages([letter])
    except Exception as error:  # noqa: BLE001 - whatever mail does, the row stays and is tried again
        logger.warning("no letter %s: %s", name, type(error).__name__)
        return False
    return True


def forget() -> int:
    """Forget the addresses of those who reported long ago; return how many."""
    old = PostReport.objects.filter(at__lt=timezone.now() - KEPT).exclude(email="")
    return old.update(email="")
