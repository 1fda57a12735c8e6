"""Enrolments: making one, and moving it from state to state."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.utils import timezone

from advocacy.audit import record, record_each
from brands.feed import place_enrolment
from brands.models import Brand, Enrolment, Team, Topic
from brands.telling import place_told
from people.models import Person, Post, User
from people.profiles import fold_name

Label = TypeVar("Label", Team, Topic)


class NotMoved(Exception):
    """The enrolment is not in a state from which this move is allowed; the words say which it is in."""


@dataclass(frozen=True, slots=True)
class Yes:
    """A consent: when it was recorded, and where it is on file ("" for the person's own act)."""

    at: datetime
    reference: str = ""


def subject_of(enrolment: Enrolment) -> str:
    """Return the opaque key by which the audit log names an enrolment."""
    return f"enrolment:{enrolment.pk}"


def team_named(brand: Brand, name: str) -> Team:
    """Return the brand's team of this name, however it is written; make it where there is none."""
    return _labelled(Team, brand, name)


def topic_named(brand: Brand, name: str) -> Topic:
    """Return the brand's topic of this name, however it is written; make it where there is none."""
    return _labelled(Topic, brand, name)


def _labelled(kind: type[Label], brand: Brand, name: str) -> Label:
    there = kind._default_manager.filter(brand=brand)
    folded = fold_name(name)
    for label in there:
        if fold_name(label.name) == folded:
            return label
    stem = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:50].strip("-") or kind.__name__.casefold()
    taken, slug, number = set(there.values_list("slug", flat=True)), stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return kind._default_manager.create(brand=brand, slug=slug, name=name)


def enrol_person(
    *,
    brand: Brand,
    person: Person,
    actor: User | None,
    label: str = "",
    title: str = "",
    team: Team | None = None,
    place: str = "",
    with_brand_since: date | None = None,
    line: str = "",
    email: str = "",
    external_id: str = "",
) -> Enrolment:
    """Enrol a person as invited. Nothing about them is public, and nothing is sent.

    email: folded. Raises IntegrityError where the person, or the external id, has an open enrolment here.
    """
    enrolment = Enrolment.objects.create(
        brand=brand,
        person=person,
        title=title,
        team=team,
        place=place,
        with_brand_since=with_brand_since,
        line=line,
        email=email,
        external_id=external_id,
    )
    record("enrolment.made", actor=actor, label=label, brand=brand.slug, subject=subject_of(enrolment))
    return enrolment


def enrol_people(enrolments: Sequence[Enrolment], *, brand: Brand, actor: User | None, label: str = "") -> None:
    """Save many new enrolments at once, as enrol_person makes one: invited, nothing public, nothing sent.

    Raises IntegrityError, with none of them saved inside the caller's transaction, as enrol_person does for one.
    """
    Enrolment.objects.bulk_create(enrolments)
    subjects = [subject_of(enrolment) for enrolment in enrolments]
    record_each("enrolment.made", subjects=subjects, actor=actor, label=label, brand=brand.slug)


def move(enrolment: Enrolment, *, to: str, actor: User | None, label: str = "", yes: Yes | None = None) -> Enrolment:
    """Move an enrolment to another state, bring the brand's feed up to date, and add an audit event.

    Who was only invited becomes active by a yes and not otherwise. Raises NotMoved where Enrolment.MOVES has no such
    move or somebody else moved it in the meantime; nothing is changed then.
    """
    before = Enrolment.State(enrolment.state)
    after = Enrolment.State(to)
    if after not in Enrolment.MOVES[before]:
        raise NotMoved(f"an enrolment that is {before.label} cannot become {after.label}")
    fields: dict[str, object] = {"state": after, "state_changed_at": timezone.now(), "paused_by_brand": False}
    if before == Enrolment.State.INVITED and after == Enrolment.State.ACTIVE:
        if yes is None:
            raise NotMoved("an invited person becomes active only by their yes")
        fields |= {"consented_at": yes.at, "consent_reference": yes.reference}
    if not Enrolment.objects.filter(pk=enrolment.pk, state=before).update(**fields):
        raise NotMoved(f"the enrolment is no longer {before.label}")
    for name, value in fields.items():
        setattr(enrolment, name, value)
    if Post.objects.filter(person=enrolment.person_id).exists():  # most people of a long list have none yet
        place_enrolment(enrolment)
    place_told(enrolment)
    record(
        f"enrolment.{after.value}",
        actor=actor,
        label=label,
        brand=enrolment.brand.slug,
        subject=subject_of(enrolment),
        details={"from": before.value},
    )
    return enrolment
