"""The full list of a brand's people: search and filters over light rows, then the cards of one page.

A brand has thousands of people at most, so that the rows are read whole (three queries) and sifted here: the same way
on every database, blind to accents and case, and to a slip in a name. What they said is found by queries/search.py.
The rows are kept in each process (PART_CACHE_MB) as long as nobody comes, goes, or looks otherwise.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast
from rapidfuzz.distance import OSA

from advocacy import versions
from advocacy.pages.parts import Parts, numbers_of
from brands.models import Brand, Enrolment, ShownAccount
from brands.queries.cards import listed
from brands.wording import ask
from people.languages import LANGUAGES
from people.networks.types import NETWORKS
from people.profiles import fold_name
from people.queries.truths import named_account
from people.remote_follow import addresses_in

_COLUMNS = (
    *("pk", "person_id", "person__name", "tags", "title", "place", "team__slug", "team__name"),
    *("line", "person__line", "person__about", "links"),
)
FACETS = {"team": "Team", "topic": "Topic", "place": "Place", "language": "Language", "network": "Network"}
_PLACES = {facet: place for place, facet in enumerate(FACETS)}
_NONE: frozenset[str] = frozenset()
_NO_TOPICS: Mapping[str, str] = {}
_ROW = 500  # bytes of a row beside its words, about


class Row(NamedTuple):
    """What a search looks at: one person of a brand."""

    enrolment_id: int
    person_id: int
    name: str
    words: str  # name, title, place, team, line, what they say about themselves, topics
    has: tuple[frozenset[str], ...]  # the person's values of each facet, in the order of FACETS

    @property
    def values(self) -> dict[str, frozenset[str]]:
        """The person's values by facet."""
        return dict(zip(FACETS, self.has, strict=True))


class Value(NamedTuple):
    """One value of a facet, with how many of the brand's people have it."""

    key: str
    name: str
    people: int


