"""Where a send gets its token from: the one refresh function of the site, people.connecting.fresh_token."""

from collections.abc import Callable

from people.models import Account
from people.networks.errors import Reconnect
from people.networks.types import Writer

# account id -> a token that is good for some minutes; renew=True renews it although it looks good, because the network
# did not take it. Raises the failures of people.networks.errors.
Source = Callable[[int, bool], str]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Let somebody give the tokens; the last one to register does."""
    _sources.append(source)


def writer_for(account: Account, *, renew: bool = False) -> Writer:
    """Return in whose name something is sent, with a token. Raises Reconnect where the account is not linked."""
    if not _sources:
        raise Reconnect("the account is not linked")
    return Writer(account.remote_id or "", account.handle, _sources[-1](account.pk, renew))
