"""The form in which a person's archive holds things: JSON, written piece by piece so that no list is held whole."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
CHUNK = 500  # rows that are read at a time


def as_json(content: object) -> str:
    """Return the form in which the archive holds things."""
    return json.dumps(content, ensure_ascii=False, indent=1)


def document(**parts: object) -> Iterator[str]:
    """Yield one JSON object in pieces; an iterator among its values becomes an array, row by row."""
    before = "{"
    for name, value in parts.items():
        yield f'{before}\n "{name}": '
        before = ","
        if not isinstance(value, Iterator):
            yield as_json(value)
            continue
        between = "["
        for row in value:
            yield f"{between}\n{as_json(row)}"
            between = ","
        yield "[]" if between == "[" else "\n]"
    yield "\n}\n"


def chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield the rows in lists of CHUNK."""
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk


def time(at: datetime | None) -> str | None:
    """Return a time in ISO form; null for one that is not known."""
    return at.isoformat() if at else None
