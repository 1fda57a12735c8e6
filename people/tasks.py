"""What beat asks for. Each task takes its work from the database, so a message too many or too few does no harm."""

import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from people import faces, post_pictures, proving, taking_along
from people.models import SyncRun
from people.networks.registry import PATHS
from people.syncing import compliance, lookups, plan
from people.syncing.run import sync_account

BUSY_SECONDS = 15.0  # a task gives its worker back after this, so that nobody waits long; the next tick goes on
RUNS_KEPT = timedelta(days=30)


@shared_task
def sync_due() -> int:
    """Read accounts that are due until none is, or for a while; return how many were read."""
    return _work_through(BUSY_SECONDS)


@shared_task
def look_up_due() -> int:
    """Look up accounts whose profile is due, until none is; return how many were asked for."""
    began, asked = time.monotonic(), 0
    while time.monotonic() - began < BUSY_SECONDS:
        batch = lookups.look_up_due()
        if not batch:
            break
        asked += batch
    return asked


@shared_task
def fetch_faces() -> int:
    """Fetch pictures that the networks have for accounts; return how many were tried."""
    return faces.fetch_due_avatars(limit=50)


@shared_task
def fetch_post_pictures() -> int:
    """Fetch pictures that posts have at their networks; return how many were tried."""
    return post_pictures.fetch_due(limit=50)


@shared_task
def carry_on_compliance() -> None:
    """Carry the daily compliance jobs on, and look up single posts within the allowance."""
    for network in PATHS:
        compliance.carry_on(network=network)
        compliance.check_posts(network=network)


@shared_task
def forget_old_runs() -> None:
    """Delete the records of readings that nobody asks about any more."""
    SyncRun.objects.filter(started_at__lt=timezone.now() - RUNS_KEPT).delete()


def _work_through(seconds: float) -> int:
    began, read = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        ids = plan.due()
        runs = [run for account_id in ids if time.monotonic() - began < seconds and (run := sync_account(account_id))]
        if not runs:
            break
        read += len(runs)
    return read


@shared_task
def look_for_proofs() -> int:
    """Look for proofs of accounts that people asked us to look for; return how many."""
    return proving.look_due()


@shared_task
def pack_parcels() -> int:
    """Pack what persons asked for to take along, and delete what was kept for long enough; return how many packed."""
    taking_along.sweep()
    return taking_along.pack_due()
