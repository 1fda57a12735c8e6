"""What beat asks for. Each task takes its work from the database, so a message too many or too few does no harm."""

import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from advocacy import old_sessions
from advocacy.celery import ring
from people import (
    connecting,
    erasing,
    faces,
    follow_requests,
    keys,
    link_cards,
    link_ends,
    post_pictures,
    proving,
    reporting,
    taking_along,
)
from people.letters import due as letters_due
from people.letters import sending as letters_sending
from people.models import SyncRun
from people.networks.registry import PATHS
from people.publishing import dispatching, letters, sending, watching, zones
from people.share_cards import due as share_cards
from people.syncing import compliance, lookups, plan
from people.syncing.run import sync_account
from people.writing import drafting, shared_pictures

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


@shared_task(soft_time_limit=120, time_limit=150)
def fetch_link_cards() -> int:
    """Look at the pages that drafts link to; return how many were looked at."""
    return link_cards.fetch_due()


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


@shared_task
def forget_old_sessions() -> int:
    """Delete the sessions that are over; return how many."""
    return old_sessions.forget()


@shared_task
def forget_shared_pictures() -> int:
    """Delete pictures that were shared by somebody who never signed in; return how many."""
    return shared_pictures.sweep()


@shared_task
def forget_thrown_drafts() -> int:
    """Delete drafts that were thrown away a day ago; return how many."""
    return drafting.forget_thrown()


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


@shared_task
def erase() -> int:
    """Erase who is to be erased; return how many are done."""
    return erasing.carry_on()


@shared_task
def write_key_uses() -> int:
    """Write down the days on which keys of the API were used last; return how many were new."""
    return keys.write_uses()


@shared_task
def draw_person_cards() -> int:
    """Draw the cards for sharing that are not as they should be; return how many."""
    return share_cards.draw_due()


@shared_task
def tend_links() -> None:
    """Let networks forget tokens that ended here, sweep links that came to nothing, and write what people are owed."""
    connecting.sweep()
    link_ends.tend()


@shared_task
def dispatch() -> int:
    """Find what is due to be published and ring for it; return how many deliveries."""
    return dispatching.tick(lambda pk: ring(deliver, pk), ring_first=lambda pk: ring(finish, pk))


@shared_task(time_limit=sending.TASK_SECONDS + 5, soft_time_limit=sending.TASK_SECONDS)
def deliver(pk: int) -> None:
    """Do what is due for one delivery; shorter than its lease, and harmless a second time."""
    sending.run(pk)


@shared_task(time_limit=sending.TASK_SECONDS + 5, soft_time_limit=sending.TASK_SECONDS)
def finish(pk: int) -> None:
    """Do the same for one that was sent: look for it at the network, keep its post."""
    sending.run(pk)


@shared_task
def follow_zone_rules() -> int:
    """Move what is planned on a wall clock whose zone has other rules by now; return how many."""
    return zones.follow_zones()


@shared_task
def watch_deliveries() -> int:
    """Tell owners what became of their posts where it is not what they wished, and the operator what is overdue."""
    watching.watch()
    return letters.tell_due()


@shared_task
def send_follow_letters() -> int:
    """Send the letters by which fans without an account confirm whom they follow; return how many went out."""
    follow_requests.sweep()
    return follow_requests.send_due()


@shared_task
def leave_letters() -> int:
    """Leave letters to fans whose morning has come, and ring for workers to send them; return how many were left."""
    left = letters_due.leave_letters(seconds=BUSY_SECONDS)
    letters_due.forget(timezone.now())
    for _ in range(letters_sending.hands()):
        ring(send_letters)
    return left


@shared_task(expires=20)  # rung for anew while letters are due: what waited for a worker is not needed any more
def send_letters() -> int:
    """Send letters to fans that are due; return how many the mail server took."""
    return letters_sending.send_due(seconds=BUSY_SECONDS)


@shared_task
def tell_of_reports() -> int:
    """Tell authors whose posts were reported, and forget old addresses; return how many letters went out."""
    reporting.forget()
    return reporting.tell_due()
