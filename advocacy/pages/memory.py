"""A bounded memory: what was not asked for the longest goes first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """Keeps values by key up to a number of bytes, as the caller counts them; used by all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self.size = 0

    def get(self, key: Hashable) -> T | None:
        """Return a value and keep it longer, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: T, size: int, *, room: int) -> None:
        """Keep a value of `size` bytes in place of the former one; what then has no room goes. room: bytes in all."""
        with self._lock:
            self._drop(key)
            self._kept[key] = (value, size)
            self.size += size
            while self.size > room and self._kept:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def _drop(self, key: Hashable) -> None:
        former = self._kept.pop(key, None)
        if former is not None:
            self.size -= former[1]
