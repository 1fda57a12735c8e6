"""One act on many people: asked for in the studio, done by workers from its row, with progress and undo.

A chunk of people is claimed by moving `handled` on (compare-and-swap) in the transaction that does the work, so that a
second worker, or one that died, neither repeats nor skips anybody. The tick finds what a lost message left.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from advocacy.audit import record
from brands import inviting, tending
from brands.enrolling import NotMoved
from brands.models import Brand, BulkAct, Enrolment, Invitation, Team
from brands.telling import place_told
from people.models import User

State = BulkAct.State
CHUNK = 50  # people done in one transaction
BUSY_SECONDS = 300.0  # a worker is given back after this; the next tick goes on
UNDO_FOR = timedelta(hours=24)
ACTS = {"invite": "Invite", "team": "Move to a team", "pause": "Pause", "resume": "End the pause"}
_QUIET = inviting.QUIET.days
STOPPABLE = (State.WAITING, State.RUNNING)
GOING = (State.WAITING, State.RUNNING, State.UNDOING)


class Refused(Exception):
    """This person is left as they are; the words complete "12 people ..."."""


def ask(
    *, brand: Brand, act: str, enrolments: Iterable[int], actor: User, wishes: Mapping[str, object] | None = None
) -> BulkAct:
    """Write down an act on these people of the brand, fixed now; others' are left out. Send its message afterwards.

    wishes: {"team": id or None} or {"words": str, "language": str}. Raises ValueError for no people or no such act.
    """
    wanted = set(enrolments)
    ids = [
        pk for pk in Enrolment.objects.filter(brand=brand).order_by("pk").values_list("pk", flat=True) if pk in wanted
    ]
    if act not in ACTS:
        raise ValueError("choose what to do with them")
    if not ids:
        raise ValueError("tick the people first")
    with transaction.atomic():
        if act == "invite":
            inviting.choose_language(brand=brand, language=str(wishes["language"]) if wishes else "")
        row = BulkAct.objects.create(brand=brand, by=actor, act=act, wishes=dict(wishes or {}), enrolments=ids)
        _note(row, "bulk.asked", actor)
    return row


def may_undo(row: BulkAct) -> bool:
    """Return whether an act can still be taken back; one that goes on is stopped by that."""
    if row.state in STOPPABLE:
        return True
    return row.state == State.DONE and row.finished_at is not None and row.finished_at + UNDO_FOR > timezone.now()


def undo(*, row: BulkAct, actor: User) -> bool:
    """Begin taking an act back; return False where that is no longer possible or has begun. Send its message then.

    An act that is still going on stops: the chunk in hand is finished first, and taken back with the others.
    """
    if not may_undo(row):
        return False
    with transaction.atomic():
        open_still = BulkAct.objects.filter(pk=row.pk, state__in=(*STOPPABLE, State.DONE))
        if not open_still.update(state=State.UNDOING, undone_by=actor, undo_from=F("handled")):
            return False
        _note(row, "bulk.undone", actor)
    return True


def carry_on(pk: int, *, seconds: float = BUSY_SECONDS) -> None:
    """Do what is left of an act, for a while. Harmless when several workers do it at once, or none."""
    began = time.monotonic()
    while time.monotonic() - began < seconds and _step(pk):
        pass


def _step(pk: int) -> bool:
    """Do one chunk; return whether there may be more to do."""
    with transaction.atomic():
        row = BulkAct.objects.select_related("brand", "by", "undone_by").filter(pk=pk, state__in=GOING).first()
        if row is None:
            return False
        if row.state == State.WAITING:
            BulkAct.objects.filter(pk=pk, state=State.WAITING).update(state=State.RUNNING)
            return True
        undoing = row.state == State.UNDOING
        start, stop = row.handled, min(row.handled + CHUNK, len(row.enrolments))
        if undoing:
            start, stop = max(row.handled - CHUNK, 0), row.handled
        if start == stop:
            over = State.UNDONE if undoing else State.DONE
            BulkAct.objects.filter(pk=pk, state=row.state).update(state=over, finished_at=timezone.now())
            return False
        claim = BulkAct.objects.filter(pk=pk, state=row.state, handled=row.handled)
        if not claim.update(handled=start if undoing else stop):
            return True  # another worker has these
        people = _people(row, row.enrolments[start:stop])
        if undoing:
            for enrolment in people:
                _undo_one(row, enrolment)
        else:
            _do(row, people)
            BulkAct.objects.filter(pk=pk).update(before=row.before, refused=row.refused)
    return True


def _people(row: BulkAct, ids: Sequence[int]) -> list[Enrolment]:
    there = Enrolment.objects.filter(brand=row.brand, pk__in=ids)
    return list(there.select_related("brand", "person", "team").order_by("pk"))


def _do(row: BulkAct, people: Iterable[Enrolment]) -> None:
    refused = Counter(row.refused)
    for enrolment in people:
        try:
            with transaction.atomic():
                row.before[str(enrolment.pk)] = _DOING[row.act](row, enrolment)
        except Refused as reason:
            refused[str(reason)] += 1
    row.refused = dict(refused)


def _invite(row: BulkAct, enrolment: Enrolment) -> object:
    try:
        return inviting.invite(enrolment=enrolment, actor=row.by, **row.wishes).pk
    except inviting.EnoughLetters:
        reason = f"have had {inviting.MOST_LETTERS} letters or more: wait until none has come for {_QUIET} days"
        raise Refused(reason) from None
    except inviting.NotInvited:
        if enrolment.state != Enrolment.State.INVITED:
            reason = "have answered, or their invitation ended"
        else:
            reason = "have been asked already" if enrolment.email else "have no e-mail address here: add it first"
        raise Refused(reason) from None


def _team(row: BulkAct, enrolment: Enrolment) -> object:
    wanted = row.wishes["team"]
    if wanted is not None and not Team.objects.filter(pk=wanted, brand=row.brand).exists():
        raise Refused("stay where they are: the team was deleted meanwhile")
    former = enrolment.team_id
    if former == wanted:
        raise Refused("were in that team already" if wanted else "were in no team")
    Enrolment.objects.filter(pk=enrolment.pk).update(team=wanted)
    tending.note(enrolment, "enrolment.changed", row.by, fields=["team"])
    place_told(enrolment)
    return former


def _pause(row: BulkAct, enrolment: Enrolment) -> object:
    try:
        tending.pause(enrolment=enrolment, actor=row.by)
    except NotMoved:
        raise Refused("are not on the page, or paused already") from None
    return enrolment.state_changed_at.isoformat()


def _resume(row: BulkAct, enrolment: Enrolment) -> object:
    since = enrolment.state_changed_at
    try:
        tending.resume(enrolment=enrolment, actor=row.by)
    except NotMoved:
        raise Refused("are not paused, or paused by themselves: then they come back by themselves") from None
    return [since.isoformat(), enrolment.state_changed_at.isoformat()]


_DOING: Mapping[str, Callable[[BulkAct, Enrolment], object]] = {
    "invite": _invite,
    "team": _team,
    "pause": _pause,
    "resume": _resume,
}


def _undo_one(row: BulkAct, enrolment: Enrolment) -> None:
    """Restore one person, unless something else has happened to them since."""
    if str(enrolment.pk) not in row.before:
        return
    before = row.before[str(enrolment.pk)]
    try:
        with transaction.atomic():
            if row.act == "invite":
                for invitation in Invitation.objects.filter(pk=before, enrolment=enrolment):
                    inviting.revoke(invitation=invitation, actor=row.undone_by)
            elif row.act == "team":
                _team_back(row, enrolment, before)
            elif row.act == "pause" and _unchanged(enrolment, before):
                tending.resume(enrolment=enrolment, actor=row.undone_by)
            elif row.act == "resume" and _unchanged(enrolment, before[1]):
                tending.pause(enrolment=enrolment, actor=row.undone_by)
                tending.keep_pause(enrolment, since=datetime.fromisoformat(before[0]), by_brand=True)
    except (NotMoved, inviting.NotInvited):
        return


def _team_back(row: BulkAct, enrolment: Enrolment, former: int | None) -> None:
    there = former is None or Team.objects.filter(pk=former, brand=row.brand).exists()
    still = Enrolment.objects.filter(pk=enrolment.pk, team=row.wishes["team"])
    if there and still.update(team=former):
        tending.note(enrolment, "enrolment.changed", row.undone_by, fields=["team"])
        place_told(enrolment)


def _unchanged(enrolment: Enrolment, stamp: str) -> bool:
    return enrolment.state_changed_at == datetime.fromisoformat(stamp)


def _note(row: BulkAct, verb: str, actor: User) -> None:
    details: dict[str, object] = {"act": row.act, "people": len(row.enrolments)}
    record(verb, actor=actor, brand=row.brand.slug, subject=f"bulk:{row.pk}", details=details)
