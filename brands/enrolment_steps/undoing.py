"""Taking an import back, within a day: whoever said yes stays, whatever was changed since stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from advocacy.audit import record, record_each
from brands import inviting
from brands.enrolling import NotMoved, move, subject_of, team_named, topic_named
from brands.enrolment_steps import claims
from brands.enrolment_steps.checking import batches
from brands.importing.names import read_name
from brands.importing.records import Verdict
from brands.models import Enrolment, Import, ImportRow, Invitation
from brands.telling import place_told
from brands.tending import address_open
from people.models import Person, User
from people.profiles import fold_name, rename_person

BATCH = 100  # rows in one transaction
TAKEN, RESTORED, STAYS = "taken", "restored", "stays"
WITHIN = timedelta(hours=24)
UNDOABLE = (Import.State.DONE, Import.State.CHECKED)
_TEXTS = ("title", "place", "email", "external_id")
# who has not said yes, whatever else they did: the studio cannot tell one from the other
_UNANSWERED = Q(enrolment__state__in=(Enrolment.State.INVITED, Enrolment.State.DECLINED))
_NOT_THEIRS = Q(enrolment__consented_at=None) | Q(done_at__gt=F("enrolment__consented_at"))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What undoing will do: people taken back, how many had a letter, people who stay; rows restored, rows too old."""

    taken: int
    told: int
    stay: int
    restored: int
    older: int


def may_undo(file: Import) -> bool:
    """Return whether the import can be undone now."""
    return file.state in UNDOABLE and file.undo_until is not None and file.undo_until > timezone.now()


def _within_a_day(file: Import, now: datetime) -> "QuerySet[ImportRow]":
    """Return the rows that undoing takes back; others of the same file may have been enrolled days before."""
    return file.rows.filter(done=True, undone="", done_at__gt=now - WITHIN)


def _older(file: Import, now: datetime) -> "QuerySet[ImportRow]":
    return file.rows.filter(done=True, undone="").exclude(done_at__gt=now - WITHIN)


def outlook(file: Import) -> Outlook:
    """Return what undoing would do now."""
    now = timezone.now()
    rows = _within_a_day(file, now)
    new = rows.filter(verdict=Verdict.NEW, enrolment__isnull=False)
    had_letter = Invitation.objects.filter(letters__gt=0).values("enrolment")
    return Outlook(
        taken=new.filter(_UNANSWERED).count(),
        told=new.filter(_UNANSWERED, enrolment__in=had_letter).count(),
        stay=new.exclude(_UNANSWERED).count(),
        restored=rows.filter(_NOT_THEIRS, verdict=Verdict.UPDATED).count(),
        older=_older(file, now).filter(verdict__in=(Verdict.NEW, Verdict.UPDATED)).count(),
    )


def undone(file: Import) -> dict[str, int]:
    """Return the number of rows by what undoing did with them."""
    return {name: file.rows.filter(undone=name).count() for name in (TAKEN, RESTORED, STAYS)}


def start(*, file: Import, actor: User) -> bool:
    """Ask a worker to undo; False where the day is over or somebody has asked already."""
    if not may_undo(file):
        return False
    wishes = {**file.wishes, "undone_by": actor.pk}
    return claims.ask(file, since=UNDOABLE, to=Import.State.UNDOING, wishes=wishes)


def undo(claim: claims.Claim) -> None:
    """Take the rows back from where the last worker stopped. Raises LeaseLost."""
    file = claim.file
    actor = User.objects.filter(pk=file.wishes.get("undone_by")).first()
    asked_at = file.started_at or timezone.now()
    _older(file, asked_at).update(undone=STAYS)
    waiting = list(_within_a_day(file, asked_at).order_by("-number"))
    claims.renew(claim, handled=file.rows.exclude(undone="").count())
    for batch in batches(waiting, BATCH):
        with transaction.atomic():
            _undo_rows(file, batch, actor)
            claims.renew(claim, handled=F("handled") + len(batch))
        claims.let_others_write()
    with transaction.atomic():
        # who asked for it is in the audit log, which an erasure reaches
        wishes = {name: wish for name, wish in file.wishes.items() if name != "undone_by"}
        claims.finish(claim, to=Import.State.UNDONE, finished_at=timezone.now(), undo_until=None, wishes=wishes)
        record(
            "people.import_undone",
            actor=actor,
            label="" if actor else "studio",
            brand=file.brand.slug,
            subject=f"import:{file.pk}",
            details=dict(undone(file)),
        )


def _undo_rows(file: Import, rows: Sequence[ImportRow], actor: User | None) -> None:
    # the lock makes somebody who says yes at this moment wait: they then find nothing to say yes to
    ids = [row.enrolment_id for row in rows if row.enrolment_id]
    locked = Enrolment.objects.filter(pk__in=ids).select_related("person", "brand").order_by("pk")
    enrolments = {e.pk: e for e in locked.select_for_update(of=("self",))}
    new = [
        enrolments[row.enrolment_id] for row in rows if row.verdict == Verdict.NEW and row.enrolment_id in enrolments
    ]
    gone = _take_back_unasked(file, [e for e in new if e.state == Enrolment.State.INVITED], actor)
    for row in rows:
        enrolment = enrolments.get(row.enrolment_id or 0)
        if row.verdict == Verdict.NEW:
            kept = enrolment is not None and enrolment.pk not in gone and not _take_back(enrolment, actor)
            row.undone = STAYS if kept else TAKEN
        elif row.verdict == Verdict.UPDATED and enrolment:
            # what somebody said yes to stays; facts that the brand changed after it are the brand's
            before_yes = enrolment.consented_at and (row.done_at is None or row.done_at <= enrolment.consented_at)
            row.undone = RESTORED if not before_yes and _restore(enrolment, row.changes, actor) else STAYS
        else:
            row.undone = STAYS
        if row.undone == TAKEN:  # what the file said about them is not kept either
            row.cells, row.enrolment_id = {}, None
    ImportRow.objects.bulk_update(rows, ["undone", "cells", "enrolment"])


