"""A feed's page for its template, the same for a brand's and a person's."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest

from advocacy import answers
from people.queries.paging import Mark, seen
from people.queries.posts import Entry


def feed(
    request: HttpRequest,
    *,
    entries: Sequence[Entry],
    rows: int,
    older: Mark | None,
    total: int,
    anchor: str,
    kept: dict[str, str],
) -> dict[str, object]:
    """Return what public/_feed.html shows.

    rows is how many posts the entries stand for (folded ones included), kept what the next page's address takes
    along, anchor the id of the part of the page that it opens at without JavaScript.
    """
    begun = Mark.read(request.GET.get("before", "")) is not None
    before = seen(request.GET) if begun else 0
    fragment = answers.wants_fragment(request)
    if entries and fragment:
        entries[0].focus = True
    query = {"before": str(older), "seen": str(before + rows), **kept} if older else {}
    return {
        "entries": entries,
        "rows": rows,
        "older": urlencode(query, safe=":~") if query else "",
        "first": before + 1,
        "last": before + rows,
        "total": max(total, before + rows),
        "anchor": anchor,
        "begun": begun,
        "fragment": fragment,
    }
