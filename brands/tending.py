"""What the studio changes about somebody who is enrolled: facts, pauses, taking off the page, the end.

The studio ends a pause only if it began it: who paused by themselves comes back by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from advocacy.audit import record
from brands import consenting, inviting, standing_letters
from brands.enrolling import NotMoved, move, subject_of
from brands.feed import place_enrolment
from brands.models import Enrolment, Invitation, StandingLetter, Team, Topic
from brands.telling import place_told
from people.models import Person, User

State = Enrolment.State
Kind = StandingLetter.Kind
LONGEST_REASON = 300


class AddressStays(Exception):
    """The address is the one that was asked, or of somebody known elsewhere: another one would be another person's."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the brand knows of a person; team and topics are the brand's own, the address is folded."""

    title: str
    place: str
    team: Team | None
    topics: Sequence[Topic]
    with_brand_since: date | None
    email: str


def address_open() -> "QuerySet[Enrolment]":
    """Return the enrolments whose address the brand may still write, as the condition of the UPDATE that writes it.

    Nobody was ever asked there, also by an invitation that was taken back: letters, and who the person is, hang on the
    address that was asked, and another one would tell a no from silence. And nobody else knows the person yet.
    """
    elsewhere = Enrolment.objects.exclude(pk=OuterRef("pk")).filter(person=OuterRef("person"))
    known = Person.objects.exclude(user=None, slug=None).filter(pk=OuterRef("person"))
    asked = Invitation.objects.filter(enrolment=OuterRef("pk"))
    return Enrolment.objects.filter(~Exists(asked), ~Exists(elsewhere), ~Exists(known), state=State.INVITED)


def edit(*, enrolment: Enrolment, facts: Facts, actor: User | None) -> list[str]:
    """Write what is known of a person; return the names of the fields that changed, [] where nothing did.

    Raises AddressStays for another address where address_open says no; nothing is written then.
    """
    with transaction.atomic():
        if facts.email != enrolment.email:
            same = address_open().filter(pk=enrolment.pk, email=enrolment.email)
            if not same.update(email=facts.email):
                raise AddressStays
        changed = [
            name
            for name in ("title", "place", "team", "with_brand_since", "email")
            if getattr(enrolment, name) != getattr(facts, name)
        ]
        for name in changed:
            setattr(enrolment, name, getattr(facts, name))
        if changed:
            enrolment.save(update_fields=[name for name in changed if name != "email"])
        if {topic.pk for topic in facts.topics} != set(enrolment.topics.values_list("pk", flat=True)):
            enrolment.topics.set(facts.topics)
            changed.append("topics")
        if changed:
            note(enrolment, "enrolment.changed", actor, fields=changed)
            place_told(enrolment)
    return changed


def pause(*, enrolment: Enrolment, actor: User | None) -> None:
    """Pause somebody: their card stays, nothing new of theirs is shown. Raises NotMoved unless they are active."""
    with transaction.atomic():
        move(enrolment, to=State.PAUSED, actor=actor)
        _write(enrolment, paused_by_brand=True, paused_until=None)


def resume(*, enrolment: Enrolment, actor: User | None) -> None:
    """End a pause that the studio began. Raises NotMoved where there is none, or the person began it."""
    ours = Enrolment.objects.filter(pk=enrolment.pk, state=State.PAUSED, paused_by_brand=True)
    with transaction.atomic():
        if not ours.update(paused_until=None):
            raise NotMoved("only a pause that the studio began can be ended here")
        move(enrolment, to=State.ACTIVE, actor=actor)


def take_off(*, enrolment: Enrolment, reason: str, actor: User | None) -> None:
    """Hide somebody on the brand's pages at once; they read the reason. Raises NotMoved, ValueError without one."""
    reason = _reason(reason)
    paused = enrolment.state_changed_at if enrolment.state == State.PAUSED else None
    by_brand = enrolment.paused_by_brand
    with transaction.atomic():
        move(enrolment, to=State.SUSPENDED, actor=actor)
        _write(enrolment, suspended_reason=reason, suspended_pause_from=paused, paused_by_brand=by_brand)
        standing_letters.owe(enrolment, Kind.TAKEN_OFF, reason)


def put_back(*, enrolment: Enrolment, actor: User | None) -> None:
    """Show somebody again who was taken off, paused as they were before if they were. Raises NotMoved."""
    if enrolment.state != State.SUSPENDED:
        raise NotMoved("only somebody who was taken off can be put back")
    paused, by_brand = enrolment.suspended_pause_from, enrolment.paused_by_brand
    with transaction.atomic():
        move(enrolment, to=State.PAUSED if paused else State.ACTIVE, actor=actor)
        _write(enrolment, suspended_reason="", suspended_pause_from=None)
        if paused:
            keep_pause(enrolment, since=paused, by_brand=by_brand)
        standing_letters.owe(enrolment, Kind.PUT_BACK)


def keep_pause(enrolment: Enrolment, *, since: object, by_brand: bool) -> None:
    """Let a pause count from when it first began, so that what was said meanwhile stays unseen."""
    _write(enrolment, state_changed_at=since, paused_by_brand=by_brand)
    place_enrolment(enrolment)
    place_told(enrolment)


def end(*, enrolment: Enrolment, actor: User | None, reason: str = "") -> None:
    """End an enrolment, whether or not the person has said yes; what they own stays theirs.

    Who has said yes reads the reason in a letter. Raises NotMoved, ValueError where they would read none.
    """
    if enrolment.state != State.INVITED:
        reason = _reason(reason) if enrolment.state in consenting.HOLDING else ""
        with transaction.atomic():
            consenting.leave(enrolment=enrolment, actor=actor)
            standing_letters.owe(enrolment, Kind.ENDED, reason)
        return
    with transaction.atomic():
        for invitation in Invitation.objects.filter(enrolment=enrolment, revoked_at=None):
            try:
                inviting.revoke(invitation=invitation, actor=actor)
            except inviting.NotInvited:  # its last day is over, so that its link opens nothing anyway
                continue
        move(enrolment, to=State.DECLINED, actor=actor)


def note(enrolment: Enrolment, verb: str, actor: User | None, **details: object) -> None:
    """Add an audit event about an enrolment."""
    record(verb, actor=actor, brand=enrolment.brand.slug, subject=subject_of(enrolment), details=details)


def _reason(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise ValueError("write the reason: the person reads it")
    return text[:LONGEST_REASON]


def _write(enrolment: Enrolment, **fields: object) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(**fields)
    for name, value in fields.items():
        setattr(enrolment, name, value)
