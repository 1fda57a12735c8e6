"""(d) The store step of sync in batches of 100, against raw execute_values into the same tables."""

import json

from tools.benching.bed import Bed
from tools.benching.rounds import Series

BATCHES = 30  # in a round


def measure(bed: Bed) -> bool:
    """Measure on a copy of the filled database, which goes afterwards."""
    assert bed.database is not None  # noqa: S101 - the bed is made
    bed.database.copy("filled", "scratch")
    batches = 5 if bed.quick else BATCHES
    said = bed.run("storing", str(bed.rounds), str(batches), DATABASE_URL=bed.database.url_of("scratch"))
    found = json.loads(said.splitlines()[-1])
    sides = {name: Series(name, "posts/s", rounds) for name, rounds in found["rates"].items()}
    bed.book.keep("d", "store", list(sides.values()))
    bed.book.keep("d", "queries of a batch", found["queries"])
    step, raw, parted = sides["store step"], sides["execute_values"], sides["execute_values, two transactions"]
    bed.book.compare("d", step, raw, 0.5, what=f"store step of sync, batches of 100, {found['queries']} queries")
    bed.book.compare("d", step, parted, None, what="the same")
    bed.database.run('DROP DATABASE IF EXISTS "scratch" WITH (FORCE)')
    return True
