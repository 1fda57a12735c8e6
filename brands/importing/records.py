"""The records that one part of an import hands to the next."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Unreadable(Exception):
    """The file, or the way it is to be read, cannot be used at all; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not enrolled. name: the kind, by which the report counts; where: a column or a cell."""

    name: str
    where: str
    what: str
    todo: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table as text. number: the row's number in a spreadsheet; troubles: by position of the cell."""

    number: int
    cells: tuple[str, ...]
    troubles: dict[int, Problem] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read. header: stripped, "" for a column without a name; how: how it was read, in words."""

    header: tuple[str, ...]
    rows: list[Row]
    how: str


@dataclass(frozen=True, slots=True)
class Named:
    """An account as a file names it: a handle without @, a network id, or both ("" where it does not say)."""

    handle: str
    remote_id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row says about a person; "" and empty where it says nothing."""

    name: str
    given: str
    family: str
    nickname: str
    email: str  # folded
    team: str
    topics: tuple[str, ...]
    place: str
    title: str
    external_id: str
    languages: tuple[str, ...]
    with_brand_since: date | None
    line: str
    accounts: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A row after its own check: what it says, or what is wrong with it, and what is worth knowing about it."""

    number: int
    wanted: Wanted
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UPDATED = "updated"
    ALSO = "further account"  # of somebody in an earlier row of the same file
    UNCHANGED = "unchanged"
    PROBLEM = "problem"


@dataclass(slots=True)
class RowPlan:
    """What is to be done with a row. changes: names of the fields that differ; merged: accounts of later rows too."""

    number: int
    verdict: Verdict
    wanted: Wanted
    person_id: int | None = None
    enrolment_id: int | None = None
    changes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # fields that differ and stay: the person's own
    accounts: tuple[Named, ...] = ()  # those to add, not those that are known
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    same_as: int | None = None  # number of the earlier row about the same person
