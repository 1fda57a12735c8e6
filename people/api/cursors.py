"""Where a page begins: after the last row of the page before. Opaque words, made from what that page shows."""

import base64
import binascii
import datetime as dt
import json
from typing import NamedTuple

from people.api.problems import WrongParameters
from people.queries.paging import Mark

_LONGEST = 400
_LARGEST_ID = 2**63
_ADVICE = "Take it from the `next` of the page before, unchanged."


class Place(NamedTuple):
    """A row in a list that is ordered by words, then by id."""

    words: str
    id: int


def cursor_of_mark(mark: Mark) -> str:
    """Return the cursor of a list of posts."""
    return _packed([mark.published_at.astimezone(dt.UTC).isoformat(), mark.post_id])


def mark_of_cursor(cursor: str) -> Mark | None:
    """Return where a list of posts goes on; None for its beginning. Raises WrongParameters."""
    if not cursor:
        return None
    words, number = _unpacked(cursor)
    try:
        time = dt.datetime.fromisoformat(words).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise WrongParameters({"cursor": _ADVICE}) from None
    return Mark(time, number)


def cursor_of_place(place: Place) -> str:
    """Return the cursor of a list by words."""
    return _packed([place.words, place.id])


def place_of_cursor(cursor: str) -> Place | None:
    """Return where a list by words goes on; None for its beginning. Raises WrongParameters."""
    return Place(*_unpacked(cursor)) if cursor else None


def _packed(values: list[object]) -> str:
    words = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def _unpacked(cursor: str) -> tuple[str, int]:
    try:
        if len(cursor) > _LONGEST:
            raise ValueError
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        words, number = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
        if not isinstance(words, str) or type(number) is not int or not 0 <= number < _LARGEST_ID:
            raise ValueError
        words.encode()  # half a character pair, as JSON may escape it, is none
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise WrongParameters({"cursor": _ADVICE}) from None
    if "\0" in words:  # PostgreSQL takes it in no text
        raise WrongParameters({"cursor": _ADVICE})
    return words, number
