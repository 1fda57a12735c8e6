"""How links end: the network is told to forget tokens, and the person is told in time.

A worker asks for all of this often; it does no harm when it runs 0, 1 or n times.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.db.models.signals import pre_delete
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from advocacy import crypto, limits
from advocacy.audit import record
from people.models import Connection, Person, Revocation
from people.networks.errors import NetworkFailure
from people.networks.linking import linking_for
from people.reaching import own_address
from people.tokens import forget_previous, opened, owe_revocation

log = logging.getLogger(__name__)

WARNED = (14, 5, 1)  # days before an end
BATCH = 20
TAKEN = timedelta(minutes=2)  # a revocation that was killed is begun anew
LONGEST_PAUSE = timedelta(hours=6)
LETTER_AGAIN = timedelta(minutes=15)


def listen() -> None:
    """Connect to the end of a connection, however it comes: by the person, or with an account that is erased."""
    pre_delete.connect(_on_end, sender=Connection, dispatch_uid="people.link_ends")


def _on_end(sender: object, *, instance: Connection, origin: object, **kwargs: object) -> None:
    """Owe the revocation. Where more than the connection goes, nobody is left to be told of it."""
    owe_revocation(instance, to=instance.account.person if isinstance(origin, Connection) else None)


def tend() -> None:
    """Do all that is due."""
    revoke_due()
    forget_previous()
    warn_due()
    write_due()


def revoke_due() -> int:
    """Let networks forget tokens; return how many they forgot."""
    now, done = timezone.now(), 0
    for row in Revocation.objects.filter(due_at__lte=now).select_related("person").order_by("due_at")[:BATCH]:
        mine = Revocation.objects.filter(pk=row.pk, due_at=row.due_at)
        if mine.update(due_at=now + TAKEN, tries=F("tries") + 1):
            done += _revoke(row)
    return done


@sensitive_variables()
def _revoke(row: Revocation) -> bool:
    trouble = ""
    if _linked_again(row):
        row.delete()
        return False
    try:
        linking_for(row.network).revoke(opened(row, "token"))
    except NetworkFailure as failure:
        trouble = str(failure)
    except (crypto.CannotOpen, KeyError):
        trouble = "the key that sealed the token, or the app of this site, is no longer set"
    if not trouble:
        record("link.revoked", actor=None, label="worker", subject=row.subject)
        row.delete()
        return True
    now = timezone.now()
    if now < row.give_up_at:
        pause = min(timedelta(minutes=2 ** min(row.tries, 9)), LONGEST_PAUSE)
        Revocation.objects.filter(pk=row.pk).update(due_at=min(now + pause, row.give_up_at))
        return False
    log.warning("gave up revoking the tokens of %s: %s", row.subject, trouble)
    record("link.not_revoked", actor=None, label="worker", subject=row.subject)
    if row.person is not None:
        _write(row.person, "link_not_revoked", {"handle": row.handle, "network": row.get_network_display()})
    row.delete()
    return False


def _linked_again(row: Revocation) -> bool:
    """Return whether the account whose former link, or link that was begun, this ends is linked: it might end both.

    Of a link that was begun the person's id is known, and the handle as the network had just named it; where the
    network did not say whose it was, it may be that of each account of the person.
    """
    kind, _, number = row.subject.partition(":")
    linked = Connection.objects.filter(network=row.network, state=Connection.State.LINKED)
    if kind == "account":
        return linked.filter(account=int(number)).exists()
    if kind != "person":
        return False
    whose = Q(account__handle__iexact=row.handle) if row.handle else Q(account__person=int(number))
    return linked.filter(whose).exists()


def stage(ends_at: datetime | None) -> int | None:
    """Return which warning is due for an end: 14, 5 or 1 days before it; None while it is farther away."""
    if ends_at is None:
        return None
    left = ends_at - timezone.now()
    return next((days for days in reversed(WARNED) if left <= timedelta(days=days)), None)


def warn_due() -> int:
    """Note whose link ends soon, once for each of WARNED; return how many."""
    now, found = timezone.now(), 0
    soon = Connection.objects.filter(state=Connection.State.LINKED, ends_at__lte=now + timedelta(days=WARNED[0]))
    for row in soon.filter(Q(warned_days=None) | Q(warned_days__gt=WARNED[-1]), ends_at__gt=now):
        due = stage(row.ends_at)
        if due is not None and (row.warned_days is None or due < row.warned_days):
            same = Connection.objects.filter(pk=row.pk, version=row.version, warned_days=row.warned_days)
            found += same.update(warned_days=due, tell_at=now)
    return found


def write_due() -> int:
    """Write the letters that people are owed about their links; return how many went out."""
    now, sent = timezone.now(), 0
    due = Connection.objects.filter(tell_at__lte=now).select_related("account__person__user")
    for row in due.order_by("tell_at")[:BATCH]:
        if not limits.count("mail:minute", cap=settings.MAIL_PER_MINUTE, seconds=60):
            break
        if not Connection.objects.filter(pk=row.pk, tell_at=row.tell_at).update(tell_at=now + LETTER_AGAIN):
            continue
        broken = row.state == Connection.State.BROKEN
        words: dict[str, object] = {
            "handle": row.account.handle,
            "network": row.get_network_display(),
            "ends_at": row.ends_at,
        }
        if _write(row.account.person, "link_broken" if broken else "link_ends", words):
            Connection.objects.filter(pk=row.pk, tell_at=now + LETTER_AGAIN).update(tell_at=None)
            sent += 1
    return sent


def _write(person: Person, letter: str, words: dict[str, object]) -> bool:
    """Send a letter; return whether nothing more is owed. Somebody without an address reads it on the desk only."""
    address = own_address(person)
    if not address:
        return True
    desk = f"{settings.SITE_URL}{reverse('desk-accounts')}"
    context = {"person": person, "desk": desk, "SITE_NAME": settings.SITE_NAME, **words}
    subject = " ".join(render_to_string(f"emails/{letter}_subject.txt", context).split())
    try:
        EmailMessage(subject, render_to_string(f"emails/{letter}.txt", context), to=[address]).send()
    except Exception as error:  # noqa: BLE001 - whatever mail does, the link stands as it is
        log.warning("no letter about a link of person %s: %s", person.pk, type(error).__name__)
        return False
    return True
