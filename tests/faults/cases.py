"""Which cases there are: a first answer, the step at which the process is killed, one run at a time or two."""

import itertools
import random
from dataclasses import asdict, dataclass

from tests.faults.network import ANSWERS

CRASHES = ("", "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "r0", "r1", "r2", "r3")
KINDS = ("N", "P", "K", "U")
# what else happens: to the process, to the row by its author, at the network, to this site
EXTRAS = (
    *("stop-c2", "stop-c3", "stop-c4", "stop-c5", "stop-r2", "cancel", "edit", "hand", "twin"),
    *("skew-ahead", "skew-behind", "read-500", "deleted", "forgets", "no-key"),
)
# first answers beside an extra, where they are not these three
USUAL = ("ok", "reset-after", "reset-before")
ANSWERS_BESIDE = {
    "deleted": ("ok", "reset-after", "504-after", "silent-after", "half"),
    "forgets": ("ok", "reset-after", "504-after", "reset-before"),
    "skew-ahead": (*USUAL, "429", "silent-before"),
    "skew-behind": (*USUAL, "429", "silent-before"),
}


@dataclass(frozen=True)
class Case:
    """One delivery's life."""

    kind: str
    answer: str = "ok"
    crash: str = ""
    doubled: bool = False
    extra: str = ""
    at: str = ""  # the step at which the extra happens; "again": the frozen one thaws as its author said "send again"

    def __str__(self) -> str:
        words = [self.kind, self.answer, self.crash and f"killed at {self.crash}", "twice" if self.doubled else ""]
        return ", ".join(word for word in [*words, self.extra and f"{self.extra} {self.at}".strip()] if word)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def whole(kind: str) -> list[Case]:
    """Return every case of a kind: all first answers, all steps, single and doubled, then the extras."""
    grid = itertools.product(ANSWERS, CRASHES, (False, True))
    found = [Case(kind, answer, crash, doubled) for answer, crash, doubled in grid]
    for extra in EXTRAS:
        if extra == "forgets" and kind != "K":
            continue  # only a network with keys can forget them
        for answer in ANSWERS_BESIDE.get(extra, USUAL):
            found += [Case(kind, answer, extra=extra, at=at) for at in _places(extra)]
    after = ("deleted", "forgets") if kind == "K" else ("deleted",)  # what happens after the network took it
    return found + [Case(kind, "ok", "c5", extra=extra) for extra in after]


def chosen(kind: str, count: int, *, seed: int, only: str = "") -> list[Case]:
    """Return `count` cases of a kind: each answer, each step and each extra is among them.

    More than there are means that they come again, in another order. only: those whose name has these words.
    """
    every = [case for case in whole(kind) if only in str(case)]
    dice = random.Random(seed)  # noqa: S311 - no secret
    dice.shuffle(every)
    must: dict[str, Case] = {}
    for case in every:
        for name in (f"a {case.answer}", f"c {case.crash} {case.doubled}", f"e {case.extra} {case.at} {case.answer}"):
            if name[2:].strip() and (not name.startswith("e ") or case.extra):
                must.setdefault(name, case)
    first = list(dict.fromkeys(must.values()))
    found = list(dict.fromkeys([*first, *every]))
    while every and len(found) < count:
        dice.shuffle(every)
        found += every
    return found[:count]


def _places(extra: str) -> tuple[str, ...]:
    if extra == "stop-c4":
        return ("", "again")
    return ("c0", "c1", "c2", "c3", "c4", "c5") if extra in {"cancel", "edit"} else ("",)
