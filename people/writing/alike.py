"""Whether a text is nearly what somebody else says: a registry that brands fill, for they know who are colleagues."""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from people.models import Person


class Unsent(Enum):
    """Whether a text is compared with what others have not sent yet, too: asked often, it would tell their words."""

    NO = "no"  # a page is opened: nothing is written, so that nothing can be counted
    COUNTED = "counted"  # as long as the writer has not asked too often today
    ALL = "all"  # it is being sent


class Piece(NamedTuple):
    """A stretch of the writer's own text."""

    text: str
    shared: bool  # the other text has it too


class Alike(NamedTuple):
    """That a text is nearly another one, told without a word of the other."""

    words: str  # what is so, for the writer
    stops: bool  # it cannot go out like this; else the writer decides
    places: tuple[tuple[int, int], ...] = ()  # stretches of the writer's text, in code points


class Shown(NamedTuple):
    """The same as the composer shows it."""

    words: str
    stops: bool
    pieces: list[Piece]


Finder = Callable[[Person, str, str, int | None, Unsent], Alike | None]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Let somebody say what a text is near to.

    Asked with the writer, the network, the text, the draft's story, and whether others' unsent words count.
    """
    if finder not in _finders:
        _finders.append(finder)


def found(person: Person, network: str, text: str, story: int | None, unsent: Unsent) -> Shown | None:
    """Return what a text is nearly the same as, None where it is the writer's own."""
    for finder in _finders:
        alike = finder(person, network, text, story, unsent)
        if alike:
            return Shown(alike.words, alike.stops, pieces(text, alike.places))
    return None


def pieces(text: str, places: tuple[tuple[int, int], ...]) -> list[Piece]:
    """Return a text cut at the ends of its shared stretches; [] where none is shown."""
    if not places:
        return []
    cut: list[Piece] = []
    at = 0
    for start, end in places:
        cut += [Piece(text[at:start], False), Piece(text[start:end], True)]
        at = end
    return [piece for piece in (*cut, Piece(text[at:], False)) if piece.text]
