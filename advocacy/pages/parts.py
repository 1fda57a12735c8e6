"""Ready-made parts of pages: a page that must be drawn anew is put together from what did not change.

A part names the versions that it hangs on, with their numbers from before anything of it was read; it is right as long
as they stand. Who asks for many parts asks for all their versions with one query.
"""

import time
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings

from advocacy import versions
from advocacy.pages.memory import Memory

T = TypeVar("T")
# seconds that anything is kept, whole pages too: they name days ("today 06:12") and nobody tells of midnight, nor does
# a process that is killed between a commit and the move of a version
LIFE = 60.0
_OVERHEAD = 600  # bytes of a part beside what it holds, about


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A part, and the versions it hangs on."""

    made: T
    numbers: Mapping[str, int]
    until: float


class Parts(Generic[T]):
    """The parts of one kind in this process; after LIFE one is drawn anew though nobody told of it.

    sure: the database is asked each time whether a part is right; else what it said within the last second is believed.
    """

    def __init__(self, *, sure: bool = False) -> None:
        self._sure = sure
        _kinds.append(self)

    def ready(self, wanted: Collection[Hashable], now: Mapping[str, int] | None = None) -> dict[Hashable, T]:
        """Return those of these parts that are here and right, by their keys.

        now: the numbers of all versions that they may hang on, where the caller has read them.
        """
        found = {key: part for key in wanted if (part := _memory.get((id(self), key))) is not None}
        if now is None:
            now = numbers_of((name for part in found.values() for name in part.numbers), sure=self._sure)
        clock = time.monotonic()
        return {
            key: part.made
            for key, part in found.items()
            if part.until > clock and all(now[name] == number for name, number in part.numbers.items())
        }

    def holds(self, key: Hashable) -> bool:
        """Return whether this part is here, right or not."""
        return _memory.get((id(self), key)) is not None

    def put(self, key: Hashable, made: T, numbers: Mapping[str, int], *, size: int) -> None:
        """Keep a part that hangs on these versions, with their numbers from before anything of it was read.

        size: bytes, about. What would take more than half of the room is not kept, for it would push out the rest.
        """
        room = settings.PART_CACHE_MB * 1_000_000
        if size <= room // 2:
            part = Part(made, numbers, time.monotonic() + LIFE)
            _memory.put((id(self), key), part, size + _OVERHEAD, room=room)


def numbers_of(names: Iterable[str], *, sure: bool = False) -> dict[str, int]:
    """Return the numbers of these versions, with one query at most; nobody is asked where no part is kept.

    sure: as they are in the database now, with one query.
    """
    several = tuple(dict.fromkeys(names))
    if not several or not settings.PART_CACHE_MB:
        return dict.fromkeys(several, 0)
    numbers = versions.asked(several) if sure else versions.current_of(several)
    return dict(zip(several, numbers, strict=True))


def clear() -> None:
    """Forget the parts of every kind."""
    _memory.clear()


_memory: Memory[Part[Any]] = Memory()
_kinds: list[Parts[Any]] = []  # kept alive, as their ids are part of the keys
