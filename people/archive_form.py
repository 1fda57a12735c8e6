"""The form in which a person's archive holds things: JSON, written piece by piece so that no list is held whole."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db.models import Model, QuerySet

T = TypeVar("T")
M = TypeVar("M", bound=Model)
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


def by_key(rows: "QuerySet[M]") -> Iterator[M]:
    """Yield the rows in their order; all keys are read at once, then CHUNK rows at a time. Rows gone meanwhile are not.

    No query is open while a row is out: on SQLite one that is still being read holds a picture of the database from
    before what others write meanwhile, and the connection that holds it may write nothing (SQLITE_BUSY_SNAPSHOT).
    """
    for keys in chunks(list(rows.values_list("pk", flat=True))):
        found = rows.in_bulk(keys)
        yield from (found[key] for key in keys if key in found)


def time(at: datetime | None) -> str | None:
    """Return a time in ISO form; null for one that is not known."""
    return at.isoformat() if at else None
