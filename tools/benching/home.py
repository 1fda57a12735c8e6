"""(h) /home/ of fans who follow few and many, with 100,000 fans: queries, and milliseconds one at a time.

"Drawn anew": no part is kept. "From parts": as in a process that has drawn these posts before, for whomever.
"""

import json

from tools.benching.bed import Bed
from tools.benching.rounds import Line, interleaved, shown

FANS, QUICK_FANS = 100_000, 5_000
MOST_QUERIES = 8
AGAINST = "10"
ANEW = {"PART_CACHE_MB": "0"}


def measure(bed: Bed) -> bool:
    """Measure on a copy of the filled database with fans in it, which goes afterwards."""
    assert bed.database is not None  # noqa: S101 - the bed is made
    bed.database.copy("filled", "scratch")
    url = bed.database.url_of("scratch")
    fans = QUICK_FANS if bed.quick else FANS
    said = json.loads(bed.run("fans", str(fans), DATABASE_URL=url).splitlines()[-1])
    bed.book.say(f"{fans:,} fans")
    bed.book.keep("h", "queries", said["queries"])
    _queries(bed, said["queries"])
    for what, settings in (("from parts", {}), ("drawn anew", ANEW)):
        _times(bed, what, said["cookies"], DATABASE_URL=url, **settings)
    bed.database.run('DROP DATABASE IF EXISTS "scratch" WITH (FORCE)')
    return True


def _queries(bed: Bed, counts: dict[str, list[int]]) -> None:
    for which, what in enumerate(("in a process that never drew them", "again")):
        several = {name: one[which] for name, one in counts.items()}
        most = max(several.values())
        figure = f"{most}, whomever one follows" if len(set(several.values())) == 1 else f"{several}"
        aim = MOST_QUERIES if which else None
        bed.book.line(Line("h", f"queries of /home/, {what}", figure, "", most, aim, least=False))


def _times(bed: Bed, what: str, cookies: dict[str, str], **settings: str) -> None:
    web = bed.web(**settings)
    try:
        sides = {
            f"/home/ {what}, {name} followed": bed.asking(web, "/home/", connections=1, headers={"Cookie": cookie})
            for name, cookie in cookies.items()
        }
        found = dict(zip(cookies, interleaved(sides, bed.rounds), strict=True))
    finally:
        web.stop()
    bed.book.keep("h", what, list(found.values()))
    floor, many = found[AGAINST].detail("p50"), list(found)[-2]
    for name, series in found.items():
        p50, wrong = series.detail("p50"), f", {series.errors} WRONG ANSWERS" if series.errors else ""
        figure = f"p50 {shown(p50)} ms, p95 {shown(series.detail('p95'))} ms{wrong}"
        aim = 2 if name == many else None
        bed.book.line(Line("h", series.name, figure, f"{AGAINST}: {shown(floor)} ms", p50 / floor, aim, least=False))
