"""Saying that something of a brand, or of a person at a brand, may look different now (advocacy/versions.py)."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from advocacy import versions
from brands.models import Enrolment
from brands.queries.cards import LISTED


def brand_told(brand_id: int) -> None:
    """Tell that the brand looks different: on its own pages, its people's, and the first page."""
    versions.bump([versions.brand(brand_id), versions.places(brand_id), versions.SITE])


def place_told(enrolment: Enrolment) -> None:
    """Tell that a person's place at a brand changed: on the brand's pages, the person's, and wherever it is named."""
    brand_told(enrolment.brand_id)
    versions.bump([versions.person(enrolment.person_id)])


def spread(keys: Collection[str]) -> Iterable[str]:
    """Return the keys of the brands whose pages show these persons.

    Where they stand for the brand it shows whatever they show; where they are named as having been there, their looks.
    """
    people, looks = versions.numbers_in(keys, "person"), set(versions.numbers_in(keys, "look"))
    if not people:
        return []
    here = Enrolment.objects.filter(person__in=people, state__in=LISTED)
    rows = set(here.values_list("brand_id", "person_id"))
    if looks:  # what somebody says stands on no page of a brand that they left
        gone = Enrolment.objects.filter(person__in=looks, state=Enrolment.State.LEFT)
        named = gone.filter(
            Q(alumnus__person_at__isnull=False, alumnus__brand_at__isnull=False)
            | Q(farewell__person_at__isnull=False, farewell__brand_at__isnull=False)
        )
        rows |= set(named.values_list("brand_id", "person_id"))
    changed = {versions.brand(brand) for brand, _ in rows}
    return changed | {versions.places(brand) for brand, person in rows if person in looks}
