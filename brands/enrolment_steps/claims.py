"""Who works on an import: a claim with a lease, taken and moved by compare-and-swap."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from brands.models import Import

LEASE = timedelta(seconds=90)  # renewed with every batch; the longest piece between two takes some ten seconds
_MOMENT = 0.12  # seconds
AT_WORK = (Import.State.CHECKING, Import.State.ENROLLING, Import.State.UNDOING)


class LeaseLost(Exception):
    """Somebody else has taken over: whoever catches this stops and leaves everything to them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on an import, in the state in which it was claimed, until the lease ends."""

    file: Import
    number: int


def waiting() -> list[int]:
    """Return the ids of imports that nobody works on and that a worker has to go on with, oldest first."""
    now = timezone.now()
    free = Import.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), state__in=AT_WORK)
    return list(free.order_by("pk").values_list("pk", flat=True))


def claim(file_id: int) -> Claim | None:
    """Claim one import; None where there is nothing to do with it or somebody has it."""
    now = timezone.now()
    file = Import.objects.select_related("brand", "by").filter(pk=file_id, state__in=AT_WORK).first()
    if file is None:
        return None
    free = Import.objects.filter(
        Q(lease_until=None) | Q(lease_until__lte=now), pk=file.pk, state=file.state, claim=file.claim
    )
    if not free.update(claim=F("claim") + 1, lease_until=now + LEASE):
        return None
    return Claim(file, file.claim + 1)


def held(claim: Claim) -> "QuerySet[Import]":
    """Return the import as long as the claim holds it, else nothing."""
    return Import.objects.filter(pk=claim.file.pk, claim=claim.number, state=claim.file.state)


def renew(claim: Claim, **fields: object) -> None:
    """Take the lease anew and write fields with it. Raises LeaseLost, in a transaction all of it is then undone."""
    if not held(claim).update(lease_until=timezone.now() + LEASE, **fields):
        raise LeaseLost


def finish(claim: Claim, *, to: str, **fields: object) -> None:
    """Move the import on and let go of it. Raises LeaseLost."""
    if not held(claim).update(state=to, lease_until=None, **fields):
        raise LeaseLost


def let_others_write() -> None:
    """Wait a moment between two transactions: SQLite has one writer, and who waits asks again every 0.1 s only."""
    if connection.vendor == "sqlite":
        time.sleep(_MOMENT)


def ask(file: Import, *, since: Collection[str], to: str, **fields: object) -> bool:
    """Ask a worker for the next piece of work; False where the import is in another state (somebody pressed twice)."""
    moved = Import.objects.filter(pk=file.pk, state__in=since).update(
        state=to, handled=0, lease_until=None, trouble="", started_at=timezone.now(), **fields
    )
    if moved:
        file.refresh_from_db()
    return bool(moved)
