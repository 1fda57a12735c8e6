"""Step 1: load the sandbox, open two brands, and enrol both from the one staff list."""

import csv
import re
import time
from collections import Counter
from pathlib import Path

from people.models import Account, Person
from tools.proving.copying import Copy
from tools.proving.facts import DEPARTMENTS, Facts
from tools.proving.ledger import Ledger

MAPS = ("Location=place", "Department=ignore", "Team=team", "X handle=x_handle", "X user id=x_id")
CONSENT = ("--consent-on-file", "public office, test", "--shows", "all", "--since", "2010-01-01")


def prove(copy: Copy, facts: Facts, ledger: Ledger) -> None:
    """Load, open, enrol; every row is accounted for by name."""
    began = time.monotonic()
    told = copy.manage("sandbox", "load", facts.path("people.csv"), facts.path("posts.ndjson.gz"))
    seconds = ledger.took("load the sandbox", began)
    added = [int(number) for number in re.findall(r"(\d+) added", told)]
    ledger.claim("people and posts loaded into the sandbox", f"{len(facts.people)} {len(facts.posts)}", _words(added))
    ledger.at_most("loading them took", 120, seconds, "s")
    began = time.monotonic()
    reports: list[dict[str, str]] = []
    for slug, department in DEPARTMENTS.items():
        copy.manage("createbrand", slug, "--name", department, "--owner", f"owner@{slug}.example")
        reports += enrol(copy, facts, slug, department)
    ledger.took("open two brands and enrol both", began)
    _rows(facts, reports, ledger)
    began = time.monotonic()
    again = [row for slug, department in DEPARTMENTS.items() for row in enrol(copy, facts, slug, department)]
    ledger.took("the same list a second time", began)
    ledger.claim(
        "the second time nothing is new or updated",
        {"unchanged": len(facts.named()), "problem": len(facts.staff) - len(facts.named())},
        dict(Counter(row["verdict"] for row in again)),
    )
    ledger.claim("people in the database", len(facts.named()), Person.objects.count())


def enrol(copy: Copy, facts: Facts, slug: str, department: str) -> list[dict[str, str]]:
    """Run `enrol` as the README does and return the rows of its report."""
    report = copy.data_dir / f"{slug}.csv"
    maps = [word for one in MAPS for word in ("--map", one)]
    where = ("--where", f"Department={department}")
    rest = (*maps, "--create-teams", *CONSENT, "--report", str(report))
    copy.manage("enrol", slug, facts.path("enrol.csv"), *where, *rest, expect=(0, 1))
    return read_report(report)


def read_report(path: Path) -> list[dict[str, str]]:
    """Return the rows of a report."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _rows(facts: Facts, reports: list[dict[str, str]], ledger: Ledger) -> None:
    numbers = {int(row["row"]) for row in reports}
    ledger.claim("rows of the staff list in the reports", len(facts.staff), len(numbers))
    ledger.claim("each row once", len(reports), len(numbers))
    verdicts = Counter(row["problem"] or row["verdict"] for row in reports)
    nameless = len(facts.staff) - len(facts.named())
    ledger.claim(
        "rows by what became of them", {"new": len(facts.named()), "no account named": nameless}, dict(verdicts)
    )
    without = {row["name"] for row in reports if row["problem"]}
    ledger.claim("the rows without a handle are named", nameless, len(without))
    ledger.claim("accounts named", len(facts.named()), Account.objects.count())


def _words(numbers: list[int]) -> str:
    return " ".join(map(str, numbers))
