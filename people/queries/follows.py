"""Whom a fan follows, as the fan sees it, and who follows a person, as far as the person may know."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, Value, When

from people.models import Block, Follow, Person


@dataclass(frozen=True, slots=True)
class Line:
    """One follow of a fan, as they left it."""

    person: Person
    since: dt.datetime
    letters: bool
    muted: bool
    said_so: bool


def people_of(user_id: int) -> "QuerySet[Person]":
    """Return whom a user sees that they follow, by name: those with an open page."""
    return everybody_of(user_id).filter(page_open=True)


def everybody_of(user_id: int) -> "QuerySet[Person]":
    """Return whom a user sees that they follow; last, in no order of names, those who closed their page meanwhile."""
    mine = Q(pk__in=Follow.objects.filter(fan=user_id).values("person"))
    held = Q(pk__in=Block.objects.filter(fan=user_id).exclude(looks={}).values("person"))
    named = Case(When(page_open=True, then=F("sort_name")), default=Value(""))
    return Person.objects.filter(mine | held).order_by("-page_open", named, "pk")


def seen_ids(user_id: int) -> list[int]:
    """Return the ids of the people whom a user sees that they follow, also of those with a closed page; one query."""
    mine = Follow.objects.filter(fan=user_id).values_list("person_id")
    held = Block.objects.filter(fan=user_id).exclude(looks={}).values_list("person_id")
    return [pk for (pk,) in mine.union(held, all=True)]


def lines_of(user_id: int, people: Sequence[Person]) -> list[Line]:
    """Return the follows of a user towards these people, in two queries."""
    rows = {row.person_id: row for row in Follow.objects.filter(fan=user_id, person__in=people)}
    held = Block.objects.filter(fan=user_id, person__in=people).exclude(looks={})
    looks = {row.person_id: row.looks for row in held}
    found = []
    for person in people:
        if person.pk in rows:
            row = rows[person.pk]
            found.append(Line(person, row.since, row.letters, row.muted, row.said_so))
        elif person.pk in looks:
            seen = looks[person.pk]
            switches = (bool(seen[name]) for name in ("letters", "muted", "said_so"))
            found.append(Line(person, dt.datetime.fromisoformat(str(seen["since"])), *switches))
    return found


def count_of(person: Person) -> int:
    """Return how many follow a person: for the person alone."""
    return Follow.objects.filter(person=person).count()


def who_said_so(person: Person) -> "QuerySet[Follow]":
    """Return the follows of those who let the person know who they are, newest first."""
    said = Follow.objects.filter(person=person, said_so=True).exclude(fan__name="")
    return said.select_related("fan").order_by("-since", "-pk")


def blocked_by(person: Person) -> "QuerySet[Block]":
    """Return whom a person blocked, newest first."""
    return Block.objects.filter(person=person).select_related("fan").order_by("-since", "-pk")
