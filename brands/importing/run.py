"""One verb from a file to a report: import_people, for the command; its check saves nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from advocacy.audit import record
from brands.consenting import Scope
from brands.importing.carrying import Carrier, carry_out
from brands.importing.columns import choose_rows, read_columns
from brands.importing.csvfile import read_csv
from brands.importing.knowing import look_around
from brands.importing.planning import stage
from brands.importing.records import RowPlan, Table, Unreadable, Verdict
from brands.importing.report import Report
from brands.importing.rows import parse_row
from brands.importing.workbook import is_workbook, read_workbook
from brands.models import Brand, Team
from people.models import User
from people.profiles import fold_name

MAX_BYTES = 10_000_000
_OTHER_FILES = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be imported. scope: the consent on file; without it only a check is possible."""

    where: Sequence[str] = ()
    maps: Sequence[str] = ()
    create_teams: bool = False
    scope: Scope | None = None
    mail: bool = True


def import_people(
    *,
    brand: Brand,
    path: Path,
    wishes: Wishes,
    actor: User | None,
    label: str = "",
    dry_run: bool = False,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Enrol the people of a file. Raises Unreadable, with nothing saved, where the file or the wishes are no use.

    dry_run: the same reading and planning, nothing saved. The same file twice changes nothing the second time.
    """
    if wishes.scope is None and not dry_run:
        raise Unreadable(
            "Nobody is enrolled without a yes. Name the consent that is on file (--consent-on-file, --shows, --since), "
            "or look at the check only (--dry-run). To ask people for their yes by mail, enrol the file in the studio."
        )
    table = read_table(path)
    columns = read_columns(table.header, wishes.maps)
    parsed = [parse_row(row, columns) for row in choose_rows(table, wishes.where)]
    report = Report(table.how, columns.readings, len(table.rows), dry_run, [])
    del table  # 10,000 rows twice in memory would be for nothing
    report.plans = stage(parsed, look_around(brand, parsed), create_teams=wishes.create_teams)
    report.new_teams = _new_teams(brand, report.plans)
    if dry_run or wishes.scope is None:
        return report
    carrier = Carrier(brand, wishes.scope, actor, label, wishes.mail)
    letters = carry_out(carrier, report.plans, tell)
    report.letters = letters if wishes.mail else None
    if report.changed:
        counts = {name.replace(" ", "_"): number for name, number in report.counts.items()}
        details: dict[str, object] = {"reference": wishes.scope.reference, **counts}
        record("people.imported", actor=actor, label=label, brand=brand.slug, details=details)
    return report


def read_table(path: Path) -> Table:
    """Read a CSV or XLSX file from the disk. Raises Unreadable with one sentence for everything else."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise Unreadable(f"{path} is a folder, not a file.") from None
    except FileNotFoundError:
        raise Unreadable(f"There is no file {path}.") from None
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None
    return read_content(content)


def read_content(content: bytes) -> Table:
    """Read what a CSV or XLSX file holds. Raises Unreadable with one sentence for everything else."""
    if len(content) > MAX_BYTES:
        raise Unreadable(f"The file is larger than {MAX_BYTES // 1_000_000} MB: split it into several files.")
    if is_workbook(content):
        return read_workbook(content)
    if content.startswith(_OTHER_FILES):
        raise Unreadable("The file is neither CSV nor XLSX: save the list in one of these two.")
    return read_csv(content)


def _new_teams(brand: Brand, plans: Sequence[RowPlan]) -> list[str]:
    there = {fold_name(name) for name in Team.objects.filter(brand=brand).values_list("name", flat=True)}
    named = [plan.wanted.team for plan in plans if plan.verdict in {Verdict.NEW, Verdict.UPDATED} and plan.wanted.team]
    new = {fold_name(name): name for name in reversed(named) if fold_name(name) not in there}
    return sorted(new.values())
