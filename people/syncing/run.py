"""One reading of one account: claim -> fetch -> decide -> store, page by page, then the cursor."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from people.models import Account, SyncRun
from people.networks.base import Adapter
from people.networks.errors import NetworkFailure, NotNow, Reconnect, Refused
from people.networks.registry import adapter_for
from people.syncing import plan, store
from people.syncing.lookups import turn
from people.syncing.meter import AppMeter

logger = logging.getLogger(__name__)
OPERATOR_PAUSE = timedelta(minutes=10)


def sync_account(account_id: int) -> SyncRun | None:
    """Read what an account said since last time. Return the run, or None where there was nothing to claim.

    Harmless when it runs 0, 1 or n times: the claim lets one in, and a killed one leaves only a lease that ends.
    """
    claim = plan.claim(account_id)
    if claim is None:
        return None
    adapter = adapter_for(claim.account.network, AppMeter(claim.account.network))
    run = SyncRun.objects.create(account=claim.account, started_at=timezone.now())
    ended = _ended(lambda: _read(claim, run, adapter), claim)
    run.outcome, run.trouble = ended
    run.finished_at = timezone.now()
    run.save()
    return run


def _read(claim: plan.Claim, run: SyncRun, adapter: Adapter) -> None:
    """Fetch and store all pages, then move the cursor to the newest id seen."""
    account, token, cursor, pages = claim.account, None, claim.cursor, 0
    while True:
        page = adapter.posts(account.remote_id or "", cursor=claim.cursor, since=account.read_from, token=token)
        pages += 1
        run.calls, run.fetched = pages, run.fetched + len(page.posts)
        if not plan.renew(claim):
            raise store.LostLease
        if page.posts:
            counts = store.store_page(claim, page.posts)
            run.new, run.changed = run.new + counts.new, run.changed + counts.changed
            cursor = adapter.newest([cursor, *(post.remote_id for post in page.posts)])
        token = page.next_token
        if not token:
            break
    if not plan.finish(claim, cursor=cursor, hit=run.new > 0):
        raise store.LostLease


def _ended(read: Callable[[], None], claim: plan.Claim) -> tuple[str, str]:
    """Carry out a reading and turn its end into an outcome and words; every end lets go of the claim."""
    try:
        read()
    except store.LostLease:
        return SyncRun.Outcome.LOST, "somebody else took over"
    except NotNow as failure:
        plan.put_off(claim, until=failure.until, trouble=str(failure))
        return SyncRun.Outcome.NOT_NOW, str(failure)
    except Refused as failure:
        return SyncRun.Outcome.REFUSED, _refused(claim, failure)
    except Reconnect as failure:  # not the account's fault: it is read once the operator has acted
        plan.put_off(claim, until=timezone.now() + OPERATOR_PAUSE, trouble=str(failure))
        return SyncRun.Outcome.RECONNECT, str(failure)
    except NetworkFailure as failure:
        plan.fail(claim, trouble=str(failure))
        return SyncRun.Outcome.UNKNOWN, str(failure)
    except Exception as error:  # a fault of ours: the account waits and is parked like any that cannot be read
        logger.exception("reading account %s failed", claim.account.pk)
        plan.fail(claim, trouble=f"a fault of this software ({type(error).__name__}); the log has more")
        return SyncRun.Outcome.UNKNOWN, type(error).__name__
    return SyncRun.Outcome.OK, ""


_STATES = {
    "protected": Account.State.PROTECTED,
    "suspended": Account.State.SUSPENDED,
    "unknown": Account.State.UNKNOWN,
}


def _refused(claim: plan.Claim, failure: Refused) -> str:
    """An account that the network closed is not read again until a look-up sees it open; its posts go."""
    plan.fail(claim, trouble=str(failure))
    if failure.about in _STATES:
        turn(claim.account, _STATES[failure.about])
    return str(failure)
