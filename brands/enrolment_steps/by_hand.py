"""One person by hand: an import of one row, by the rules and the words of a row of a file."""

import json
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from brands.enrolment_steps import carrying, files, work
from brands.enrolment_steps.mending import Trouble, troubles_of
from brands.enrolment_steps.rows import mapped, note, staged
from brands.importing.records import Verdict
from brands.models import Brand, Import, ImportRow
from people.models import User

FIELDS = ("name", "email", "title", "team", "place", "topics", "x_handle")


def enrol_one(
    *,
    brand: Brand,
    actor: User,
    key: str,
    cells: Mapping[str, str],
    invite: bool,
    words: str = "",
    language: str = "en",
) -> Import | list[Trouble]:
    """Enrol one person; return the import that did it, or what is wrong with the cells.

    cells: by field, of FIELDS; a team that the brand does not have is a trouble. The same key with the same
    cells is the same press of a button.
    """
    cells = {field: cells[field] for field in FIELDS if cells.get(field)}
    key = files.key_for(key, brand, actor, json.dumps([cells, invite, words, language]).encode())
    there = Import.objects.filter(key=key).first()
    if there is not None:
        return there
    columns = {"header": [""] * len(FIELDS), "fields": list(FIELDS), "stored": True}
    file = Import(brand=brand, by=actor, key=key, columns=columns, total=1, state=Import.State.CHECKED)
    row = ImportRow(file=file, number=1, cells=cells)
    plans, known = staged(file, [row])
    note(row, plans[1], known, mapped(file))
    if row.verdict == Verdict.PROBLEM:
        return troubles_of(file, row)
    try:
        with transaction.atomic():
            file.started_at = timezone.now()
            file.save()
            row.file = file
            row.save()
    except IntegrityError:
        if there := Import.objects.filter(key=key).first():  # the same form at the same moment
            return there
        raise
    carrying.start(file=file, actor=actor, invite=invite, words=words, language=language)
    work.work_on(file.pk)
    file.refresh_from_db()
    return file
