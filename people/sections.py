"""What brands say about a person on the person's own pages: a small registry that brands fill.

`people` never imports `brands`; a person without a brand has none of this, and their page is whole without it.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from people.models import Person, User


class Appearance(NamedTuple):
    """A person at a brand, as the brand's page shows them now."""

    brand: str  # its name
    url: str  # its page
    colour_url: str  # its style sheet: the thread and the dot
    title: str  # job title
    place: str
    since: dt.date | None
    people: int  # how many people the brand's page shows

    @property
    def role(self) -> str:
        """The line below the name: title and place."""
        return ", ".join(part for part in (self.title, self.place) if part)


Teller = Callable[[Iterable[int]], Mapping[int, list[Appearance]]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Let somebody tell where persons appear; asked with person ids, in a fixed number of queries."""
    if teller not in _tellers:
        _tellers.append(teller)


def appearances(person_ids: Iterable[int]) -> dict[int, list[Appearance]]:
    """Return where each of these persons appears; a person who appears nowhere has an empty list."""
    ids = list(person_ids)
    found: dict[int, list[Appearance]] = {person_id: [] for person_id in ids}
    for teller in _tellers:
        for person_id, places in teller(ids).items():
            found[person_id] += places
    return found


Shower = Callable[[int], bool]
_showers: list[Shower] = []


def register_shower(shower: Shower) -> None:
    """Let somebody say that they show a post, so that its own page exists too."""
    if shower not in _showers:
        _showers.append(shower)


def shown_somewhere(post_id: int) -> bool:
    """Return whether anybody shows this post."""
    return any(shower(post_id) for shower in _showers)


class Duty(NamedTuple):
    """What a login may do for a brand, as /home/ shows it."""

    brand: str  # its name
    url: str  # its page
    role: str  # owner, marketer ...
    studio: str = ""  # where that role works


DutyTeller = Callable[[User], list[Duty]]
_duty_tellers: list[DutyTeller] = []


def register_duties(teller: DutyTeller) -> None:
    """Let somebody tell what a login does for brands."""
    if teller not in _duty_tellers:
        _duty_tellers.append(teller)


def duties(user: User) -> list[Duty]:
    """Return what this login does for brands; [] for a fan."""
    return [duty for teller in _duty_tellers for duty in teller(user)]


Packer = Callable[[Person], Mapping[str, object]]
_packers: list[Packer] = []


def register_packer(packer: Packer) -> None:
    """Let somebody add what they know of a person to what the person takes along: JSON-ready, by name."""
    if packer not in _packers:
        _packers.append(packer)


def packed(person: Person) -> dict[str, object]:
    """Return what others know of a person, for the person to take along."""
    found: dict[str, object] = {}
    for packer in _packers:
        found |= packer(person)
    return found
