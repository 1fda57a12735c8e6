"""The four named failures of a network. An adapter raises these and nothing else."""

from datetime import datetime
from typing import Literal


class NetworkFailure(Exception):
    """What every failure has: words for the person who looks after it. They never hold a token."""


About = Literal["unknown", "protected", "suspended", "arguments", "call", "duplicate"]


class Refused(NetworkFailure):
    """Never again as it is: the account is gone, protected or suspended, or the call itself is wrong.

    about "duplicate": the network says that the same is there already, which may be what we sent; candidate is the id
    that it names, "" for none.
    """

    def __init__(self, words: str, about: About = "call", *, candidate: str = "") -> None:
        super().__init__(words)
        self.about = about
        self.candidate = candidate


class NotNow(NetworkFailure):
    """Later: nobody asks again before `until` (aware). For something sent it also means: certainly not taken.

    limit: whose limit is used up, so that others of the same app or account wait too; "" for none of these.
    """

    def __init__(self, words: str, until: datetime, *, limit: Literal["app", "account", ""] = "") -> None:
        super().__init__(words)
        self.until = until
        self.limit = limit


class NoKey(NotNow):
    """This site cannot open the account's token, as the key that sealed it is missing: the operator must add it."""


class Reconnect(NetworkFailure):
    """A person must act first: the token is no longer good, or the operator's credits are used up."""


class Unknown(NetworkFailure):
    """Nobody can tell what happened: no answer, half an answer, or one that makes no sense."""
