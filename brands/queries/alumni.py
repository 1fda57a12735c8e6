"""Who was at a brand, and where a person was, as pages say it."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from brands.models import Alumnus, Brand, Enrolment
from people.models import Person
from people.queries.faces import Face, faces_of
from people.sections import Past

MOST = 200  # on one page


class Former(NamedTuple):
    """Somebody who was there."""

    person: Person
    face: Face
    title: str
    since: dt.date | None
    until: dt.date
    now_at: str

    @property
    def years(self) -> str:
        """From when to when."""
        return years(self.since, self.until)


def years(since: dt.date | None, until: dt.date) -> str:
    """Return the years of a stay: "2019 to 2026", "2026", "until 2026" where the beginning is not known."""
    if since is None:
        return f"until {until.year}"
    return f"{since.year}" if since.year == until.year else f"{since.year} to {until.year}"


def here_again() -> "QuerySet[Enrolment]":
    """Return by which of their enrolments somebody is there again; the outer rows have an enrolment that ended."""
    again = Enrolment.objects.filter(brand=OuterRef("enrolment__brand"), person=OuterRef("enrolment__person"))
    return again.filter(state__in=Enrolment.OPEN).exclude(state=Enrolment.State.INVITED)


def wanted_by_both() -> Q:
    """Return the condition of what both sides want about an enrolment that ended, while its person is not hidden."""
    return Q(
        ~Exists(here_again()),
        person_at__isnull=False,
        brand_at__isnull=False,
        enrolment__state=Enrolment.State.LEFT,
        enrolment__person__page_open=True,
    )


def named() -> "QuerySet[Alumnus]":
    """Return those whom both sides want, and who are not there again."""
    return Alumnus.objects.filter(wanted_by_both())


def with_alumni(brands: "QuerySet[Brand]") -> "QuerySet[Brand]":
    """Read with each brand whether its page names anybody who was there."""
    return brands.annotate(names_alumni=Exists(named().filter(enrolment__brand=OuterRef("pk"))))


def of_brand(brand: Brand) -> list[Former]:
    """Return who was at a brand, by name, in two queries; none where nobody is named. brand: of with_alumni."""
    if not brand.names_alumni:  # type: ignore[attr-defined] # annotated by with_alumni
        return []
    rows = named().filter(enrolment__brand=brand).select_related("enrolment__person")
    found = list(rows.order_by("enrolment__person__sort_name", "pk")[:MOST])
    faces = faces_of(row.enrolment.person for row in found) if found else {}
    return [
        Former(
            person=row.enrolment.person,
            face=faces[row.enrolment.person_id],
            title=row.enrolment.title,
            since=row.enrolment.with_brand_since,
            until=row.enrolment.state_changed_at.date(),
            now_at=row.now_at,
        )
        for row in found
    ]


def pasts(person_ids: Iterable[int]) -> dict[int, list[Past]]:
    """Tell people's own pages where these persons were, where they want that (see people.sections), in one query."""
    rows = Enrolment.objects.filter(person__in=list(person_ids), state=Enrolment.State.LEFT, alumnus__on_own_page=True)
    found: dict[int, list[Past]] = {}
    for row in rows.select_related("brand").order_by("-state_changed_at", "pk"):
        span = years(row.with_brand_since, row.state_changed_at.date())
        past = Past(row.brand.name, reverse("brand", args=[row.brand.slug]), span)
        found.setdefault(row.person_id, []).append(past)
    return found
