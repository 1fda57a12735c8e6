"""(e) A page of the API (20 posts of a brand) against the same rows serialised by hand."""

import json

from tools.benching.bed import Bed
from tools.benching.rounds import Line, interleaved, shown
from tools.benching.servers import Failed

PAGE, FLOOR = "/api/v1/brands/large/posts/", "/bench/api/large/"


def measure(bed: Bed) -> bool:
    """Measure both, without a key, behind a throttle that lets everything through."""
    web = bed.web()
    try:
        said, floor = (web.get(path) for path in (PAGE, FLOOR))
        if (said[0], floor[0]) != (200, 200) or json.loads(said[2])["results"] != json.loads(floor[2])["results"]:
            raise Failed(f"{PAGE} and its floor do not say the same:\n{said[2][:500]!r}\n{floor[2][:500]!r}")
        sides = {"API page, 20 posts": bed.asking(web, PAGE), "by hand": bed.asking(web, FLOOR)}
        page, by_hand = interleaved(sides, bed.rounds)
        bed.book.keep("e", "api", [page, by_hand])
        bed.book.compare("e", page, by_hand, None)
        etag = said[1].get("etag")
        if etag:
            again = bed.asking(web, PAGE, headers={"If-None-Match": etag}, expect=304)
            (same,) = interleaved({"304 of the API page": again}, bed.rounds)
            bed.book.keep("e", "304", [same])
            bed.book.line(Line("e", same.name, f"{shown(same.median)} requests/s"))
    finally:
        web.stop()
    return True
