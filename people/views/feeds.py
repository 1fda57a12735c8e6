"""A feed's page for its template, the same for a brand's and a person's."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.safestring import SafeString

from advocacy import answers
from people.drawing import focused
from people.queries.paging import COUNTED, Mark, seen

PARAMS = ("before", "seen")  # what the address of a page of a feed may say


def feed(
    request: HttpRequest,
    *,
    pieces: Sequence[SafeString],
    rows: int,
    older: Mark | None,
    total: int | None,
    anchor: str,
    kept: dict[str, str],
) -> dict[str, object]:
    """Return what public/_feed.html shows.

    pieces are drawn entries, rows is how many posts they stand for (folded ones included), kept what the next page's
    address takes along, anchor the id of the part of the page that it opens at without JavaScript. total is how many
    posts there are on all pages; None: more than COUNTED.
    """
    begun = Mark.read(request.GET.get("before", "")) is not None
    before = seen(request.GET) if begun else 0
    fragment = answers.wants_fragment(request)
    if pieces and fragment:
        pieces = [focused(pieces[0]), *pieces[1:]]
    query = {"before": str(older), "seen": str(before + rows), **kept} if older else {}
    return {
        "pieces": pieces,
        "rows": rows,
        "older": urlencode(query, safe=":~") if query else "",
        "first": before + 1,
        "last": before + rows,
        "total": None if total is None and older else max(total or 0, before + rows),
        "counted": COUNTED,
        "anchor": anchor,
        "begun": begun,
        "fragment": fragment,
    }
