"""Single values out of a file: checked, or Unusable."""

import re
from datetime import UTC, datetime

HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")


class Unusable(ValueError):
    """This line cannot be used; the words say why."""


def number_of(value: object) -> int:
    """Return an id as a number; leading zeros would break the order of (length, value)."""
    if not re.fullmatch(r"[1-9][0-9]{0,18}", str(value)) or int(str(value)) >= 1 << 63:
        raise Unusable(f"{value!r} is no id")
    return int(str(value))


def time_in(value: object) -> datetime:
    """Return a time in ISO 8601; UTC where it names no zone."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise Unusable(f"{value!r} is no time") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def words_of(value: object) -> str:
    """Return a text, "" for none; a NUL is refused, as PostgreSQL cannot keep it."""
    text = "" if value is None else value
    if not isinstance(text, str):
        raise Unusable(f"{value!r} is no text")
    if "\0" in text:
        raise Unusable("it holds a NUL character")
    return text
