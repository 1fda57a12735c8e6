"""(b) The brand page that is not kept, for four brands, against two floors; and how many queries it makes.

"Drawn anew": nothing is kept, neither pages nor parts. "From parts": the page is put together from parts that are kept,
as after every change of a brand, which is what a reader of a page that no cache has waits for; it does as the second
floor does, and asks which posts and which versions stand. The aim is 0.8 of the first floor, then towards the second.
"""

import json

from tools.benching.bed import Bed
from tools.benching.rounds import Line, Series, interleaved

BRANDS = ("small", "middle", "large", "silent")
MOST_QUERIES = 10
ANEW = {"PAGE_CACHE_MB": "0", "PART_CACHE_MB": "0"}
PARTS = {"PAGE_CACHE_MB": "0"}
# floor 1 is the page's HTML by Jinja2 from one values() query, floor 2 one ready piece of HTML a post
FLOORS = {"values() + Jinja2": "/bench/jinja/{}/", "ready pieces": "/bench/pieces/{}/"}


def measure(bed: Bed) -> bool:
    """Measure the page, both ways, and its floors."""
    _queries(bed)
    pages: dict[str, Series] = {}
    webs = [bed.web(**ANEW)]
    try:
        webs.append(bed.web(**PARTS))
        for brand in BRANDS:
            path = f"/brands/{brand}/"
            sides = {
                f"brand page drawn anew, {brand}": bed.asking(webs[0], path),
                f"brand page from parts, {brand}": bed.asking(webs[1], path),
            }
            sides |= {name: bed.asking(webs[0], address.format(brand)) for name, address in FLOORS.items()}
            anew, parts, jinja, pieces = found = interleaved(sides, bed.rounds)
            bed.book.keep("b", brand, found)
            bed.book.compare("b", anew, jinja, 0.8)
            bed.book.compare("b", parts, jinja, 0.8)
            bed.book.compare("b", parts, pieces, None)
            pages[brand] = anew
    finally:
        for web in webs:
            web.stop()
    _evenness(bed, pages)
    return True


def _queries(bed: Bed) -> None:
    counts: dict[str, int] = json.loads(bed.run("counting", *BRANDS, **ANEW))
    bed.book.keep("b", "queries", counts)
    most = max(counts.values())
    same = "the same for all brands" if len(set(counts.values())) == 1 else f"NOT THE SAME: {counts}"
    bed.book.line(
        Line("b", "queries of a brand page drawn anew", f"{most}, {same}", "", most, MOST_QUERIES, least=False)
    )


def _evenness(bed: Bed, pages: dict[str, Series]) -> None:
    small, large = (1000 / pages[brand].median for brand in ("small", "large"))
    what = "drawn anew, large against small, time a page"
    bed.book.line(Line("b", what, f"{large:.2f} ms", f"small: {small:.2f} ms", large / small, 1.2, least=False))
