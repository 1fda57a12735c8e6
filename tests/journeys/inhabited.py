"""Inhabitants of the sandbox who are enrolled here, and what stands here of them."""

from datetime import UTC, datetime, timedelta

from advocacy.models import RateBucket
from brands.models import BrandPost
from people.models import Account, SyncRun
from people.syncing import plan
from people.syncing.run import sync_account
from tests.factories import make_account, make_enrolment
from tests.sandbox_copy import SandboxCopy

NOW = datetime.now(UTC).replace(microsecond=0)


def enrolled(x: SandboxCopy, handle: str = "ingrid", **fields: object) -> Account:
    """Make an inhabitant with an account here that an active enrolment shows."""
    remote_id = x.inhabitant(handle=handle, name=handle.title(), at=NOW - timedelta(days=30))
    fields.setdefault("remote_id", remote_id)
    account = make_account(sync=True, handle=handle, looked_up_at=NOW, **fields)
    make_enrolment(account=account)
    return account


def spoken(x: SandboxCopy, count: int, handle: str = "ingrid") -> list[str]:
    """Let somebody speak `count` times, minute by minute; return the ids, oldest first."""
    return [x.say(handle=handle, text=f"Night {n}", at=NOW - timedelta(minutes=count + 1 - n)) for n in range(count)]


def again(account: Account) -> SyncRun:
    """Read an account now, due or not."""
    plan.read_now(account)
    run = sync_account(account.pk)
    assert run is not None
    return run


def ids(account: Account) -> list[str]:
    return list(account.posts.order_by("published_at", "pk").values_list("remote_id", flat=True))


def shown(account: Account) -> list[str]:
    """Return the remote ids of the account's posts on brand pages, oldest first."""
    rows = BrandPost.objects.filter(post__account=account).order_by("published_at", "post_id")
    return list(rows.values_list("post__remote_id", flat=True))


def ignore(tally: object) -> None:
    """Listen to no progress."""


def forget_limits() -> None:
    RateBucket.objects.all().delete()
