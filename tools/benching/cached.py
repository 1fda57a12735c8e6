"""(a) The cached brand page, and its 304, against a constant page of the same bytes, headers, middleware, server."""

from pathlib import Path

from tools.benching import floors
from tools.benching.bed import Bed
from tools.benching.rounds import interleaved
from tools.benching.servers import Failed

PAGE = "/brands/large/"


def measure(bed: Bed) -> bool:
    """Measure both."""
    # one process: which of several takes a connection is chance, and would decide more than what is measured
    web = bed.web(WEB_PROCESSES="1")
    try:
        accept = {"Accept-Encoding": "gzip, deflate, br"}
        for _ in range(8):  # every encoding is there
            status, headers, body = web.get(PAGE, Accept_Encoding=accept["Accept-Encoding"])
        if status != 200:
            raise Failed(f"{PAGE} answers {status}:\n{web.lines()[-3000:]}")
        floors.keep(Path(bed.env["BENCH_DIR"]), "page", headers, body)
        bed.book.keep("a", "answer", {"headers": headers, "bytes": len(body)})
        sides = {
            "cached brand page": bed.asking(web, PAGE, headers=accept),
            "constant page": bed.asking(web, "/bench/constant/page/", headers=accept),
        }
        page, constant = interleaved(sides, bed.rounds)
        bed.book.keep("a", "page", [page, constant])
        bed.book.compare("a", page, constant, 0.8, what=f"cached brand page, {len(body):,} bytes")
        if "etag" in headers:
            known = {**accept, "If-None-Match": headers["etag"]}
            sides = {
                "304 of the brand page": bed.asking(web, PAGE, headers=known, expect=304),
                "constant 304": bed.asking(web, "/bench/constant/page/", headers=known, expect=304),
            }
            page, constant = interleaved(sides, bed.rounds)
            bed.book.keep("a", "304", [page, constant])
            bed.book.compare("a", page, constant, 0.9)
        else:
            bed.book.say("the brand page has no ETag: no 304 to measure")
    finally:
        web.stop()
    return True