@dataclass(slots=True)
class Directory:
    """A brand's people with everything that they can be sifted by; several threads read it, nobody changes it."""

    rows: Sequence[Row]
    names: Mapping[str, Mapping[str, str]]  # facet -> key -> name
    on_mastodon: bool = False  # whether a list for Mastodon would name anybody
    _counted: dict[str, Sequence[Value]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many bytes it is reckoned to take."""
        return sum(len(row.words) + len(row.name) + _ROW for row in self.rows)

    def values(self, facet: str) -> Sequence[Value]:
        """Return the values of a facet by name, each with its people."""
        if facet not in self._counted:
            self._counted[facet] = self._count(facet)
        return self._counted[facet]

    def _count(self, facet: str) -> Sequence[Value]:
        place = _PLACES[facet]
        counts = Counter(key for row in self.rows for key in row.has[place])
        named = [Value(key, self.names[facet].get(key, key), people) for key, people in counts.items()]
        return tuple(sorted(named, key=lambda value: fold_name(value.name)))

    def sift(self, wanted: Mapping[str, str]) -> list[Row]:
        """Return the rows that have every wanted facet value, in the list's order."""
        asked = [(_PLACES[facet], key) for facet, key in wanted.items()]
        return [row for row in self.rows if all(key in row.has[place] for place, key in asked)]

    def find(self, words: str, wanted: Mapping[str, str]) -> list[int]:
        """Return the enrolment ids that hold every word and every wanted facet value.

        Without words in the list's order. With words those come first whose name holds them all; where nobody holds
        them, those whose name does but for a slip of the keys. Signs alone (such as %) are no words: nobody has them.
        """
        rows = self.sift(wanted)
        if words.strip():
            rows = _holding(rows, ask(words).parts)
        return [row.enrolment_id for row in rows]

    def called(self, words: str) -> list[int]:
        """Return the enrolment ids of those whose name holds every word, else holds them but for a slip of the keys."""
        parts = ask(words).parts
        if not parts:
            return []
        named = [row for row in self.rows if all(map(_folded(row.name).__contains__, parts))]
        return [row.enrolment_id for row in named or _nearly(self.rows, parts, beside=False)]


# what people say of themselves is folded once, not at each search: the same text always gives the same words
_folded = lru_cache(maxsize=40_000)(fold_name)


def _holding(rows: list[Row], parts: Sequence[str]) -> list[Row]:
    if not parts:
        return []
    holding = [row for row in rows if all(map(_folded(row.words).__contains__, parts))]
    if not holding:
        return _nearly(rows, parts)
    first = {row.enrolment_id for row in holding if all(map(_folded(row.name).__contains__, parts))}
    return sorted(holding, key=lambda row: row.enrolment_id not in first)  # keeps the list's order in both


def _nearly(rows: Sequence[Row], parts: Sequence[str], *, beside: bool = True) -> list[Row]:
    """Return those who hold every part, or have it in their name but for one slip, or two in a long word.

    beside: a part may stand among their other words too.
    """
    names = [(row, _folded(row.name).split()) for row in rows]
    every = {word for _, words in names for word in words}
    near = {part: {word for word in every if _slip(part, word)} for part in parts}
    if not all(near[part] or len(parts) > 1 for part in parts):
        return []
    return [
        row
        for row, words in names
        if all(not near[part].isdisjoint(words) or part in _folded(row.words if beside else row.name) for part in parts)
    ]


def _slip(part: str, name: str) -> bool:
    """Return whether a letter too much, too few, wrong or swapped turns one word into the other."""
    allowed = 0 if len(part) < 4 else 1 if len(part) < 8 else 2
    return abs(len(part) - len(name)) <= allowed and OSA.distance(part, name, score_cutoff=allowed) <= allowed


# a page that is kept whole may be made of it, so that it must not be a second behind
_directories: Parts[Directory] = Parts(sure=True)


def directory(brand: Brand) -> Directory:
    """Return a brand's people, those listed only: with one query where they are kept, else with four."""
    found = _directories.ready([brand.pk]).get(brand.pk)
    if found is None:
        before = numbers_of([versions.places(brand.pk)], sure=True)
        found = _read(brand)
        _directories.put(brand.pk, found, before, size=found.size)
    return found


def _read(brand: Brand) -> Directory:
    people = list(
        listed(brand)
        # few mixtures: each is read once, below; and few give links
        .annotate(tags=Cast("person__languages", TextField()), links=Cast("person__links", TextField()))
        .order_by("person__sort_name", "person_id")
        .values_list(*_COLUMNS)
    )
    topics = _topics(brand)
    networks = _networks(brand)
    names: dict[str, dict[str, str]] = {facet: {} for facet in FACETS}
    names["network"] = dict(NETWORKS)
    names["language"] = LANGUAGES
    places: dict[str, frozenset[str]] = {"": _NONE}  # few places, teams and mixtures of languages, thousands of people
    teams: dict[str | None, frozenset[str]] = {None: _NONE}
    spoken: dict[str, frozenset[str]] = {}
    rows = []
    on_mastodon = False
    for pk, person, name, tags, title, place, team, team_name, line, own_line, about, links in people:
        if team not in teams:
            teams[team], names["team"][team] = frozenset([team]), team_name
        if place not in places:
            places[place] = frozenset(filter(None, [fold_name(place)]))
            names["place"].setdefault(fold_name(place), place)
        if tags not in spoken:
            spoken[tags] = frozenset(str(tag).split("-")[0].lower() for tag in json.loads(tags) or ())
        known = topics.get(pk, _NO_TOPICS)
        names["topic"] |= known
        said = (name, title, place, team_name, line or own_line, about, *known.values())
        has = (teams[team], frozenset(known), places[place], spoken[tags], networks.get(pk, _NONE))
        rows.append(Row(pk, person, name, " ".join(filter(None, said)), has))
        on_mastodon = on_mastodon or (links != "[]" and bool(addresses_in(json.loads(links) or ())))
    return Directory(rows, names, on_mastodon)


def _topics(brand: Brand) -> dict[int, dict[str, str]]:
    rows = Enrolment.topics.through.objects.filter(enrolment__in=listed(brand))
    found: dict[int, dict[str, str]] = {}
    for pk, slug, name in rows.values_list("enrolment_id", "topic__slug", "topic__name"):
        found.setdefault(pk, {})[slug] = name
    return found


def _networks(brand: Brand) -> dict[int, frozenset[str]]:
    rows = ShownAccount.objects.filter(named_account("account__"), enrolment__in=listed(brand))
    found: dict[int, frozenset[str]] = {}
    alone = {network: frozenset([network]) for network in NETWORKS}
    for pk, network in rows.values_list("enrolment_id", "account__network"):
        found[pk] = found[pk] | alone[network] if pk in found else alone[network]
    return found
