"""A brand's front page: who opens it today, who stands in the grid, and how many there are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count

from brands.models import Brand, Enrolment
from brands.queries.cards import Card, cards, listed

CHORUS = 4  # people whose lines open the page
GRID = 8  # people whose portraits follow


class TeamSize(NamedTuple):
    """A team with how many of its people the page lists."""

    slug: str
    name: str
    people: int


@dataclass(slots=True)
class Front:
    """What the head of a brand's page shows."""

    chorus: list[Card]
    grid: list[Card]
    people: int
    teams: list[TeamSize]
    closing_line: str  # signed by closing_by; "" where nobody signed one
    closing_by: Card | None


def front(brand: Brand, today: dt.date) -> Front:
    """Return the head of a brand's page as it is today, in a fixed number of queries."""
    rows = list(
        listed(brand)
        .order_by("person__sort_name", "person_id")
        .values_list("pk", "person_id", "state", "line", "person__line", "in_chorus")
    )
    active = [row for row in rows if row[2] == Enrolment.State.ACTIVE]
    with_line = [row[0] for row in active if row[3] or row[4]]
    chosen_by_brand = [row[0] for row in active if row[5] and (row[3] or row[4])]
    chorus_ids = turn(chosen_by_brand or with_line or [row[0] for row in active], CHORUS, today)
    others = [row[0] for row in rows if row[0] not in chorus_ids]
    chosen = set(turn(others, GRID, today)) if len(rows) > GRID else {row[0] for row in rows}
    grid_ids = [row[0] for row in rows if row[0] in chosen]
    signer = next((row[0] for row in active if brand.closing_line and row[1] == brand.closing_by_id), None)
    by_id = cards({*chorus_ids, *grid_ids, *([signer] if signer else [])})
    return Front(
        chorus=[by_id[pk] for pk in chorus_ids if pk in by_id],
        grid=[by_id[pk] for pk in grid_ids if pk in by_id],
        people=len(rows),
        teams=teams(brand),
        closing_line=brand.closing_line if signer else "",
        closing_by=by_id.get(signer) if signer else None,
    )


def turn(ids: Sequence[int], size: int, today: dt.date) -> list[int]:
    """Return the `size` ids whose turn it is today: everybody's comes, and all day it is the same ones."""
    if len(ids) <= size:
        return list(ids)
    start = today.toordinal() * size % len(ids)
    return [ids[(start + step) % len(ids)] for step in range(size)]


def teams(brand: Brand) -> list[TeamSize]:
    """Return the teams of a brand that have people on its pages, the largest first."""
    found = (
        listed(brand)
        .filter(team__isnull=False)
        .values_list("team__slug", "team__name")
        .annotate(people=Count("pk"))
        .order_by("-people", "team__name", "team__slug")
    )
    return [TeamSize(*row) for row in found]
