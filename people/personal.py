"""The register of personal data: which column of which table holds what, whose it is, and what erasing does with it.

Erasing walks it in the order of registration, so rows that hang on others stand before those. Each app registers its
own models (personal_fields.py here, personal.py in brands); a test fails for a column that nobody placed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.apps import apps
from django.db.models import Model, Q


class Whose(Enum):
    """Whose it is."""

    PERSON = "a person"
    USER = "a login"
    FAN = "a fan"
    ASKED = "somebody who was asked, or asks"
    AUTHOR = "the author of the words"


class Fate(Enum):
    """What erasing its owner does."""

    ROW = "the row goes"
    BLANK = "the columns are emptied"
    KEPT = "it is kept"


@dataclass(frozen=True)
class Traces:
    """By what the rows of somebody who is to be erased are found. fan_only: only what makes them a fan goes.

    keep: renews the lease of whoever is at work; steps call it for each chunk of what may be many rows.
    """

    key: str  # of the erasure: what stands in the audit log from then on
    person: int | None
    user: int | None
    fan_only: bool = False
    addresses: frozenset[str] = frozenset()  # folded
    keep: Callable[[], None] = field(default=lambda: None, compare=False)


@dataclass(frozen=True)
class Entry:
    """One table in the register.

    person, user: the look-ups from the table to the ids of its owner, "" for none; address: the column with a folded
    address by which rows are found too; names_address: an address is known to be theirs by such a row, so that these go
    after all that is found by addresses. blank: what BLANK writes. why: the reason of KEPT. lasting: which rows stay
    where a fan goes and their login does not.
    """

    model: str
    whose: Whose
    fate: Fate
    personal: Mapping[str, str] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    person: str = ""
    user: str = ""
    address: str = ""
    names_address: bool = False
    blank: Mapping[str, object] = field(default_factory=dict)
    why: str = ""
    lasting: Q | None = None

    @property
    def table(self) -> type[Model]:
        """The model."""
        return apps.get_model(self.model)

    def of(self, traces: Traces) -> Q | None:
        """Return the condition of the rows that belong to somebody; None where none can."""
        if traces.fan_only and self.whose != Whose.FAN:
            return None
        found = [
            Q(**{path: pk}) for path, pk in ((self.person, traces.person), (self.user, traces.user)) if path and pk
        ]
        if self.address and traces.addresses:
            found.append(Q(**{f"{self.address}__in": sorted(traces.addresses)}))
        condition = None
        for one in found:
            condition = one if condition is None else condition | one
        if traces.fan_only and self.lasting is not None and condition is not None:
            condition &= ~self.lasting
        return condition


Step = Callable[[Traces], None]
Objection = Callable[[Traces], str]
_entries: dict[str, Entry] = {}
_before: list[Step] = []
_objections: list[Objection] = []


def register(
    model: str,
    whose: Whose,
    fate: Fate,
    *,
    personal: Mapping[str, str],
    plain: str = "",
    person: str = "",
    user: str = "",
    address: str = "",
    names_address: bool = False,
    blank: Mapping[str, object] | None = None,
    why: str = "",
    lasting: Q | None = None,
) -> None:
    """Put one table into the register; see Entry. personal: column -> what it is; plain: the other columns.

    Raises ValueError for a table that is in it already: the later line would take the place of the first unseen.
    """
    if model in _entries:
        raise ValueError(f"{model} is in the register twice")
    _entries[model] = Entry(
        model=model,
        whose=whose,
        fate=fate,
        personal=personal,
        plain=frozenset(plain.split()),
        person=person,
        user=user,
        address=address,
        names_address=names_address,
        blank=blank or {},
        why=why,
        lasting=lasting,
    )


def register_nobodys(model: str, columns: str) -> None:
    """Put a table into the register whose columns say nothing about anybody."""
    register(model, Whose.USER, Fate.KEPT, personal={}, plain=columns, why="it says nothing about anybody")


def register_step(step: Step) -> None:
    """Let somebody clear away what the register cannot say, before the rows go. Harmless when it runs n times."""
    if step not in _before:
        _before.append(step)


def register_objection(objection: Objection) -> None:
    """Let somebody say why a person cannot be erased yet: in words that say what to do, "" for nothing.

    It is asked in the transaction of the act, and locks what it looks at: two acts at one moment must not both pass.
    """
    if objection not in _objections:
        _objections.append(objection)


def entries() -> list[Entry]:
    """Return the register, in the order in which rows go."""
    return list(_entries.values())


def steps() -> list[Step]:
    """Return what runs before the rows go."""
    return list(_before)


def objection(traces: Traces) -> str:
    """Return what is in the way of an erasure, in words; "" for nothing."""
    return next((words for one in _objections if (words := one(traces))), "")
