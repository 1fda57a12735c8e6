"""The brands of this site, each by the faces of its people."""

from dataclasses import dataclass

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from brands.models import Brand, Enrolment
from brands.queries.cards import LISTED
from people.models import Person
from people.queries.faces import Face, faces_of

FACES = 5


@dataclass(slots=True)
class BrandCard:
    """A brand with some of its people."""

    brand: Brand
    people: int
    faces: list[tuple[Person, Face]]


def brand_cards() -> list[BrandCard]:
    """Return every brand by name, those without people last, in four queries."""
    here = Enrolment.objects.filter(state__in=LISTED, person__page_open=True)
    sizes = dict(here.values_list("brand_id").annotate(Count("pk")))
    ranked = (
        here.filter(state=Enrolment.State.ACTIVE)
        .annotate(place_in_row=Window(RowNumber(), partition_by="brand_id", order_by=[F("consented_at"), F("pk")]))
        .filter(place_in_row__lte=FACES)
        .order_by("brand_id", "place_in_row")
        .select_related("person")
    )
    persons: dict[int, list[Person]] = {}
    for row in ranked:
        persons.setdefault(row.brand_id, []).append(row.person)
    faces = faces_of(person for row in persons.values() for person in row)
    return [
        BrandCard(brand, sizes.get(brand.pk, 0), [(person, faces[person.pk]) for person in persons.get(brand.pk, [])])
        for brand in sorted(Brand.objects.order_by("name", "pk"), key=lambda brand: brand.pk not in sizes)
    ]
