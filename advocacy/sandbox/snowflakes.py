"""Ids as X makes them: milliseconds since its epoch, and a number within the millisecond."""

import itertools
import os
from datetime import UTC, datetime, timedelta

EPOCH_MS = 1_288_834_974_657
FIRST = 1 << 40  # ids below this are older than snowflakes
_SEQUENCE = itertools.count(1)
_LOW = (1 << 22) - 1


def snowflake(at: datetime) -> int:
    """Return a new id for this time; two processes in one millisecond differ by process and counter."""
    milliseconds = max(0, int(at.timestamp() * 1000) - EPOCH_MS)
    return milliseconds << 22 | (os.getpid() & 1023) << 12 | next(_SEQUENCE) & 4095


def floor_of(at: datetime) -> int:
    """Return the smallest id that something said at this time can have."""
    return max(0, int(at.timestamp() * 1000) - EPOCH_MS) << 22


def time_of(number: int) -> datetime | None:
    """Return when an id was made, or None for one that is older than snowflakes."""
    if number < FIRST:
        return None
    return datetime.fromtimestamp(((number >> 22) + EPOCH_MS) / 1000, tz=UTC)


def shifted(number: int, milliseconds: int, at: datetime | None = None) -> int:
    """Return the id moved in time; a small one becomes a snowflake of its moved time, or stays if that is unknown."""
    if milliseconds == 0:
        return number
    if number >= FIRST:
        return number + (milliseconds << 22)
    if at is None:
        return number
    return floor_of(at + timedelta(milliseconds=milliseconds)) | number & _LOW


def iso(at: datetime) -> str:
    """Return a time as X writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
