"""A brand's front page: who opens it today, who stands in the grid, and how many there are."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, NamedTuple

from django.db.models import Aggregate, Case, Max, Q, TextField, When

from brands.models import Brand, Enrolment
from brands.queries.cards import Card, cards, listed
from brands.queries.stories import Band, leading

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
    band: Band | None  # who leads a story, in their words


class Joining(NamedTuple):
    """Somebody who has not said yes yet, drawn as if they had."""

    enrolment: Enrolment
    card: Card


class Group(NamedTuple):
    """The people of one team who are alike for the head of a page."""

    team: str | None  # slug
    team_name: str | None
    rank: int
    ids: str  # of their enrolments, with commas between
    signer: int | None  # of these who signs the closing line, if anybody


class Ids(Aggregate):
    """The ids of a group as one text: thousands of rows would take ten times as long to read."""

    output_field = TextField()
    template = "STRING_AGG(%(expressions)s::text, ',')"

    def as_sqlite(self, compiler: Any, connection: Any, **words: Any) -> Any:
        """Say it as SQLite does."""
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **words)


# who is taken for the chorus: those whom the brand chose, else whoever has a line, else whoever is active
_CHOSEN, _WITH_LINE, _ACTIVE, _PAUSED = 3, 2, 1, 0
_HAS_LINE = ~Q(line="") | ~Q(person__line="")
_RANK = Case(
    When(~Q(state=Enrolment.State.ACTIVE), then=_PAUSED),
    When(_HAS_LINE, in_chorus=True, then=_CHOSEN),
    When(_HAS_LINE, then=_WITH_LINE),
    default=_ACTIVE,
)


def front(brand: Brand, today: dt.date, joining: Joining | None = None) -> Front:
    """Return the head of a brand's page as it is today, in a fixed number of queries.

    joining: as it would be with them, on a day on which their turn has come wherever it can.
    """
    groups = _groups(brand) + ([_group_of(joining)] if joining else [])
    everybody = _ids(groups)
    highest = max((group.rank for group in groups), default=_PAUSED)
    chorus_ids = turn(_ids(one for one in groups if one.rank == highest > _PAUSED), CHORUS, today)
    grid_ids = everybody
    if len(everybody) > GRID:
        grid_ids = turn(everybody, GRID, today, beside=chorus_ids)
    if joining:
        chorus_ids = _with(chorus_ids, joining, CHORUS) if groups[-1].rank == highest else chorus_ids
        grid_ids = _with(grid_ids, joining, GRID)
    signers = [group.signer for group in groups if group.signer and group.rank > _PAUSED]
    signer = signers[0] if signers and brand.closing_line else None
    led = leading(brand, today)
    by_id = cards({*chorus_ids, *grid_ids, *([signer] if signer else []), *([led[0]] if led else [])})
    if joining:
        by_id[joining.enrolment.pk] = joining.card
    return Front(
        chorus=_by_name(by_id, chorus_ids),
        grid=_by_name(by_id, grid_ids),
        people=len(everybody),
        teams=_teams(groups),
        closing_line=brand.closing_line if signer else "",
        closing_by=by_id.get(signer) if signer else None,
        band=Band(by_id[led[0]], *led[1:]) if led and led[0] in by_id else None,
    )


def _groups(brand: Brand) -> list[Group]:
    grouped = listed(brand).order_by().values_list("team__slug", "team__name", _RANK)
    signer = Max("pk", filter=Q(person=brand.closing_by_id))
    return [Group(*row) for row in grouped.annotate(ids=Ids("pk"), signer=signer)]


def _group_of(joining: Joining) -> Group:
    """Return the group that somebody is alone in: ranked by what their card says."""
    enrolment, team = joining.enrolment, joining.enrolment.team
    lined = _CHOSEN if enrolment.in_chorus else _WITH_LINE
    rank = lined if joining.card.line else _ACTIVE
    return Group(team.slug if team else None, team.name if team else None, rank, str(enrolment.pk), None)


def _with(ids: Sequence[int], joining: Joining, size: int) -> list[int]:
    others = [pk for pk in ids if pk != joining.enrolment.pk]
    return [*others[: size - 1], joining.enrolment.pk]


def _ids(groups: Iterable[Group]) -> list[int]:
    return sorted(map(int, filter(None, ",".join(group.ids for group in groups).split(","))))


def _by_name(by_id: Mapping[int, Card], ids: Iterable[int]) -> list[Card]:
    found = [by_id[pk] for pk in ids if pk in by_id]
    return sorted(found, key=lambda card: (card.person.sort_name, card.person.pk))


def turn(ids: Sequence[int], size: int, today: dt.date, *, beside: Collection[int] = ()) -> list[int]:
    """Return the `size` ids whose turn it is today: everybody's comes, and all day it is the same ones.

    beside: a few of the ids that are not taken; of thousands only those are looked at whose turn it is.
    """
    start = today.toordinal() * size % len(ids) if len(ids) > size else 0
    going_round = chain(islice(ids, start, None), islice(ids, start))
    return list(islice((pk for pk in going_round if pk not in beside), size))


def _teams(groups: Iterable[Group]) -> list[TeamSize]:
    """Return the teams that have people on a brand's pages, the largest first."""
    sizes: Counter[tuple[str, str]] = Counter()
    for group in groups:
        if group.team and group.team_name:
            sizes[group.team, group.team_name] += group.ids.count(",") + 1
    ordered = sorted(sizes.items(), key=lambda item: (-item[1], item[0][1], item[0][0]))
    return [TeamSize(slug, name, people) for (slug, name), people in ordered]
