"""What a life may have come to, from the protocol alone, and what is wrong with what it came to.

Nothing here looks at a row or a network: tests feed it ends that are wrong, and see them named.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from people.models import Delivery
from people.publishing.letters import TROUBLED
from tests.faults.cases import Case

State = Delivery.State
DONE = (*Delivery.FINAL, State.NEEDS_HUMAN)
REFUSED = ("400", "403", "404", "422")
LATER = ("429", "401")  # certainly not taken: it goes once more
CLEAR = ("ok", "slow", *LATER)
NOT_TAKEN = (
    *(*REFUSED, *LATER, "500-before", "502-before", "503-before", "reset-before", "silent-before"),
    *("duplicate-none", "duplicate-hand"),
)
BEFORE_THE_MARK = ("c0", "c1", "c2")  # at these the author can still call it off, or change it


class Expected(NamedTuple):
    """How a life ends: in which state, with how many posts by the interface (a person's own are not among them)."""

    state: Delivery.State
    posts: int


@dataclass(frozen=True)
class Life:
    """What a life came to: the row, the network's log, and what its author was told."""

    case: Case
    state: str
    log: dict[str, Any]  # the network's: posts, and when each send reached it (seconds since 1970)
    words: str  # that the row says
    reason: str = ""
    remote_id: str | None = None
    waits: bool = False  # it is still looked at again
    deleted: bool = False
    kept: int = 0  # posts on the pages
    told: str = ""
    cancelled_at: float | None = None  # when a cancel had returned
    edited: bool = False  # an edit had returned


def expected(case: Case) -> Expected:
    """Return how the protocol lets this life end: one state and one number of posts."""
    kind, answer = case.kind, case.answer
    if case.extra == "cancel" and case.at in BEFORE_THE_MARK:
        return Expected(State.CANCELLED, 0)
    marked = case.crash in {"c3", "c4"} or case.extra == "stop-c3"  # its mark was committed, and nothing left
    if marked and kind in "NU":
        found = kind == "N" and answer == "duplicate-hand"
        return Expected(State.PUBLISHED if found else State.NEEDS_HUMAN, 0)
    if case.crash != "c5":  # the answer was heard
        if answer in REFUSED:
            return Expected(State.FAILED, 0)
        if answer in CLEAR:
            return Expected(State.PUBLISHED, 1)
    return _unclear(case)


def _unclear(case: Case) -> Expected:
    """Nobody heard what became of the send: it is looked for, sent harmlessly once more, or a person is asked."""
    kind, taken = case.kind, case.answer not in NOT_TAKEN
    if taken and case.extra == "deleted":  # its author took it away before anybody looked
        return Expected(State.PUBLISHED if kind in "PK" else State.NEEDS_HUMAN, 1)
    if taken:
        return Expected(State.NEEDS_HUMAN if kind == "U" else State.PUBLISHED, 1)
    if kind in "NK" and (case.extra == "hand" or case.answer == "duplicate-hand"):
        return Expected(State.PUBLISHED, 0)  # the words are out by hand: bound, never sent again
    return Expected(State.PUBLISHED, 1) if kind in "PK" else Expected(State.NEEDS_HUMAN, 0)


def sends(case: Case) -> int | None:
    """Return how many requests reach the network; None where the kind lets a second one do no harm."""
    if case.kind in "PK":
        return None
    if case.crash in {"c3", "c4"} or case.extra == "stop-c3" or expected(case).state == State.CANCELLED:
        return 0
    return 2 if case.answer in LATER and case.crash != "c5" else 1


def judge(life: Life) -> list[str]:
    """Return what is wrong with a life, [] for nothing."""
    made = [post for post in life.log["posts"] if post["by"] == "api"]
    wrong = ["duplicate"] if len(made) > 1 else []
    if life.state not in DONE or life.waits:
        wrong.append(f"stuck: {life.state} {life.reason}")
    wrong += _false(life, made) + _against_its_author(life, made)
    if life.state in TROUBLED and life.told != f"{life.state}:{life.reason}":
        wrong.append("its author was not told")
    right, number = expected(life.case), sends(life.case)
    if (life.state, len(made)) != right:
        wrong.append(f"ended {life.state} {life.reason} with {len(made)} posts, not {right.state} with {right.posts}")
    if number is not None and len(life.log["sends"]) != number:
        wrong.append(f"sent {len(life.log['sends'])} times, not {number}")
    return wrong


def _false(life: Life, made: list[dict[str, Any]]) -> list[str]:
    """Return what the row says and the network does not."""
    wrong = []
    gone = any(post["deleted"] for post in life.log["posts"])
    if life.state == State.PUBLISHED:
        ids = {post["id"] for post in life.log["posts"]}
        if life.remote_id not in ids and not (life.deleted and gone):
            wrong.append("false: published, but no such post")
        if life.kept != (0 if life.deleted else 1):
            wrong.append("false: not kept as one post")
    if life.state in {State.FAILED, State.MISSED, State.CANCELLED} and made:
        wrong.append(f"false: {life.state}, but it is out")
    if life.state == State.NEEDS_HUMAN and made and not gone and life.case.kind != "U":
        wrong.append("false: asks a person, though it could be read")
    return wrong


def _against_its_author(life: Life, made: list[dict[str, Any]]) -> list[str]:
    """Return what was done after its author had said otherwise; the network's log says when, whatever the row does."""
    wrong = []
    if life.cancelled_at is not None:
        if any(at > life.cancelled_at for at in life.log["sends"]):
            wrong.append("sent after a confirmed cancel")
        elif life.state != State.CANCELLED and life.reason != Delivery.UNDELETED:
            wrong.append(f"false: {life.state}, though it was called off")
    if life.case.extra == "cancel" and (life.cancelled_at is not None) != (life.case.at in BEFORE_THE_MARK):
        wrong.append("called off too late" if life.cancelled_at else "could not be called off")
    if life.case.extra == "edit" and life.edited != (life.case.at in BEFORE_THE_MARK):
        wrong.append("changed too late" if life.edited else "could not be changed")
    if any(post["text"] != life.words for post in made):
        wrong.append("other words went out than the row says")
    return wrong
