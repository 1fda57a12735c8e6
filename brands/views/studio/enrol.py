"""Enrolling, step one and two: a file or pasted rows, and what its columns become."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from brands import policies
from brands.enrolment_steps import columns as steps
from brands.enrolment_steps import files, receiving
from brands.enrolment_steps.fields import LABELS, TEMPLATE
from brands.importing.csvfile import MAX_ROWS
from brands.importing.records import Unreadable
from brands.importing.run import MAX_BYTES
from brands.models import Brand, Import
from brands.views.studio.actor import actor_of
from brands.views.studio.importing import form_key, import_for, new_key, reads_and_writes, set_going, to_step


@reads_and_writes
def choose_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a file, or rows that were pasted, and lead on to its columns."""
    brand = policies.brand_for(request, slug, policies.ENROL)
    trouble, pasted = "", ""
    if request.method == "POST":
        pasted = request.POST.get("rows", "")
        try:
            file = _receive(request, brand, pasted)
        except Unreadable as error:
            trouble = str(error)
        else:
            return to_step(file)
    context = {
        "brand": brand,
        "key": new_key(),
        "trouble": trouble,
        "pasted": pasted,
        "max_rows": MAX_ROWS,
        "max_megabytes": MAX_BYTES // 1_000_000,
        "recent": Import.objects.filter(brand=brand, started_at__isnull=False).exists(),
    }
    return render(request, "studio/enrol/file.html", context, status=422 if trouble else 200)


def _receive(request: HttpRequest, brand: Brand, pasted: str) -> Import:
    upload = request.FILES.get("file")
    actor = actor_of(request)
    if upload is not None:
        if upload.size is not None and upload.size > MAX_BYTES:
            raise Unreadable(f"The file is larger than {MAX_BYTES // 1_000_000} MB: split it into several files.")
        name, content = upload.name or "", upload.read()
    elif pasted.strip():
        name, content = "", pasted.encode()
    else:
        raise Unreadable("Choose a file, or paste rows from a spreadsheet.")
    return receiving.receive(brand=brand, actor=actor, key=form_key(request), name=name, content=content)


@require_safe
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """Give an empty file with the columns that are read by themselves."""
    brand = policies.brand_for(request, slug, policies.ENROL)
    answer = HttpResponse("\ufeff" + ",".join(TEMPLATE) + "\r\n", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{brand.slug}-people.csv"'
    return answer


@reads_and_writes
def columns(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Show each column with its first values and its field, and take the corrected choice on to the check."""
    file = import_for(request, slug, import_id)
    if file.state not in steps.CHOOSING or file.undo_until:
        return to_step(file)
    if not files.kept(file.key):
        return render(request, "studio/enrol/gone.html", {"brand": file.brand, "file": file}, status=410)
    header: list[str] = file.columns["header"]
    fields: list[str] = file.columns["fields"]
    troubles: list[str] = []
    if request.method == "POST":
        fields = [_field(request, at) for at in range(len(header))]
        troubles = steps.troubles_with(fields, header)
        if not troubles:
            if steps.choose_columns(file=file, fields=fields, actor=actor_of(request)):
                set_going(file)
            return redirect("studio-import-check", slug, file.pk)
        file.columns = {**file.columns, "fields": fields}
    context = {
        "brand": file.brand,
        "file": file,
        "columns": steps.columns_of(file),
        "choices": LABELS.items(),
        "troubles": troubles,
    }
    return render(request, "studio/enrol/columns.html", context, status=422 if troubles else 200)


def _field(request: HttpRequest, at: int) -> str:
    field = request.POST.get(f"column-{at}", "")
    return field if field in LABELS else ""
