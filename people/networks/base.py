"""What an adapter can do: one required protocol, and the other abilities as small protocols of their own.

Every method may raise the four failures of errors.py and nothing else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from people.networks.types import (
    Gone,
    LookUp,
    OwnPost,
    Page,
    Payload,
    Picture,
    PostRecord,
    Published,
    Rate,
    Uploaded,
    Writer,
)


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


Kind = Literal["N", "P", "K", "U"]


class Publisher(Protocol):
    """Sends. One call is one request on a connection of its own (people/networks/sending.py), never repeated by itself.

    kind says how a second send is made harmless, and how the outcome of a lost answer is learnt:
    N nothing, own_recent (ReadsOwn); P the id that we choose, find (FindsOwn); K a key, good for `key_good` seconds
    after the first send, own_recent; U nothing, and nothing can be read: a person is asked.
    """

    network: str
    kind: Kind
    key_good: int  # seconds; 0 where the network knows no key
    rates: tuple[Rate, ...]

    def publish(self, writer: Writer, payload: Payload) -> Published:
        """Send it once. NotNow: certainly not taken. Refused: certainly not taken, but for about "duplicate".

        Reconnect: the token is not good, nothing taken. Unknown: it may have been taken; so do all other exceptions.
        """
        ...

    def mills(self, text: str) -> int:
        """Return what sending these words costs at the network, in 1/1000 USD."""
        ...


@runtime_checkable
class ReadsOwn(Protocol):
    """Kinds N and K: can give the writer's own newest posts."""

    read_mills: int  # what each post costs that such a reading returns, in 1/1000 USD

    def own_recent(self, writer: Writer, *, since: datetime) -> Sequence[OwnPost]:
        """Return own posts since a time, newest first, at least the newest 40 where there are as many."""
        ...


@runtime_checkable
class FindsOwn(Protocol):
    """Kind P: freezes the record that is sent, and finds it by the id that we chose."""

    def record(self, writer: Writer, payload: Payload) -> dict[str, object]:
        """Return the JSON-ready record of a payload whose record is still None."""
        ...

    def find(self, writer: Writer, rkey: str) -> Published | None:
        """Return what stands under this id, None where the network is sure that nothing does."""
        ...


@runtime_checkable
class Uploads(Protocol):
    """Takes pictures before the post that names them; a picture without a post harms nobody."""

    alt_mills: int  # what a picture's description costs at the network, in 1/1000 USD

    def upload(self, writer: Writer, picture: Picture) -> Uploaded:
        """Upload one picture with its words; may be repeated."""
        ...


@runtime_checkable
class Deletes(Protocol):
    """Can delete an own post. Deleting twice is no failure."""

    delete_mills: int  # what that costs at the network, in 1/1000 USD

    def delete(self, writer: Writer, remote_id: str) -> None:
        """Delete a post; returns also where there is none any longer."""
        ...


@runtime_checkable
class Edits(Protocol):
    """Can change an own post."""

    def edit(self, writer: Writer, remote_id: str, payload: Payload) -> Published:
        """Give a post other words; the network may give the new version another id."""
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
