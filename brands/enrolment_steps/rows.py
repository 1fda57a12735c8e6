"""Rows of an import as the import's own code takes them: from the file, from the database, and staged into plans."""

from collections.abc import Callable, Iterable, Sequence

from django.db.models import Q, QuerySet

from brands.enrolment_steps.fields import field_of, label
from brands.importing.columns import Columns
from brands.importing.knowing import Enrolled, Known, look_around
from brands.importing.planning import stage
from brands.importing.records import Parsed, Problem, Row, RowPlan, Verdict
from brands.importing.rows import parse_row
from brands.models import Import, ImportRow
from people.profiles import fold_name

TELL_EACH = 1_000  # rows
_WHOLE_ROW = ""  # a trouble of the row as a whole, as brands.importing keeps it under -1
Change = list[object]  # [field, before, after], and STAYS where the person keeps what is before
STAYS = "stays"


def mapped(file: Import) -> list[str]:
    """Return the fields that the columns of the file become, in the order of the file."""
    return [field for field in file.columns["fields"] if field]


def from_table(file: Import, row: Row) -> ImportRow:
    """Return a row with its mapped cells only, not saved."""
    used = {at: field for at, field in enumerate(file.columns["fields"]) if field}
    used_or_whole = used | {-1: _WHOLE_ROW}
    troubles = {
        used_or_whole[at]: [trouble.name, trouble.what, trouble.todo]
        for at, trouble in row.troubles.items()
        if at in used_or_whole
    }
    cells = {field: row.cells[at] for at, field in used.items() if row.cells[at]}
    return ImportRow(file=file, number=row.number, cells=cells, troubles=troubles)


def parsed(row: ImportRow, fields: Sequence[str]) -> Parsed:
    """Read a row by itself; the problems name the field."""
    troubles = {
        -1 if field == _WHOLE_ROW else fields.index(field): Problem(kind, "", what, todo)
        for field, (kind, what, todo) in row.troubles.items()
        if field == _WHOLE_ROW or field in fields
    }
    table_row = Row(row.number, tuple(row.cells.get(field, "") for field in fields), troubles)
    columns = Columns({field: at for at, field in enumerate(fields)}, list(fields), ())
    return parse_row(table_row, columns, asking=True)


def staged(
    file: Import, rows: Sequence[ImportRow], tell: Callable[[int], None] = lambda read: None
) -> tuple[dict[int, RowPlan], Known]:
    """Return the plan of each row by its number, and what was known. tell: rows read so far, now and then.

    All rows of the file belong here but those left out, those done too: later ones are compared with them.
    """
    fields = mapped(file)
    read = []
    for row in rows:
        read.append(parsed(row, fields))
        if len(read) % TELL_EACH == 0:
            tell(len(read))
    known = look_around(file.brand, read, asking=True)
    known.teams |= {fold_name(name) for name in file.wishes.get("new_teams", [])}
    plans = stage(read, known, create_teams=bool(file.wishes.get("create_teams")), asking=True)
    return {plan.number: plan for plan in plans}, known


def note(row: ImportRow, plan: RowPlan, known: Known, fields: list[str]) -> bool:
    """Write what a plan says into its row; return whether that is something else than before."""
    before = (row.verdict, row.field, row.problem, row.changes)
    row.verdict = plan.verdict.value
    row.field, row.problem = "", ""
    if plan.problems:
        row.field = field_of(plan.problems[0].where, fields)
        row.problem = sentence(plan.problems[0])[:300]
    enrolled = known.by_person.get(plan.person_id or 0)
    told = plan.verdict in {Verdict.UPDATED, Verdict.UNCHANGED}
    row.changes = changes(plan, enrolled) if enrolled and told else []
    return before != (row.verdict, row.field, row.problem, row.changes)


def told(file: Import) -> "QuerySet[ImportRow]":
    """Return the rows that change somebody who is here, or say otherwise than that person and change nothing."""
    rows = file.rows.filter(left_out=False, verdict__in=(Verdict.UPDATED, Verdict.UNCHANGED))
    return rows.exclude(Q(verdict=Verdict.UNCHANGED) & Q(changes=[]))


def sentence(problem: Problem) -> str:
    """Return a problem in words: where it is, what is wrong, and what to do."""
    where = f"{label(problem.where)}: " if problem.where else ""
    return f"{where}{problem.what}. {problem.todo[:1].upper()}{problem.todo[1:]}."


def changes(plan: RowPlan, enrolled: Enrolled) -> list[Change]:
    """Return what a plan changes: [field, before, after] each, as they are stored and shown.

    A fourth, STAYS, is with what the list says otherwise and the person keeps.
    """
    changed = [[name, _before(enrolled, name), _after(plan, name)] for name in plan.changes if name != "accounts"]
    return changed + [[name, _before(enrolled, name), _after(plan, name), STAYS] for name in plan.kept]


def _before(enrolled: Enrolled, name: str) -> object:
    return _plain(enrolled.topic_names if name == "topics" else getattr(enrolled, name))


def _after(plan: RowPlan, name: str) -> object:
    return _plain(getattr(plan.wanted, name))


def _plain(value: object) -> object:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return list(value)
    return value if value is None or isinstance(value, str) else str(value)
