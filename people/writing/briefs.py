"""What stands beside an empty draft that somebody took a story for: a small registry that brands fill."""

from collections.abc import Callable
from typing import NamedTuple

from people.models import Draft
from people.queries.faces import Face


class BriefPicture(NamedTuple):
    """A picture of a brief: where those who are asked see it, and what it shows in words."""

    url: str
    alt: str


class Brief(NamedTuple):
    """What a colleague asks: facts, links and angles, never words to send."""

    asker: str  # first name of the colleague who asks
    face: Face  # theirs
    title: str
    leads: bool  # whether the reader leads the story
    facts: str
    angles: tuple[str, ...]
    links: tuple[str, ...]
    url: str = ""  # its public page; "" while it has none
    pictures: tuple[BriefPicture, ...] = ()
    over: str = ""  # why nobody is asked for it any longer, in words; "" while it is open


Teller = Callable[[Draft], Brief | None]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Let somebody tell the brief of a draft."""
    if teller not in _tellers:
        _tellers.append(teller)


def brief_of(draft: Draft) -> Brief | None:
    """Return the brief of a draft, None for one that is about no story, or about one that is not theirs to read."""
    if draft.story is None:
        return None
    return next((brief for teller in _tellers if (brief := teller(draft))), None)
