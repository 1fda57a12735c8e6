"""Enrolling, step four and after: progress, result, the history, and taking an import back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from advocacy import answers
from brands import policies
from brands.enrolment_steps import carrying, mending, undoing
from brands.importing.records import Verdict
from brands.models import Import, ImportRow, Invitation
from brands.views.studio.actor import actor_of
from brands.views.studio.importing import import_for, reads_and_writes, set_going, to_step, turning, whole_page

PAGE = 50
_STEP_FOUR = (
    Import.State.ENROLLING,
    Import.State.DONE,
    Import.State.UNDOING,
    Import.State.UNDONE,
    Import.State.FAILED,
)
_BECAME = {
    Verdict.NEW: ("Enrolled", "good"),
    Verdict.UPDATED: ("Updated", ""),
    Verdict.ALSO: ("Same person as an earlier row", ""),
    Verdict.UNCHANGED: ("Unchanged", ""),
    Verdict.PROBLEM: ("Not enrolled", "bad"),
}
_UNDOING = {
    undoing.TAKEN: "People taken back",
    undoing.RESTORED: "Old values are back",
    undoing.STAYS: "Rows that stay as they are",
}
_UNDONE = {undoing.TAKEN: ("Taken back", ""), undoing.RESTORED: ("Old values are back", "")}


@require_safe
def progress(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Show how far the worker is, then what became of the rows."""
    file = import_for(request, slug, import_id)
    at_work = file.state in {Import.State.ENROLLING, Import.State.UNDOING}
    if answers.wants_fragment(request) and not at_work:
        return whole_page()
    if file.state not in _STEP_FOUR:
        return to_step(file)
    if at_work:
        context = {"brand": file.brand, "file": file, "checking": False, "total": _at_work(file)}
        return answers.page(request, "studio/enrol/progress.html", "studio/enrol/_progress.html", context)
    counts, undone = file.counts, undoing.undone(file)
    context = {
        "brand": file.brand,
        "file": file,
        "new": counts.get(Verdict.NEW, 0),
        "updated": counts.get(Verdict.UPDATED, 0),
        "unchanged": counts.get(Verdict.UNCHANGED, 0) + counts.get(Verdict.ALSO, 0),
        "problems": counts.get(Verdict.PROBLEM, 0),
        "invited": Invitation.objects.filter(enrolment__in=_enrolled(file)).values("enrolment").distinct().count(),
        "may_undo": undoing.may_undo(file),
        "undone": [(words, undone[name]) for name, words in _UNDOING.items()],
    }
    return render(request, "studio/enrol/done.html", context)


def _at_work(file: Import) -> int:
    if file.state == Import.State.UNDOING:
        return file.rows.filter(done=True).count()
    return file.at_work or carrying.due(file).count() + file.rows.filter(done=True).count()


def _enrolled(file: Import) -> "QuerySet[ImportRow, int | None]":
    return file.rows.filter(verdict=Verdict.NEW, enrolment__isnull=False).values_list("enrolment", flat=True)


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """List the brand's imports, the newest first."""
    brand = policies.brand_for(request, slug, policies.ENROL)
    files = Import.objects.filter(brand=brand).select_related("by", "by__person", "brand").order_by("-created_at")
    page = Paginator(files, PAGE).get_page(request.GET.get("page"))
    listed = [
        {
            "file": file,
            "new": file.counts.get(Verdict.NEW, 0),
            "updated": file.counts.get(Verdict.UPDATED, 0),
            "problems": file.counts.get(Verdict.PROBLEM, 0),
            "may_undo": undoing.may_undo(file),
        }
        for file in page.object_list
    ]
    context = {
        "brand": brand,
        "imports": listed,
        **turning(page),
    }
    return render(request, "studio/enrol/history.html", context)


@require_safe
def rows(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """List the rows of an import with what became of each."""
    file = import_for(request, slug, import_id)
    found = file.rows.select_related("enrolment__person").order_by("number")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    listed = [(row.number, _name(row), *_became(row), row.problem) for row in page.object_list]
    context = {
        "brand": file.brand,
        "file": file,
        "rows": listed,
        **turning(page),
    }
    return render(request, "studio/enrol/rows.html", context)


def _name(row: ImportRow) -> str:
    return row.enrolment.person.name if row.enrolment else mending.name_of(row)


def _became(row: ImportRow) -> tuple[str, str]:
    if row.undone in _UNDONE:
        return _UNDONE[row.undone]
    if row.left_out:
        return "Left out", ""
    if not row.done and row.verdict != Verdict.PROBLEM:
        return "Not yet", ""
    return _BECAME[Verdict(row.verdict)]


@reads_and_writes
def undo(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Say what undoing will do, and do it."""
    file = import_for(request, slug, import_id)
    if not undoing.may_undo(file):
        if file.state == Import.State.DONE:
            messages.warning(request, "This import can no longer be undone: the day for it is over.")
        return to_step(file)
    if request.method == "POST":
        if undoing.start(file=file, actor=actor_of(request)):
            set_going(file)
        return redirect("studio-import", slug, file.pk)
    context = {"brand": file.brand, "file": file, "outlook": undoing.outlook(file)}
    return render(request, "studio/enrol/undo.html", context)
