"""Step three, in a worker: every row becomes a plan, and nothing is enrolled. The same again after rows were mended."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db import transaction

from brands.enrolment_steps import claims, files
from brands.enrolment_steps.rows import from_table, mapped, note, staged
from brands.importing.records import Unreadable, Verdict
from brands.models import Import, ImportRow

BATCH = 500  # rows written in one transaction
NOTED = ["verdict", "field", "problem", "changes"]
LEFT_OUT = "left out"
Item = TypeVar("Item")


def check(claim: claims.Claim) -> None:
    """Check the rows of an import: read from the file the first time, from the database after that.

    Raises LeaseLost. A worker that is killed leaves the state as it is, and the next one begins the check anew.
    """
    file = claim.file
    try:
        if file.columns["stored"]:
            _again(claim)
        else:
            _first(claim)
    except Unreadable as error:
        claims.finish(claim, to=Import.State.FAILED, trouble=str(error)[:300])
        return
    columns = {**file.columns, "stored": True}
    claims.finish(claim, to=Import.State.CHECKED, columns=columns, counts=count(file), handled=file.total)


def count(file: Import) -> dict[str, int]:
    """Return the number of rows by verdict, and of those left out; what is done counts as what it was."""
    rows = file.rows.values_list("verdict", "left_out")
    found = Counter(LEFT_OUT if left_out else verdict for verdict, left_out in rows.iterator())
    return {name: found[name] for name in (*Verdict, LEFT_OUT)}


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Return items in lists of at most that many."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def _first(claim: claims.Claim) -> None:
    file = claim.file
    table = files.read(file.key)
    rows = [from_table(file, row) for row in table.rows]
    del table
    _stage(claim, rows)
    with transaction.atomic():
        claims.renew(claim)
        file.rows.all().delete()  # of a check that was killed, or of columns chosen before
    for batch in batches(rows, BATCH):
        with transaction.atomic():
            claims.renew(claim)
            ImportRow.objects.bulk_create(batch)
        claims.let_others_write()


def _again(claim: claims.Claim) -> None:
    rows = list(claim.file.rows.filter(left_out=False).order_by("number"))
    different = _stage(claim, rows)
    for batch in batches(different, BATCH):
        with transaction.atomic():
            claims.renew(claim)
            ImportRow.objects.bulk_update(batch, NOTED)
        claims.let_others_write()


def _stage(claim: claims.Claim, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """Write into the rows what their plans say; return those of which something else is said than before."""
    fields = mapped(claim.file)
    plans, known = staged(claim.file, rows, lambda read: claims.renew(claim, handled=read))
    claims.renew(claim)
    return [row for row in rows if not row.done and note(row, plans[row.number], known, fields)]
