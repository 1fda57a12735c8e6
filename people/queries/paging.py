"""Keyset paging: a page starts after the last post of the one before, however many are added meanwhile."""

import datetime as dt
import re
from typing import NamedTuple, Self

from django.http import QueryDict

COUNTED = 1_000  # posts that are counted: a large brand's hundreds of thousands would be counted anew for each page
EARLIEST = 1970  # no post is older, and the years before leave room to count back from a mark

_MARK = re.compile(r"([0-9T:.+\-]{19,40})~([0-9]{1,18})", re.ASCII)


class Mark(NamedTuple):
    """The last post that a reader has seen."""

    published_at: dt.datetime
    post_id: int

    def __str__(self) -> str:
        return f"{self.published_at.astimezone(dt.UTC).replace(tzinfo=None).isoformat()}~{self.post_id}"

    @classmethod
    def read(cls, words: str) -> Self | None:
        """Return the mark of an address, or None for the newest page (also where somebody made one up)."""
        found = _MARK.fullmatch(words)
        if not found:
            return None
        try:
            time = dt.datetime.fromisoformat(found[1])
            time = time.astimezone(dt.UTC) if time.tzinfo else time.replace(tzinfo=dt.UTC)
        except (ValueError, OverflowError):  # the latter: a zone moves it out of the years 1 to 9999
            return None
        if time.year < EARLIEST:
            return None
        return cls(time, int(found[2]))


def seen(query: QueryDict) -> int:
    """Return how many posts the pages before held, as their "Older posts" link says."""
    words = query.get("seen", "")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 0
