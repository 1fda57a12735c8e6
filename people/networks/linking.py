"""How a network lets a person link an account: one small protocol, and which networks have it.

Nothing here or in an implementation writes a token into an exception, a log line or its own repr.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from people.networks.errors import Reconnect
from people.networks.types import ProfileRecord

PATHS: Mapping[str, str] = {"x": "people.networks.x_oauth.XOAuth"}


class NotGranted(Reconnect):
    """The network says for certain that this code or this refresh token is good for nothing."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a network gave. ends_at is when the access token ends, None where the network named no end."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)  # "" where the network gave none
    ends_at: datetime | None
    scopes: tuple[str, ...]  # () where the network says that they are those asked for


class Linking(Protocol):
    """OAuth 2.0 with PKCE at one network.

    Calls raise the failures of errors.py: NotGranted, NotNow (nothing was taken), Unknown (nobody knows).
    """

    scopes: tuple[str, ...]  # the least that this product needs; a grant of others is not taken
    unused_life: timedelta | None  # a link that nobody uses ends after this; None: the network names no such time

    def begin_address(self, *, state: str, challenge: str, callback: str) -> str:
        """Return the address at the network where the person says yes. challenge is the S256 one."""
        ...

    def exchange(self, *, code: str, verifier: str, callback: str) -> Tokens:
        """Give tokens for a code."""
        ...

    def refresh(self, token: str) -> Tokens:
        """Give new tokens for a refresh token, which may be used up then, whatever comes back."""
        ...

    def revoke(self, token: str) -> None:
        """Let the network forget a token and all that belong to it; returns also where it knows none."""
        ...

    def me(self, access: str) -> ProfileRecord:
        """Return whose token this is."""
        ...

    def may(self, scopes: Sequence[str]) -> list[str]:
        """Return in plain words what scopes let us do."""
        ...


def linking_for(network: str) -> Linking:
    """Return how a network links accounts. Raises KeyError where it does not, or the operator has set up no app."""
    if network not in networks():
        raise KeyError(network)
    made: Linking = import_string(PATHS[network])(
        base=settings.X_API_BASE,
        web_base=settings.X_WEB_BASE,
        client_id=settings.X_CLIENT_ID,
        client_secret=settings.X_CLIENT_SECRET,
    )
    return made


def networks() -> list[str]:
    """Return the networks whose accounts can be linked on this site."""
    return [network for network in PATHS if settings.X_CLIENT_ID]
