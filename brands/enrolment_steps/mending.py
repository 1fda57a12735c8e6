"""Rows with a problem, mended on the page or in a file of only these rows, and checked again."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from brands.enrolment_steps import claims
from brands.enrolment_steps.fields import LABELS
from brands.enrolment_steps.rows import mapped, parsed, sentence
from brands.importing.columns import fold_header
from brands.importing.records import Unreadable, Verdict
from brands.importing.report import harmless
from brands.importing.run import read_content
from brands.models import Import, ImportRow
from people.profiles import fold_name

ROW, WRONG = "Row in the file", "What is wrong"
MENDING = (Import.State.CHECKED, Import.State.DONE)
LONGEST_CELL = 1_000
_NAMES = ("name", "first_name", "last_name")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A wrong cell of a row: its field ("" for the row as a whole), what is wrong in words, and what stands there."""

    field: str
    words: str
    value: str


def problem_rows(file: Import) -> "QuerySet[ImportRow]":
    """Return the rows that have a problem and are not enrolled, those left out too, in the order of the file."""
    return file.rows.filter(verdict=Verdict.PROBLEM, done=False).order_by("number")


def troubles_of(file: Import, row: ImportRow) -> list[Trouble]:
    """Return every wrong cell of a row: what is wrong with it by itself, else what the other rows or the brand say."""
    fields = mapped(file)
    alone = parsed(row, fields).problems
    if not alone:
        return [Trouble(row.field, row.problem, row.cells.get(row.field, ""))]
    found: dict[str, Trouble] = {}
    for problem in alone:
        field = problem.where if problem.where in fields else ""
        if field == "last_name" and "first_name" in fields and not name_of(row):
            # who names nobody is given both parts of the name, not the last one alone
            found.setdefault("first_name", Trouble("first_name", f"{LABELS['first_name']}: the cell is empty.", ""))
        found.setdefault(field, Trouble(field, sentence(problem), row.cells.get(field, "")))
    return list(found.values())


def name_of(row: ImportRow) -> str:
    """Return what a row calls its person, as written; "" where it names nobody."""
    return " ".join(filter(None, (row.cells.get(field, "") for field in _NAMES)))


def mend(
    *,
    file: Import,
    cells: Mapping[int, Mapping[str, str]],
    left_out: Mapping[int, bool],
    new_teams: Collection[str] = (),
    create_teams: bool = False,
) -> bool:
    """Write corrected cells into rows with a problem, leave rows out or take them in again, and ask for a check.

    cells: by row number and field; left_out: by row number. new_teams: names of teams that may be made. False where
    the import has gone on meanwhile; nothing is changed then.
    """
    fields = mapped(file)
    wishes = dict(file.wishes)
    known = {fold_name(name) for name in wishes.get("new_teams", [])}
    wishes["new_teams"] = [
        *wishes.get("new_teams", []),
        *(name for name in dict.fromkeys(new_teams) if fold_name(name) not in known),
    ]
    if create_teams:
        wishes["create_teams"] = True
    with transaction.atomic():
        if not claims.ask(file, since=MENDING, to=Import.State.CHECKING, wishes=wishes):
            return False
        rows = file.rows.filter(number__in={*cells, *left_out}, verdict=Verdict.PROBLEM, done=False)
        changed = [row for row in rows if _write(row, cells.get(row.number, {}), left_out.get(row.number), fields)]
        ImportRow.objects.bulk_update(changed, ["cells", "troubles", "left_out"], batch_size=200)
    return True


def _write(row: ImportRow, cells: Mapping[str, str], left_out: bool | None, fields: list[str]) -> bool:
    different = {
        field: " ".join(text.split())[:LONGEST_CELL]
        for field, text in cells.items()
        if field in fields and text != row.cells.get(field, "")
    }
    kept = {field: text for field, text in (row.cells | different).items() if text}
    troubles = {field: trouble for field, trouble in row.troubles.items() if field not in different}
    before = (row.cells, row.troubles, row.left_out)
    row.cells, row.troubles = kept, troubles
    row.left_out = row.left_out if left_out is None else left_out
    return before != (row.cells, row.troubles, row.left_out)


def write_problems(file: Import) -> str:
    """Return the rows with a problem as CSV with the file's own columns; cells cannot become formulas."""
    named = list(_headers(file))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(map(harmless, [ROW, *(header for header, _ in named), WRONG]))
    for row in file.rows.filter(verdict=Verdict.PROBLEM, done=False, left_out=False).order_by("number"):
        words = " ".join(trouble.words for trouble in troubles_of(file, row))
        cells = (row.cells.get(field, "") for _, field in named)
        writer.writerow([str(row.number), *map(harmless, cells), harmless(words)])
    return out.getvalue()


def read_mended(file: Import, content: bytes) -> dict[int, dict[str, str]]:
    """Read a mended file back: the cells by row number. Raises Unreadable where it is not the one downloaded here."""
    table = read_content(content)
    header = [fold_header(name) for name in table.header]
    if fold_header(ROW) not in header:
        raise Unreadable(f"The file has no column “{ROW}”: download the rows with a problem and mend that file.")
    at_row = header.index(fold_header(ROW))
    places = [(header.index(fold_header(name)), field) for name, field in _headers(file) if fold_header(name) in header]
    if not places:
        raise Unreadable("The file has none of the columns that were imported: mend the file that you downloaded here.")
    mended: dict[int, dict[str, str]] = {}
    for row in table.rows:
        number = row.cells[at_row].removesuffix(".0")
        if not number.isdecimal() or len(number) > 7:
            raise Unreadable(f"Row {row.number} has no number in “{ROW}”: leave that column as it was downloaded.")
        mended[int(number)] = {field: _bare(row.cells[at]) for at, field in places}
    return mended


def _headers(file: Import) -> Iterator[tuple[str, str]]:
    """Return (name, field) of the columns that are imported; a column without a name is called as its field is."""
    taken = {fold_header(ROW), fold_header(WRONG)}
    for header, field in zip(file.columns["header"], file.columns["fields"], strict=True):
        if not field:
            continue
        name = header if header and fold_header(header) not in taken else LABELS[field]
        taken.add(fold_header(name))
        yield name, field


def _bare(text: str) -> str:
    """Take off the apostrophe that `harmless` put before the cell."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text
