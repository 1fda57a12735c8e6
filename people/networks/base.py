"""What an adapter can do: one required protocol, and the other abilities as small protocols of their own.

Every method may raise the four failures of errors.py and nothing else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from people.networks.types import Gone, LookUp, Page, PostRecord


class Adapter(Protocol):
    """Reads profiles, and posts since a cursor."""

    network: str
    batch: int  # how many accounts one look-up takes

    def look_up(self, *, handles: Sequence[str] = (), ids: Sequence[str] = ()) -> LookUp:
        """Return the accounts with these handles, or with these remote ids (one of the two, at most `batch`)."""
        ...

    def posts(self, remote_id: str, *, cursor: str, since: datetime | None, token: str | None) -> Page:
        """Return one page of an account's posts, newest first: those after cursor ("" = all) and not before since."""
        ...

    def newest(self, ids: Iterable[str]) -> str:
        """Return the id that the network gave last, or "" for none: ids are not numbers to anybody else."""
        ...


@runtime_checkable
class LatestPosts(Protocol):
    """Can give the last few posts of an account, and costs no more than those."""

    def latest(self, remote_id: str, *, count: int) -> tuple[PostRecord, ...]:
        """Return the last posts of an account, newest first: at most count (5 to 100), none that others wrote."""
        ...


@runtime_checkable
class PostLookUp(Protocol):
    """Can say of single posts that they are gone."""

    def gone(self, ids: Sequence[str]) -> tuple[Gone, ...]:
        """Return those of at most 100 posts that the network no longer shows. Costs money per post still there."""
        ...


class JobRecord(NamedTuple):
    """A batch compliance job as the network has it now."""

    remote_id: str
    upload_url: str
    download_url: str
    status: Literal["created", "in_progress", "complete", "failed", "expired"]


@runtime_checkable
class BatchCompliance(Protocol):
    """Can say of any number of posts, by a job, which are gone."""

    def start_job(self) -> JobRecord:
        """Open a job for posts."""
        ...

    def job(self, remote_id: str) -> JobRecord:
        """Return the job as it stands."""
        ...

    def send_ids(self, job: JobRecord, ids: Iterable[str]) -> None:
        """Hand the ids over, one a line."""
        ...

    def result(self, job: JobRecord) -> tuple[Gone, ...]:
        """Return the posts that are gone."""
        ...


class Meter(Protocol):
    """What an adapter asks before a call and tells after it, so that limits are shared. Given to it when it is made."""

    def take(self, endpoint: str) -> None:
        """Take one call of an endpoint; raise NotNow when none is left."""
        ...

    def observe(self, endpoint: str, *, remaining: int, reset_at: datetime) -> None:
        """Tell what the network said is left until when."""
        ...

    def park(self, endpoint: str, *, until: datetime | None = None) -> datetime:
        """Let nobody call an endpoint ("*" = any) before `until`, or for a growing pause; return the time."""
        ...