def _take_back_unasked(file: Import, enrolments: Sequence[Enrolment], actor: User | None) -> set[int]:
    """Take back those who had no letter yet: nothing remains of them. Return the ids of their enrolments."""
    ids = [enrolment.pk for enrolment in enrolments]
    letters = Invitation.objects.filter(enrolment__in=ids)
    # no letter goes out from here on; one that went out at this moment is seen
    letters.filter(letters=0, revoked_at=None).update(revoked_at=timezone.now(), next_letter_at=None)
    asked = set(letters.filter(letters__gt=0).values_list("enrolment", flat=True))
    unasked = [enrolment for enrolment in enrolments if enrolment.pk not in asked]
    record_each(
        "enrolment.taken_back",
        subjects=[subject_of(enrolment) for enrolment in unasked],
        actor=actor,
        label="" if actor else "studio",
        brand=file.brand.slug,
    )
    gone = {enrolment.pk for enrolment in unasked}
    Enrolment.objects.filter(pk__in=gone).delete()
    people = Person.objects.filter(pk__in=[enrolment.person_id for enrolment in unasked], user=None, enrolments=None)
    Person.objects.filter(pk__in=list(people.values_list("pk", flat=True))).delete()
    return gone


def _take_back(enrolment: Enrolment, actor: User | None) -> bool:
    """Take back an enrolment that has no yes; False for one that has: it stays.

    Its person had a letter and is told in another one that the invitation was taken back; the enrolment ends.
    """
    if enrolment.state == Enrolment.State.DECLINED:
        return True
    if enrolment.state != Enrolment.State.INVITED:
        return False
    label = "" if actor else "studio"
    for invitation in enrolment.invitations.filter(revoked_at=None):
        _revoke(invitation, actor, label)
    try:
        move(enrolment, to=Enrolment.State.DECLINED, actor=actor, label=label)
    except NotMoved:
        return False
    return True


def _revoke(invitation: Invitation, actor: User | None, label: str) -> None:
    for _ in range(2):  # a letter may go out at this moment: the second look sees it
        try:
            inviting.revoke(invitation=invitation, actor=actor, label=label)
        except inviting.NotInvited:
            invitation.refresh_from_db()
        else:
            return


def _restore(enrolment: Enrolment, changes: Sequence[Sequence[object]], actor: User | None) -> bool:
    """Give fields their old values back where nobody changed them since; return whether any was."""
    restored = []
    for name, before, after, *stays in changes:
        if stays:
            continue  # nothing was written
        if name == "email" and not address_open().filter(pk=enrolment.pk).exists():
            continue  # asked at the address of the file meanwhile
        if name in {"name", "languages"} and (enrolment.person.user_id or enrolment.person.slug):
            continue  # theirs, wherever they said yes
        if _same(_now(enrolment, str(name)), after, labels=name in {"team", "topics"}):
            _give_back(enrolment, str(name), before)
            restored.append(name)
    if restored:
        place_told(enrolment)
        record(
            "enrolment.restored",
            actor=actor,
            label="" if actor else "studio",
            brand=enrolment.brand.slug,
            subject=subject_of(enrolment),
            details={"fields": restored},
        )
    return bool(restored)


def _same(now: object, after: object, *, labels: bool) -> bool:
    """Compare two values; labels: names of teams or topics, which stay as they were first written, in any order."""
    if not labels:
        return now == after
    names = [value if isinstance(value, list) else [value] for value in (now, after)]
    return {fold_name(str(name)) for name in names[0]} == {fold_name(str(name)) for name in names[1]}


def _now(enrolment: Enrolment, name: str) -> object:
    if name in _TEXTS:
        return getattr(enrolment, name)
    if name == "team":
        return enrolment.team.name if enrolment.team else ""
    if name == "topics":
        return list(enrolment.topics.order_by("pk").values_list("name", flat=True))
    if name == "with_brand_since":
        return str(enrolment.with_brand_since) if enrolment.with_brand_since else None
    return getattr(enrolment.person, name)  # name, languages


def _give_back(enrolment: Enrolment, name: str, before: object) -> None:
    rows = Enrolment.objects.filter(pk=enrolment.pk)
    if name in _TEXTS:
        rows.update(**{name: before})
    elif name == "team":
        rows.update(team=team_named(enrolment.brand, str(before)) if before else None)
    elif name == "topics" and isinstance(before, list):
        enrolment.topics.set([topic_named(enrolment.brand, topic) for topic in before])
    elif name == "with_brand_since":
        rows.update(with_brand_since=date.fromisoformat(str(before)) if before else None)
    elif name == "name":
        parts = read_name(name=str(before))
        rename_person(
            enrolment.person, name=str(before), given=parts.given, family=parts.family, nickname=parts.nickname
        )
    elif name == "languages":
        Person.objects.filter(pk=enrolment.person_id).update(languages=before)
