"""The shared limits of a network, as its adapter asks for them."""

from dataclasses import dataclass
from datetime import datetime

from advocacy import limits
from people.networks.errors import NotNow


@dataclass(frozen=True, slots=True)
class AppMeter:
    """Limits of this site's app at a network: one bucket per endpoint, and one ("*") that stops all of them."""

    network: str

    def take(self, endpoint: str) -> None:
        """Take one call; raise NotNow with the time before which nobody may call."""
        for key in (self._key("*"), self._key(endpoint)):
            until = limits.take(key)
            if until:
                raise NotNow(f"the limit of {key} is used up", until)

    def observe(self, endpoint: str, *, remaining: int, reset_at: datetime) -> None:
        """Note what the network said is left until when."""
        limits.observe(self._key(endpoint), remaining=remaining, reset_at=reset_at)

    def park(self, endpoint: str, *, until: datetime | None = None) -> datetime:
        """Let nobody call an endpoint before `until`, or for a growing pause; return the time."""
        return limits.park(self._key(endpoint), until=until)

    def _key(self, endpoint: str) -> str:
        return f"{self.network}:app:{endpoint}"
