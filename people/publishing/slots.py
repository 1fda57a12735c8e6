"""The networks' limits on sending, shared by all workers as database rows (advocacy/limits.py)."""

from datetime import datetime

from advocacy import limits
from people.models import Account
from people.networks.errors import NotNow
from people.networks.publishers import publisher_for
from people.networks.sending import SOON
from people.publishing.clock import now


def known(account: Account) -> datetime | None:
    """Return until when the network said that none may be made, None where it said nothing of the kind."""
    moment = now()
    for key in (_key(account, "app"), _key(account, "account")):
        until = limits.take(key, now=moment)
        if until:
            return until
    return None


def take(account: Account) -> datetime | None:
    """Take one send; return None when it may be made, else the time before which none may."""
    moment = now()
    for rate in publisher_for(account.network).rates:
        until = limits.turn(f"{_key(account, rate.per)}:{rate.seconds}", cap=rate.cap, seconds=rate.seconds, now=moment)
        if until:
            return until
    return None


def told(account: Account, failure: NotNow) -> None:
    """Note that the network's limit is used up, so that others wait too."""
    if failure.limit:
        moment = now()
        until = failure.until if failure.until != SOON and failure.until > moment else None
        limits.park(_key(account, failure.limit), until=until, now=moment)


def _key(account: Account, per: str) -> str:
    return f"{account.network}:post:app" if per == "app" else f"{account.network}:post:account:{account.pk}"
