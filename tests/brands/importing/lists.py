"""Staff lists for tests, and the shortest way to import one."""

import datetime as dt
from pathlib import Path
from typing import Any

from brands.consenting import Scope
from brands.importing.report import Report
from brands.importing.run import Wishes, import_people
from brands.models import Brand

SINCE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
ON_FILE = Scope("works agreement of 3 May", "all", SINCE)


def write(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def enrol(brand: Brand, path: Path, *, dry_run: bool = False, **wishes: Any) -> Report:
    """Import a list under the consent ON_FILE, without letters unless mail=True."""
    wishes.setdefault("scope", ON_FILE)
    wishes.setdefault("mail", False)
    return import_people(brand=brand, path=path, wishes=Wishes(**wishes), actor=None, label="test", dry_run=dry_run)


def verdicts(report: Report) -> list[tuple[int, str]]:
    """Return (row, verdict) of each row."""
    return [(plan.number, plan.verdict.value) for plan in report.plans]


def troubles(report: Report) -> list[tuple[int, str]]:
    """Return (row, name of problem) for each problem."""
    return [(plan.number, problem.name) for plan in report.plans for problem in plan.problems]
