"""What came of an import: a summary by name of problem, and a row for every row of the file."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from brands.importing.records import Problem, RowPlan, Verdict
from brands.letters import Sent

_SHOWN_ROWS = 8  # row numbers that the summary names per problem
_EXAMPLES = 3
# how a cell begins that a spreadsheet would calculate, full-width forms included
_RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")


@dataclass(slots=True)
class Report:
    """The outcome of an import or of its check (checked_only)."""

    how: str
    readings: Sequence[tuple[str, str]]
    rows_in_file: int
    checked_only: bool
    plans: list[RowPlan]
    new_teams: list[str] = field(default_factory=list)
    letters: Sent | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of rows by verdict; every verdict is there."""
        found = Counter(plan.verdict.value for plan in self.plans)
        return {verdict.value: found[verdict.value] for verdict in Verdict}

    @property
    def problems(self) -> dict[str, list[int]]:
        """Return the numbers of the rows by name of problem; a row is counted under its first problem."""
        named: dict[str, list[int]] = {}
        for plan in self.plans:
            if plan.problems:
                named.setdefault(plan.problems[0].name, []).append(plan.number)
        return dict(sorted(named.items(), key=lambda item: (-len(item[1]), item[0])))

    @property
    def clean(self) -> bool:
        """Whether no row has a problem and no letter failed."""
        return not self.problems and not (self.letters and self.letters.failed)

    @property
    def changed(self) -> bool:
        """Whether anything was (or, in a check, would be) saved."""
        return any(plan.verdict in {Verdict.NEW, Verdict.UPDATED} for plan in self.plans)


def summarise(report: Report) -> list[str]:
    """Return the summary, one line each."""
    lines = [f"Read as {report.how}."]
    lines += [f"  “{header}” is {'not used' if read == 'not used' else read}" for header, read in report.readings]
    chosen = f"{len(report.plans)} of {report.rows_in_file} rows" if len(report.plans) != report.rows_in_file else ""
    lines.append(f"{chosen or f'{len(report.plans)} rows'}{' checked, nothing saved' if report.checked_only else ''}:")
    lines += [f"  {number:>6}  {verdict}" for verdict, number in report.counts.items() if number]
    changes = Counter(name for plan in report.plans if plan.verdict == Verdict.UPDATED for name in plan.changes)
    if changes:
        lines.append("Updated: " + ", ".join(f"{name} ({number})" for name, number in sorted(changes.items())))
    if report.new_teams:
        lines.append("New teams: " + ", ".join(report.new_teams))
    for name, numbers in report.problems.items():
        lines.append(f"{name}: {len(numbers)} ({_rows(numbers)})")
        lines += _examples(report.plans, name)
    notes = Counter(note for plan in report.plans for note in plan.notes)
    lines += [f"{note} ({number})" for note, number in notes.items()]
    if report.letters:
        letters = report.letters
        lines.append(
            f"Letters: {letters.sent} sent, {letters.failed} failed, {letters.without_address} without an address"
        )
    return lines


def write_csv(report: Report) -> str:
    """Return the report as CSV, a row for every row of the file; cells cannot become formulas."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ["row", "verdict", "name", "external id", "accounts", "changes", "problem", "where", "what", "what to do"]
    )
    for plan in report.plans:
        accounts = "; ".join(f"@{a.handle}" if a.handle else a.remote_id for a in plan.wanted.accounts)
        base = [str(plan.number), plan.verdict.value, plan.wanted.name, plan.wanted.external_id, accounts]
        changes = "; ".join(plan.changes) or (f"of row {plan.same_as}" if plan.same_as else "")
        told = [[getattr(problem, part) for problem in plan.problems] for part in ("name", "where", "what", "todo")]
        writer.writerow(map(harmless, [*base, changes, *("; ".join(filter(None, texts)) for texts in told)]))
    return out.getvalue()


def harmless(cell: str) -> str:
    """Return the cell with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def _rows(numbers: Iterable[int]) -> str:
    listed = list(numbers)
    more = f" and {len(listed) - _SHOWN_ROWS} more" if len(listed) > _SHOWN_ROWS else ""
    return f"row{'s' if len(listed) > 1 else ''} {', '.join(map(str, listed[:_SHOWN_ROWS]))}{more}"


def _examples(plans: Iterable[RowPlan], name: str) -> list[str]:
    """Return a line for each different problem of this name, with its first row; the first few of them."""
    first: dict[Problem, int] = {}
    for plan in plans:
        if plan.problems and plan.problems[0].name == name:
            first.setdefault(plan.problems[0], plan.number)
    lines = [f"  row {number}: {_sentence(problem)}" for problem, number in islice(first.items(), _EXAMPLES)]
    return [*lines, f"  and {len(first) - _EXAMPLES} others like these"] if len(first) > _EXAMPLES else lines


def _sentence(problem: Problem) -> str:
    where = f"{problem.where}: " if problem.where else ""
    return f"{where}{problem.what}. {problem.todo[:1].upper()}{problem.todo[1:]}."
