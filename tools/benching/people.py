"""(c) The list of a brand's people and its search at 8,000 people: milliseconds per kind of question."""

from tools.benching.bed import Bed
from tools.benching.rounds import Line, interleaved, shown

# one reader at a time: what is asked is how long one waits
READERS = 1
LIST = "/brands/large/people/"
KINDS = {
    "first page of the list": f"{LIST}",
    "page 100 of the list": f"{LIST}?page=100",
    "one team": f"{LIST}?team=team-3",
    "search: part of a name": f"{LIST}?q=mont",
    "search: a topic, many know it": f"{LIST}?q=snow",
    "search: two words": f"{LIST}?q=who+knows+about+signals+bread",
    "search: a word of posts": f"{LIST}?q=wenorlan",
    "search: nothing found": f"{LIST}?q=zzzzzz",
}


def measure(bed: Bed) -> bool:
    """Measure each kind, without the cache of pages: a page that nobody asked for before, of people who are known."""
    web = bed.web(PAGE_CACHE_MB="0")
    try:
        sides = {name: bed.asking(web, path, connections=READERS) for name, path in KINDS.items()}
        found = interleaved(sides, bed.rounds)
    finally:
        web.stop()
    bed.book.keep("c", "people", found)
    for series in found:
        p50, p95 = series.detail("p50"), series.detail("p95")
        wrong = f", {series.errors} WRONG ANSWERS" if series.errors else ""
        bed.book.line(Line("c", series.name, f"p50 {shown(p50)} ms, p95 {shown(p95)} ms{wrong}"))
    return True
