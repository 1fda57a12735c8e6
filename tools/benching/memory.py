"""(f) Memory of web, worker, beat and Valkey of a whole copy, shared pages counted by their share (PSS)."""

import time

from tools.benching import wrk
from tools.benching.bed import Bed
from tools.benching.copying import Copy
from tools.benching.rounds import Line
from tools.benching.servers import descendants, proportional_memory

COUNTED = ("web", "worker", "beat", "valkey")
MOST_MB = 600
MB = 1_000_000


def measure(bed: Bed) -> bool:
    """Start a copy with the demo, warm it up, and count."""
    assert bed.database is not None  # noqa: S101 - the bed is made
    copy = Copy(bed.database)
    try:
        host = {"Host": f"localhost:{copy.port}", "X-Forwarded-Proto": "http"}
        wrk.load(copy.port, ["/", "/brands/vesper/", "/brands/vesper/people/"], seconds=bed.seconds * 2, headers=host)
        time.sleep(5 if bed.quick else 60)  # the worker and beat do their rounds
        pids = copy.pids()
        found = {}
        for name in (*COUNTED, "up"):
            family = [pids[name], *descendants([pids[name]])] if name != "up" else [pids[name]]
            found[name] = {str(pid): proportional_memory(pid) for pid in family}
    finally:
        copy.remove()
    bed.book.keep("f", "bytes", found)
    sums = {name: sum(of.values()) / MB for name, of in found.items()}
    counted = sum(sums[name] for name in COUNTED)
    parts = ", ".join(f"{name} {sums[name]:.0f} ({len(found[name])})" for name in COUNTED)
    bed.book.line(Line("f", "memory (PSS), MB", parts, f"`up` itself {sums['up']:.0f}", counted, MOST_MB, least=False))
    return True
