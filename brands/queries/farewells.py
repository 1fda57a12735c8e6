"""The farewell cards that stand on a brand's page."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from brands.farewell import DAYS
from brands.models import Brand, Farewell
from brands.queries.alumni import wanted_by_both
from people.models import Person
from people.queries.faces import Face, faces_of

MOST = 6  # on one page, the newest


class Card(NamedTuple):
    """One card."""

    person: Person
    face: Face
    line: str
    by_brand: bool
    until: dt.date


def shown() -> "QuerySet[Farewell]":
    """Return those whom both sides want, whose time is not over, and who are not there again."""
    since = timezone.now() - DAYS
    return Farewell.objects.filter(wanted_by_both(), Q(person_at__gt=since) | Q(brand_at__gt=since))


def with_farewells(brands: "QuerySet[Brand]") -> "QuerySet[Brand]":
    """Read with each brand whether its page says farewell to anybody."""
    return brands.annotate(says_farewell=Exists(shown().filter(enrolment__brand=OuterRef("pk"))))


def of_brand(brand: Brand) -> list[Card]:
    """Return the cards of a brand's page, the newest first, in two queries; none where there is none.

    brand: of with_farewells.
    """
    if not brand.says_farewell:  # type: ignore[attr-defined] # annotated by with_farewells
        return []
    rows = list(shown().filter(enrolment__brand=brand).select_related("enrolment__person"))
    rows = sorted(rows, key=lambda row: (_agreed(row), row.pk), reverse=True)[:MOST]
    faces = faces_of(row.enrolment.person for row in rows) if rows else {}
    return [
        Card(
            person=row.enrolment.person,
            face=faces[row.enrolment.person_id],
            line=row.line,
            by_brand=row.by_brand,
            until=until(row),
        )
        for row in rows
    ]


def until(row: Farewell) -> dt.date:
    """Return the last whole day of a card, or of an offer that is not answered."""
    return (_agreed(row) + DAYS).date()


def _agreed(row: Farewell) -> dt.datetime:
    """Return when the later of the two said yes."""
    return max(at for at in (row.person_at, row.brand_at) if at)
