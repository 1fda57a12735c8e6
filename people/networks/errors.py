"""The four named failures of a network. An adapter raises these and nothing else."""

from datetime import datetime
from typing import Literal


class NetworkFailure(Exception):
    """What every failure has: words for the person who looks after it. They never hold a token."""


About = Literal["unknown", "protected", "suspended", "arguments", "call"]


class Refused(NetworkFailure):
    """Never again as it is: the account is gone, protected or suspended, or the call itself is wrong."""

    def __init__(self, words: str, about: About = "call") -> None:
        super().__init__(words)
        self.about = about


class NotNow(NetworkFailure):
    """Later: nobody asks again before `until` (aware)."""

    def __init__(self, words: str, until: datetime) -> None:
        super().__init__(words)
        self.until = until


class Reconnect(NetworkFailure):
    """A person must act first: the token is no longer good, or the operator's credits are used up."""


class Unknown(NetworkFailure):
    """Nobody can tell what happened: no answer, half an answer, or one that makes no sense."""
