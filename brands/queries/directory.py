"""The full list of a brand's people: search and filters over light rows, then the cards of one page.

A brand has thousands of people at most, so that the rows are read whole (four queries) and sifted here: the same way
on every database, blind to accents and case.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from brands.models import Brand, Enrolment, ShownAccount
from brands.queries.cards import listed
from people.languages import LANGUAGES
from people.networks.types import NETWORKS
from people.profiles import fold_name
from people.queries.truths import named_account

FACETS = {"team": "Team", "topic": "Topic", "place": "Place", "language": "Language", "network": "Network"}


@dataclass(slots=True)
class Row:
    """What a search looks at: one person of a brand."""

    enrolment_id: int
    words: str  # name, title, place, team, topics
    values: dict[str, set[str]]  # facet -> the person's values of it


class Value(NamedTuple):
    """One value of a facet, with how many of the brand's people have it."""

    key: str
    name: str
    people: int


@dataclass(slots=True)
class Directory:
    """A brand's people with everything that they can be sifted by."""

    rows: list[Row]
    names: Mapping[str, Mapping[str, str]]  # facet -> key -> name

    def values(self, facet: str) -> list[Value]:
        """Return the values of a facet by name, each with its people."""
        counts = Counter(key for row in self.rows for key in row.values[facet])
        named = [Value(key, self.names[facet].get(key, key), people) for key, people in counts.items()]
        return sorted(named, key=lambda value: fold_name(value.name))

    def find(self, words: str, wanted: Mapping[str, str]) -> list[int]:
        """Return the enrolment ids that hold every word and every wanted facet value, in the list's order."""
        rows = [row for row in self.rows if all(key in row.values[facet] for facet, key in wanted.items())]
        if needles := fold_name(words).split():
            rows = [row for row in rows if all(map(fold_name(row.words).__contains__, needles))]
        return [row.enrolment_id for row in rows]


def directory(brand: Brand) -> Directory:
    """Read a brand's people, those listed only."""
    people = list(
        listed(brand)
        .order_by("person__sort_name", "person_id")
        .values_list("pk", "person__name", "person__languages", "title", "place", "team__slug", "team__name")
    )
    topics = _topics(brand)
    networks = _networks(brand)
    names: dict[str, dict[str, str]] = {facet: {} for facet in FACETS}
    names["network"] = dict(NETWORKS)
    names["language"] = LANGUAGES
    folded: dict[str, str] = {}  # few places, thousands of people
    rows = []
    for pk, name, languages, title, place, team, team_name in people:
        if team:
            names["team"][team] = team_name
        names["topic"] |= topics.get(pk, {})
        if place not in folded:
            folded[place] = fold_name(place)
            names["place"].setdefault(folded[place], place)
        place_key = folded[place]
        rows.append(
            Row(
                pk,
                " ".join(filter(None, [name, title, place, team_name, *topics.get(pk, {}).values()])),
                {
                    "team": {team} if team else set(),
                    "topic": set(topics.get(pk, {})),
                    "place": {place_key} if place_key else set(),
                    "language": {str(tag).split("-")[0].lower() for tag in languages or []},
                    "network": networks.get(pk, set()),
                },
            )
        )
    return Directory(rows, names)


def _topics(brand: Brand) -> dict[int, dict[str, str]]:
    rows = Enrolment.topics.through.objects.filter(enrolment__in=listed(brand))
    found: dict[int, dict[str, str]] = {}
    for pk, slug, name in rows.values_list("enrolment_id", "topic__slug", "topic__name"):
        found.setdefault(pk, {})[slug] = name
    return found


def _networks(brand: Brand) -> dict[int, set[str]]:
    rows = ShownAccount.objects.filter(named_account("account__"), enrolment__in=listed(brand))
    found: dict[int, set[str]] = {}
    for pk, network in rows.values_list("enrolment_id", "account__network"):
        found.setdefault(pk, set()).add(network)
    return found
