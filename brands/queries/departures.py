"""Where a person was, for their own desk: what they and the brand want said of it, and whether followers know."""

import datetime as dt
from typing import NamedTuple

from brands import alumni
from brands.models import Alumnus, Enrolment, Farewell
from brands.queries.alumni import years
from brands.queries.farewells import until
from people.models import Person, Telling


class Departure(NamedTuple):
    """One enrolment that ended."""

    enrolment: Enrolment
    wishes: Alumnus  # not saved where nobody has said anything
    years: str
    told: bool  # the followers know, or are being told
    farewell: Farewell | None  # the card, or what one side proposed
    farewell_until: dt.date | None  # its last day

    @property
    def named(self) -> bool:
        """Whether the brand's page names the person."""
        return self.asked and self.offered

    @property
    def asked(self) -> bool:
        """Whether the person wants to be named."""
        return self.wishes.person_at is not None

    @property
    def offered(self) -> bool:
        """Whether the brand wants to name them."""
        return self.wishes.brand_at is not None


def left(person: Person) -> list[Departure]:
    """Return where a person said yes and is no longer, the newest first, in two queries, one where there is nothing."""
    here = Enrolment.objects.filter(person=person, state=Enrolment.State.LEFT, consented_at__isnull=False)
    rows = list(here.select_related("brand", "alumnus", "farewell").order_by("-state_changed_at", "-pk"))
    keys = {alumni.occasion(row): row.pk for row in rows}
    if not rows:
        return []
    told = {keys[key] for key in Telling.objects.filter(key__in=list(keys)).values_list("key", flat=True)}
    return [
        Departure(
            row,
            getattr(row, "alumnus", None) or Alumnus(enrolment=row),
            years(row.with_brand_since, row.state_changed_at.date()),
            row.pk in told,
            card := getattr(row, "farewell", None),
            until(card) if card else None,
        )
        for row in rows
    ]
