"""Enrolling, step three: what would happen, the rows with a problem to mend, and the start."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from advocacy import answers
from advocacy.audit import record
from brands import inviting, policies
from brands.enrolment_steps import carrying, mending
from brands.enrolment_steps.checking import LEFT_OUT
from brands.enrolment_steps.fields import label
from brands.enrolment_steps.rows import told
from brands.importing.records import Unreadable, Verdict
from brands.importing.run import MAX_BYTES
from brands.models import Import, ImportRow
from brands.views.studio.actor import actor_of
from brands.views.studio.importing import import_for, set_going, team_names, to_step, turning, whole_page
from people.profiles import fold_name

PAGE = 20
_MAKE = "+"  # in a team's select: make this team; no name of a team


@dataclass(frozen=True, slots=True)
class Cell:
    """A wrong cell as the page draws it. kind: email, team, text, or "" for the row as a whole; new: a team to make."""

    field: str
    label: str
    words: str
    value: str
    kind: str
    new: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row with a problem."""

    number: int
    name: str
    left_out: bool
    cells: list[Cell]


@require_safe
def check(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Show what would become of the rows; while a worker looks at them, how far it is."""
    file = import_for(request, slug, import_id)
    if answers.wants_fragment(request) and file.state != Import.State.CHECKING:
        return whole_page()
    rows = mending.problem_rows(file)
    mendable = file.state in mending.MENDING and rows.exists()
    if file.state not in {Import.State.CHECKING, Import.State.CHECKED} and not mendable:
        return to_step(file)
    if file.state == Import.State.CHECKING:
        context = {"brand": file.brand, "file": file, "checking": True, "total": file.total}
        return answers.page(request, "studio/enrol/progress.html", "studio/enrol/_progress.html", context)
    return render(request, "studio/enrol/check.html", _context(request, file))


def _context(request: HttpRequest, file: Import, trouble: str = "") -> dict[str, object]:
    page = Paginator(mending.problem_rows(file), PAGE).get_page(request.GET.get("page"))
    teams = team_names(file.brand)
    counts = file.counts
    due = carrying.due(file)
    return {
        "brand": file.brand,
        "file": file,
        "trouble": trouble,
        "tally": _tally(counts),
        "problems": [_problem(file, row, teams) for row in page.object_list],
        **turning(page),
        "open": counts.get(Verdict.PROBLEM, 0),
        "teams": teams,
        "unknown_teams": file.rows.filter(verdict=Verdict.PROBLEM, field="team", done=False, left_out=False).count(),
        "due": due.exclude(verdict=Verdict.UNCHANGED).count(),
        "new": due.filter(verdict=Verdict.NEW).count(),
        "told": told(file).exists(),
        "may_invite": policies.may(request.user, file.brand, policies.INVITE),
        "languages": inviting.LANGUAGES.items(),
        "language": inviting.language_of(file.brand),
        "longest_words": inviting.LONGEST_WORDS,
    }


def _tally(counts: dict[str, int]) -> list[tuple[str, int, str]]:
    """Return (what, rows, class) for the figures on top; those that are mostly 0 only where they are not."""
    tally = [
        ("New people", counts.get(Verdict.NEW, 0), "good"),
        ("Already here, updated", counts.get(Verdict.UPDATED, 0), ""),
        ("Unchanged", counts.get(Verdict.UNCHANGED, 0) + counts.get(Verdict.ALSO, 0), ""),
        ("Rows with a problem", counts.get(Verdict.PROBLEM, 0), "bad" if counts.get(Verdict.PROBLEM) else ""),
    ]
    return [*tally, ("Left out", counts[LEFT_OUT], "")] if counts.get(LEFT_OUT) else tally


def _problem(file: Import, row: ImportRow, teams: list[str]) -> Problem:
    known = {fold_name(team) for team in teams}
    cells = []
    for trouble in mending.troubles_of(file, row):
        kind = trouble.field and {"email": "email", "team": "team"}.get(trouble.field, "text")
        new = trouble.value if kind == "team" and trouble.value and fold_name(trouble.value) not in known else ""
        cells.append(Cell(trouble.field, label(trouble.field), trouble.words, trouble.value, kind, new))
    return Problem(row.number, mending.name_of(row), row.left_out, cells)


@require_POST
def mend(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Save corrected cells and check the file again."""
    file = import_for(request, slug, import_id)
    cells: dict[int, dict[str, str]] = {}
    left_out: dict[int, bool] = {}
    new_teams: list[str] = []
    for number in _numbers(request.POST.getlist("row")):
        left_out[number] = f"out-{number}" in request.POST
        for name, value in request.POST.items():
            row, _, field = name.partition("-")
            if row != f"r{number}" or not field:
                continue
            if field == "team" and value == _MAKE:
                new_teams.append(request.POST.get(f"new-{number}", ""))
            else:
                cells.setdefault(number, {})[field] = str(value)
    _ask_again(request, file, cells, left_out, new_teams=[name for name in new_teams if name])
    return redirect("studio-import-check", slug, file.pk)


@require_POST
def upload(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Take the file of problem rows back, mended, and check again."""
    file = import_for(request, slug, import_id)
    upload = request.FILES.get("file")
    try:
        if upload is None or not upload.size:
            raise Unreadable("Choose the file that you mended.")
        if upload.size > MAX_BYTES:
            raise Unreadable(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
        cells = mending.read_mended(file, upload.read())
    except Unreadable as error:
        if file.state not in mending.MENDING:
            return to_step(file)
        return render(request, "studio/enrol/check.html", _context(request, file, str(error)), status=422)
    _ask_again(request, file, cells, {}, new_teams=[])
    return redirect("studio-import-check", slug, file.pk)


def _ask_again(
    request: HttpRequest,
    file: Import,
    cells: dict[int, dict[str, str]],
    left_out: dict[int, bool],
    new_teams: list[str],
) -> None:
    create = "create_teams" in request.POST
    asked = mending.mend(file=file, cells=cells, left_out=left_out, new_teams=new_teams, create_teams=create)
    if asked:
        set_going(file)
    else:
        messages.warning(request, "Nothing was changed: the import has gone on meanwhile.")


@require_POST
def problems(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Give the rows with a problem as a file, what is wrong in the last column; the log keeps who took it."""
    file = import_for(request, slug, import_id)
    subject, rows = f"import:{file.pk}", mending.problem_rows(file).filter(left_out=False).count()
    details: dict[str, object] = {"rows": rows}
    record("people.problems_exported", actor=actor_of(request), brand=file.brand.slug, subject=subject, details=details)
    answer = HttpResponse("\ufeff" + mending.write_problems(file), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="problems-{file.pk}.csv"'
    return answer


@require_safe
def changes(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Show what is changed of people who are here already, field by field."""
    file = import_for(request, slug, import_id)
    rows = told(file).order_by("number")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    listed = [
        (
            row.number,
            mending.name_of(row),
            [(label(name), _shown(old), _shown(new), bool(stays)) for name, old, new, *stays in row.changes],
        )
        for row in page.object_list
    ]
    context = {
        "brand": file.brand,
        "file": file,
        "rows": listed,
        **turning(page),
    }
    return render(request, "studio/enrol/changes.html", context)


@require_POST
def start(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Enrol the rows that are well; pressed twice it is done once."""
    file = import_for(request, slug, import_id)
    invite = "invite" in request.POST and policies.may(request.user, file.brand, policies.INVITE)
    words, language = request.POST.get("words", ""), request.POST.get("language", "en")
    if len(words.replace("\r\n", "\n")) > inviting.LONGEST_WORDS or language not in inviting.LANGUAGES:
        trouble = f"Your words are longer than {inviting.LONGEST_WORDS:,} characters: shorten them."
        return render(request, "studio/enrol/check.html", _context(request, file, trouble), status=422)
    if carrying.start(file=file, actor=actor_of(request), invite=invite, words=words, language=language):
        set_going(file)
        return redirect("studio-import", slug, file.pk)
    return to_step(file)


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) <= 7]


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
