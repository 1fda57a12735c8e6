"""A number per thing that public pages show ("brand:12", "person:7", "site"): it moves whenever one of them may look
different, so that a page kept in memory knows whether it still holds.

Verbs say `bump` for what they changed; pages ask `current`. A number is remembered for LIFE at most, so that every
process sees a change within that time, and whoever made the change at once. Numbers move after the commit: where that
fails this process tries again until it has done it. Were it killed in between, a part lives for pages.parts.LIFE and
the page around it as long again: two minutes (docs/decisions/0052).
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager

from django.db import Error, connection, transaction

from advocacy.models import Version

SITE = "site"  # what people's own pages and the first page show of anybody
LIFE = 1.0  # seconds
_ROOM = 50_000  # numbers remembered in one process
_CHUNK = 500  # keys in one statement
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 30.0  # seconds before what failed is tried again
log = logging.getLogger(__name__)


class _Pending(threading.local):
    """What is open in this thread: the keys of its transaction, and since when numbers are believed.

    What was rolled back stays among the keys: one bump more does no harm.
    """

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.held = 0
        self.since = 0.0  # numbers asked for before this moment are not believed (see afresh)


class _Owed:
    """What this process could not move although the change is made, and the thread that tries again."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.keys: set[str] = set()
        self.thread: threading.Thread | None = None


Spread = Callable[[Collection[str]], Iterable[str]]
_spreads: list[Spread] = []
_pending = _Pending()
_owed = _Owed()
_seen: dict[str, tuple[int, float]] = {}  # key -> its number, and until when it is believed


def brand(pk: int) -> str:
    """Return the key of what a brand's pages show."""
    return f"brand:{pk}"


def places(pk: int) -> str:
    """Return the key of who stands for a brand, as what, and what they let it show: not of what they say."""
    return f"places:{pk}"


def look(pk: int) -> str:
    """Return the key of how a person looks to others: not of what they say."""
    return f"look:{pk}"


def person(pk: int) -> str:
    """Return the key of what a person's own pages show."""
    return f"person:{pk}"


def numbers_in(keys: Iterable[str], kind: str) -> list[int]:
    """Return the ids of the keys of one kind, such as "person"."""
    return [int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind}:")]


def register(spread: Spread) -> None:
    """Let somebody say which keys move along with those that a batch moves; asked once per batch, after its commit."""
    if spread not in _spreads:
        _spreads.append(spread)


def bump(keys: Iterable[str]) -> None:
    """Move these numbers on, once the transaction is committed: all of it in one statement. Harmless n times."""
    _pending.keys.update(keys)
    # each call has its own, for the one of a savepoint goes with it; a failure stops nobody: the change itself is made
    transaction.on_commit(_move, robust=True)


@contextmanager
def together() -> Iterator[None]:
    """Move what is bumped in this block at its end, all at once: for a batch that is no transaction of its own."""
    _pending.held += 1
    try:
        yield
    finally:
        _pending.held -= 1
        bump(())


@contextmanager
def afresh() -> Iterator[None]:
    """Believe in this block no number that was asked for before it.

    What is drawn in it and kept by one number may be made of parts that are judged by others: were one of those a
    second older than the first, a part of before a change would be kept under the number of after it.
    """
    before = _pending.since
    _pending.since = time.monotonic()
    try:
        yield
    finally:
        _pending.since = before


def current(key: str) -> int:
    """Return the number of a key; 0 for one that never moved. Asks the database at most once in LIFE."""
    return current_of((key,))[0]


def current_of(keys: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of several keys, in their order, with one query at most."""
    now = time.monotonic()
    edge = max(now, _pending.since + LIFE)  # what is believed until later was asked for after afresh began
    found = []
    for key in keys:
        known = _seen.get(key)
        if known is None or known[1] < edge:
            return _asked(keys, now)
        found.append(known[0])
    return tuple(found)


def asked(keys: tuple[str, ...]) -> tuple[int, ...]:
    """Return the numbers of several keys as they are now, with one query, whatever is remembered."""
    return _asked(keys, time.monotonic())


def forget() -> None:
    """Forget every number that this process remembers."""
    _seen.clear()
    _pending.keys.clear()
    with _owed.lock:
        _owed.keys.clear()


def _asked(keys: tuple[str, ...], now: float) -> tuple[int, ...]:
    numbers = dict(Version.objects.filter(key__in=keys).values_list("key", "number"))
    return tuple(_note(key, numbers.get(key, 0), now) for key in keys)


def _note(key: str, number: int, now: float) -> int:
    """Remember a number and return it; one that was read before a bump of this moment does not replace its outcome."""
    known = _seen.get(key)
    if known is not None and known[0] > number and known[1] > now:
        return known[0]
    if len(_seen) >= _ROOM:
        _seen.clear()
    _seen[key] = (number, now + LIFE)
    return number


def _move() -> None:
    if _pending.held:
        return
    moved = set(_pending.keys)
    _pending.keys.clear()
    if not moved:
        return
    try:
        _carry(moved)
    except Error as error:  # the database went away at this moment, or did not want to
        _owe(moved, error)


def _carry(moved: set[str]) -> None:
    # sorted, so that two batches lock the same rows in the same order
    keys = sorted(moved.union(*(spread(moved) for spread in _spreads)))
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        with connection.cursor() as cursor:
            cursor.execute(_upsert(len(chunk)), chunk)
            for key, number in cursor.fetchall():
                _note(key, number, time.monotonic())


def _owe(keys: set[str], error: Error) -> None:
    """Let a thread of its own try again: whoever made the change does not wait for it."""
    log.warning("versions did not move and are tried again: %s", type(error).__name__)
    with _owed.lock:
        _owed.keys.update(keys)
        if _owed.thread is None or not _owed.thread.is_alive():  # none outlives a fork
            _owed.thread = threading.Thread(target=_pay, name="versions", daemon=True)
            _owed.thread.start()


def _pay() -> None:
    pause = _FIRST_PAUSE
    while True:
        time.sleep(pause)
        with _owed.lock:
            keys = set(_owed.keys)
            _owed.keys.clear()
        try:
            _carry(keys)
        except Error as error:
            log.warning("versions did not move yet: %s", type(error).__name__)
            pause = min(2 * pause, _LONGEST_PAUSE)
            with _owed.lock:
                _owed.keys.update(keys)
        finally:
            connection.close()
        with _owed.lock:
            if not _owed.keys:
                _owed.thread = None
                return


def _upsert(size: int) -> str:
    table = Version._meta.db_table
    values = ", ".join(["(%s, 1)"] * size)
    return (
        f"INSERT INTO {table} (key, number) VALUES {values} "  # noqa: S608 - the table's own name
        f"ON CONFLICT (key) DO UPDATE SET number = {table}.number + 1 RETURNING key, number"
    )
