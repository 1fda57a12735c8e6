"""Step four, in a worker: the rows that are well become enrolments, in batches; a killed worker loses one batch."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from advocacy.audit import record
from brands import inviting
from brands.enrolment_steps import claims, files, letters
from brands.enrolment_steps.checking import batches, count
from brands.enrolment_steps.rows import mapped, note, staged
from brands.importing.carrying import Carrier, carry_batch, note_failures
from brands.importing.knowing import Known
from brands.importing.records import RowPlan, Verdict
from brands.models import Enrolment, Import, ImportRow
from people.models import User

BATCH = 200  # rows in one transaction: SQLite has one writer, others wait about a second
UNDO = timedelta(hours=24)
DUE = (Verdict.NEW, Verdict.UPDATED, Verdict.ALSO, Verdict.UNCHANGED)


def start(*, file: Import, actor: User, invite: bool, words: str = "", language: str = "en") -> bool:
    """Ask a worker to enrol the rows that are well; False where the import is not checked, or not any longer.

    invite: whoever is new is asked for their yes at once, in these words; else the studio does that later.
    """
    if invite:
        inviting.choose_language(brand=file.brand, language=language)
    wishes = {**file.wishes, "invite": invite, "words": words, "language": language}
    return claims.ask(file, since=[Import.State.CHECKED], to=Import.State.ENROLLING, wishes=wishes, by=actor, at_work=0)


def due(file: Import) -> "QuerySet[ImportRow]":
    """Return the rows that are to be carried out and are not yet, in the order of the file."""
    return file.rows.filter(verdict__in=DUE, left_out=False, done=False).order_by("number")


def enrol(claim: claims.Claim) -> None:
    """Carry the rows out from where the last worker stopped. Raises LeaseLost."""
    file = claim.file
    rows = list(file.rows.filter(left_out=False).order_by("number"))
    plans, known = staged(file, rows, lambda read: claims.renew(claim))
    carrier = Carrier(file.brand, None, file.by, "" if file.by else "studio", mail=False)
    waiting = [row for row in rows if not row.done and row.verdict in DUE]
    done = sum(row.done for row in rows)
    claims.renew(claim, handled=done, at_work=done + len(waiting))
    for batch in batches(waiting, BATCH):
        with transaction.atomic():
            _carry(carrier, file, batch, plans, known)
            claims.renew(claim, handled=F("handled") + len(batch))
        claims.let_others_write()
    _end(claim)


def _carry(carrier: Carrier, file: Import, batch: Sequence[ImportRow], plans: dict[int, RowPlan], known: Known) -> None:
    fields = mapped(file)
    mine = [plans[row.number] for row in batch]
    for row in batch:
        note(row, plans[row.number], known, fields)  # what the people are like now, for undoing
    carry_batch(carrier, mine)
    note_failures(mine, plans.values())
    for row, plan in zip(batch, mine, strict=True):
        same = plans[plan.same_as] if plan.same_as is not None else plan
        row.done = plan.verdict != Verdict.PROBLEM
        row.done_at = timezone.now() if row.done else None
        if plan.verdict == Verdict.PROBLEM:
            note(row, plan, known, fields)
        row.enrolment_id = same.enrolment_id if row.done else None
    ImportRow.objects.bulk_update(batch, ["done", "done_at", "enrolment", "verdict", "field", "problem", "changes"])
    if file.wishes.get("invite"):
        _invite(file, [row.enrolment_id for row in batch if row.enrolment_id and row.verdict == Verdict.NEW])


def _invite(file: Import, enrolment_ids: Sequence[int]) -> None:
    people = Enrolment.objects.filter(pk__in=enrolment_ids).select_related("person", "brand").order_by("pk")
    for enrolment in people:
        with suppress(inviting.NotInvited):  # the studio shows who was not asked, and asks again there
            inviting.invite(
                enrolment=enrolment,
                actor=file.by,
                words=file.wishes["words"],
                language=file.wishes["language"],
                label="" if file.by else "studio",
            )


def _end(claim: claims.Claim) -> None:
    file, now = claim.file, timezone.now()
    counts = count(file)
    with transaction.atomic():
        claims.finish(
            claim,
            to=Import.State.DONE,
            counts=counts,
            finished_at=now,
            undo_until=now + UNDO,
        )
        record(
            "people.imported",
            actor=file.by,
            label="" if file.by else "studio",
            brand=file.brand.slug,
            subject=f"import:{file.pk}",
            details={name.replace(" ", "_"): number for name, number in counts.items()},
        )
    files.drop(file.key)
    letters.tell_done(file, counts)
