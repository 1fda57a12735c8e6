"""`make bench`: how fast it is, against floors measured in the same run; a table, and raw figures in var/bench/.

Needs wrk (a Debian package of that name). Exit status: 0 done, 1 a page is beyond its budget (part g), 2 cannot run.
An aim that is not reached is said in the table and does not fail the run: figures depend on what else the machine does.
"""

import argparse
import importlib
import os
import sys
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.benching import wrk  # noqa: E402 - the project's folder has to be known first
from tools.benching.bed import Bed  # noqa: E402
from tools.benching.rounds import Book  # noqa: E402
from tools.benching.servers import Failed  # noqa: E402

# name -> module of tools/benching and what it measures
PARTS = {
    "cached": "a: cached brand page against a constant one",
    "uncached": "b: uncached brand page against two floors",
    "people": "c: list of people and search",
    "store": "d: store step of sync against raw execute_values",
    "api": "e: a page of the API against the same rows serialised by hand",
    "memory": "f: memory of a whole copy",
    "budgets": "g: bytes, requests and DOM nodes of pages (a gate)",
    "home": "h: what a fan's people say, of few and of many",
    "load": "200 clients at a cold start; mixed traffic during a sync",
    "webservers": "gunicorn against granian",
}


def main() -> int:
    """Run the parts that were asked for; return the exit status."""
    parser = argparse.ArgumentParser(description="Measure the site against its floors.")
    parser.add_argument("--quick", action="store_true", help="small data and short rounds, to try the benchmark itself")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, with commas between: {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, help="length of a round (3; quick: 1)")
    wishes = parser.parse_args()
    parts = [part for part in wishes.only.split(",") if part]
    if strange := [part for part in parts if part not in PARTS]:
        parser.error(f"no part is called {strange[0]!r}; there are {', '.join(PARTS)}")
    if not wrk.found():
        print("wrk is not installed; it makes the load. On Debian and Ubuntu: apt-get install wrk")
        return 2
    folder = Path(os.environ.get("DATA_DIR", str(ROOT / "var"))) / "bench"
    book = Book()
    bed = Bed(book, quick=wishes.quick, seconds=wishes.seconds)
    status = 0
    try:
        bed.make()
        for part in parts:
            book.say(PARTS[part])
            status |= run(part, bed)
    except Failed as failure:
        print(failure)
        return 2
    except KeyboardInterrupt:
        book.say("stopped")
        status = 2
    finally:
        bed.remove()
    print(f"\n{book.table()}\n")
    print(f"Raw figures: {book.write(folder, bed.about())}")
    return min(status, 2)


def run(part: str, bed: Bed) -> int:
    """Measure one part; return 1 if its gate is closed, 2 if it could not be measured: the others still are."""
    try:
        return int(not importlib.import_module(f"tools.benching.{part}").measure(bed))
    except Exception:  # what was measured before must not be lost
        bed.book.say(f"{part} could not be measured:\n{traceback.format_exc()}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
