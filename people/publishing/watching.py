"""The watchdog: what is overdue without an end alarms the operator, and so do caps that fill up. Once each.

What is held waits for a person, who was told; only what waits for a key of this site waits for the operator.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q

from advocacy import limits
from people.models import Delivery
from people.publishing import budget, epoch
from people.publishing.clock import DbNow
from people.publishing.moves import State

logger = logging.getLogger(__name__)
OVERDUE = timedelta(minutes=5)
OPEN = (State.SCHEDULED, State.CLAIMED, State.SENDING, State.UNKNOWN)
A_MONTH = 31 * 86_400


def watch() -> int:
    """Alarm about deliveries that are overdue and that nobody was alarmed about; return how many."""
    waits = Q(state__in=OPEN) | Q(state=State.HELD, reason="key")
    late = Delivery.objects.filter(waits, due_at__lte=DbNow() - OVERDUE, next_due_at__isnull=False, alarmed_at=None)
    ids = list(late.order_by("due_at").values_list("pk", flat=True)[:1000])
    mine = [pk for pk in ids if Delivery.objects.filter(pk=pk, alarmed_at=None).update(alarmed_at=DbNow())]
    if mine:
        logger.error("%s deliveries are overdue by more than 5 minutes, first %s", len(mine), mine[0])
        written = _write(
            f"{len(mine)} posts are overdue",
            f"{len(mine)} posts are more than five minutes over their time and have no end yet (delivery {mine[0]} is"
            " the first). Their authors are told as soon as their end is known. See /readyz and the log.",
        )
        if not written:  # it is tried again with the next look
            Delivery.objects.filter(pk__in=mine).update(alarmed_at=None)
    _tell_of_standstill()
    _tell_of_copy()
    _warn_of_cap()
    return len(mine)


def _tell_of_standstill() -> None:
    """Tell once that a restored database sends nothing until the operator says so."""
    since = epoch.stopped_since()
    if since is None:
        return
    _once(
        f"standstill:{since.isoformat()}",
        "Publishing stands still",
        f"Since {since:%-d %B %Y, %H:%M} UTC nothing goes out. The database is older than the last one that ran here,"
        " or the file publishing-epoch in DATA_DIR is gone: a backup was restored, or DATA_DIR is another one.\n\n"
        "What was due since is looked for at the networks, and what was planned for later waits for its author’s word."
        " Look at the site’s accounts, then let publishing go on with: manage.py release",
    )


def _tell_of_copy() -> None:
    """Tell once that nothing goes out as the number that guards publishing cannot be kept outside the database."""
    which = epoch.unguarded()
    if which:
        _once(
            f"epoch-copy:{which}",
            "Publishing rests: the disk of DATA_DIR",
            f"The file {epoch.path()} cannot be read or written. It tells a restored database from this one; without it"
            " nothing goes out, and what waits too long is missed. Look whether the disk is full or its rights have"
            " changed. Publishing goes on by itself after that.",
        )


def _warn_of_cap() -> None:
    """Tell once a month that most of the site's budget is used, before posts are held."""
    spent, cap = budget.spent(), budget.cap()
    if not cap or spent < cap * budget.WARN_AT:
        return
    _once(
        f"posting-cap:{budget.month()}",
        "The month’s budget for posts is almost used up",
        f"Posts by API have cost {spent / 1000:.2f} of {settings.POSTING_CAP_USD} USD this month (POSTING_CAP_USD)."
        " At the cap they are held, and their authors are told.",
    )


def _once(key: str, subject: str, words: str) -> None:
    """Write to the operator once in a month about this; a letter that mail did not take is tried again."""
    turn = limits.hold(key, seconds=A_MONTH)
    if turn is None:
        return
    logger.warning("%s: %s", subject, words)
    if not _write(subject, words):
        limits.release(key, turn)


def _write(subject: str, words: str) -> bool:
    """Write to the operator; return False where mail is in trouble. Without an address the log has it."""
    if not settings.OPERATOR_EMAIL:
        return True
    try:
        send_mail(f"{settings.SITE_NAME}: {subject}", words, None, [settings.OPERATOR_EMAIL])
    except Exception as error:  # noqa: BLE001 - the log has it; mail must not stop the watch
        logger.warning("no letter to the operator: %s", type(error).__name__)
        return False
    return True
