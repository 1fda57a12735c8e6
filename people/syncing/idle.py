"""Reading everything that is due until nothing is: what the command `sync` does, by the workers' own claims."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from people.models import Account, SyncRun, SyncState
from people.networks.registry import PATHS
from people.syncing import compliance, lookups, plan
from people.syncing.run import sync_account

PATIENCE = timedelta(seconds=120)  # a reading put off for longer than this is reported, not waited for


@dataclass(slots=True)
class Tally:
    """What a stretch of reading came to."""

    runs: int = 0
    new: int = 0
    changed: int = 0
    asked: int = 0  # accounts looked up
    troubles: dict[str, int] = field(default_factory=dict)
    look_up_troubles: list[str] = field(default_factory=list)  # why the last look-up was put off


def read_due(accounts: Collection[int] | None, tally: Tally, *, told: Callable[[Tally], None]) -> bool:
    """Look up and read what is due now, once through; return whether anything was done."""
    began = timezone.now()
    busy = False
    tally.look_up_troubles.clear()
    while asked := lookups.look_up_due(before=began, accounts=accounts, troubles=tally.look_up_troubles):
        tally.asked += asked
        busy = True
    for account_id in plan.due(accounts):
        run = sync_account(account_id)
        if run is None:
            continue
        busy = True
        tally.runs, tally.new, tally.changed = tally.runs + 1, tally.new + run.new, tally.changed + run.changed
        if run.outcome != SyncRun.Outcome.OK:
            tally.troubles[run.trouble] = tally.troubles.get(run.trouble, 0) + 1
        told(tally)
    return busy


def read_until_idle(accounts: Collection[int] | None, *, told: Callable[[Tally], None]) -> Tally:
    """Read until nothing is due, nobody reads, and nothing is put off for less than two minutes.

    Works beside workers and other commands: what they hold is waited for, and taken over when their lease ends.
    """
    began = timezone.now()
    tally = Tally()
    while True:
        while read_due(accounts, tally, told=told):
            pass
        if not _soon(accounts) and not _compliance(began):
            return tally
        time.sleep(1)


def unfinished(accounts: Collection[int] | None) -> dict[str, int]:
    """Return in words what stands in the way of accounts that could not be read, with how many each."""
    states = SyncState.objects.filter(account__read_from__isnull=False).exclude(trouble="")
    if accounts is not None:
        states = states.filter(account__in=accounts)
    counts: dict[str, int] = {}
    for trouble in states.values_list("trouble", flat=True):
        counts[trouble] = counts.get(trouble, 0) + 1
    return counts


def states(accounts: Collection[int] | None) -> dict[str, int]:
    """Return the states of accounts that are not read (waiting, not found ...) in words, with how many each."""
    closed = Account.objects.filter(read_from__isnull=False).exclude(state=Account.State.ACTIVE)
    if accounts is not None:
        closed = closed.filter(pk__in=accounts)
    counts = closed.values_list("state").annotate(number=Count("pk")).order_by("state")
    return {str(Account.State(state).label): number for state, number in counts}


def _soon(accounts: Collection[int] | None) -> bool:
    """Whether something is read by somebody else now, or was put off for a moment."""
    now = timezone.now()
    put_off = Q(due_at__lte=now + PATIENCE) & ~Q(trouble="")
    return plan.readable(accounts).filter(Q(lease_until__isnull=False) | put_off | Q(due_at__lte=now)).exists()


def _compliance(began: datetime) -> bool:
    """Carry compliance jobs on; return whether one is under way that went on lately: X's own may take hours."""
    for network in PATHS:
        compliance.carry_on(network=network, before=began)
    jobs = [job for network in PATHS if (job := compliance.open_job(network))]
    return any(max(job.changed_at, began) > timezone.now() - PATIENCE for job in jobs)
