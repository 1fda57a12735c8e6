"""The studio's list of a brand's people: what it can be sifted and sorted by, and the rows of one page.

Nothing here says how much or when somebody posts, nor who declined: a refused invitation stands as "invited" until it
would have run out, and then as "invitation ended", as one that nobody answered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, Self

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import QueryDict
from django.utils import timezone

from brands.consenting import HOLDING
from brands.models import Brand, Enrolment, Invitation, ShownAccount
from people import faces
from people.models import Account
from people.networks.types import ELSEWHERE, NETWORKS
from people.profiles import fold_name
from people.queries.faces import Face, faces_of

STANDINGS = {
    "active": "active",
    "asked": "invited",
    "unasked": "not invited yet",
    "paused": "paused",
    "suspended": "taken off",
    "ended": "invitation ended",
    "left": "left",
}
# how each standing is coloured; the words come first
VERDICTS = {"active": "good", "asked": "warn", "unasked": "warn", "suspended": "bad"}
HEALTH = {
    "active": "readable",
    "waiting": "waiting for look-up",
    "unknown": "not found at the network",
    "protected": "protected",
    "suspended": "suspended at the network",
    "taken": "already somebody else’s",
    "unconfirmed": "not confirmed",
    "parked": "no longer read",
}
SORTS = {"name": "Name", "team": "Team", "state": "State", "since": "Member since"}
NO_TEAM = "-"
_ORDER = {"team": "team__name", "state": "standing", "since": "consented_at"}
_LONGEST = 120  # characters of a search or a filter
_BEFORE_YES = (Enrolment.State.INVITED, Enrolment.State.DECLINED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to and sorted by, as its address says; "" where nothing is asked."""

    q: str = ""
    state: str = ""
    team: str = ""
    topic: str = ""
    place: str = ""
    network: str = ""
    health: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Return what an address or a form asks for; what is no choice of ours counts as not asked."""
        values = {name: query.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in cls.__slots__}
        known = {"state": STANDINGS, "health": HEALTH, "network": NETWORKS}
        for name, choices in known.items():
            values[name] = values[name] if values[name] in choices else ""
        values["sort"] = values["sort"] if values["sort"].removeprefix("-") in SORTS else ""
        return cls(**values)

    @property
    def kept(self) -> dict[str, str]:
        """Return what is asked for, for addresses and hidden fields."""
        return {name: value for name, value in asdict(self).items() if value}


class AccountHealth(NamedTuple):
    """One account that a person lets the brand show."""

    network: str
    network_name: str
    handle: str
    health: str  # key of HEALTH
    trouble: str  # why it is no longer read

    @property
    def words(self) -> str:
        """What is to be known of it."""
        return f"{HEALTH[self.health]}: {self.trouble}" if self.trouble else HEALTH[self.health]


@dataclass(slots=True)
class Row:
    """One person of the list."""

    enrolment: Enrolment
    standing: str  # key of STANDINGS
    face: Face
    accounts: list[AccountHealth] = field(default_factory=list)

    @property
    def standing_words(self) -> str:
        """The state in words."""
        return STANDINGS[self.standing]

    @property
    def verdict(self) -> str:
        """The class that colours it."""
        return VERDICTS.get(self.standing, "")

    @property
    def page_slug(self) -> str:
        """The address of the person's own page, for somebody whom the brand's pages show."""
        shown = self.standing in {"active", "paused"} and self.enrolment.person.page_open
        return (self.enrolment.person.slug or "") if shown else ""


def people_of(brand: Brand) -> "QuerySet[Enrolment]":
    """Return a brand's people with their `standing`, each once: somebody who was enrolled anew by the newest."""
    now = timezone.now()
    asked = Invitation.objects.filter(enrolment=OuterRef("pk"), revoked_at=None).order_by("-expires_at")
    newer = Enrolment.objects.filter(brand=brand, person=OuterRef("person"), pk__gt=OuterRef("pk"))
    standing = Case(
        When(~Q(state__in=_BEFORE_YES), then=F("state")),
        When(asked_until__gt=now, then=Value("asked")),
        When(asked_until=None, state=Enrolment.State.INVITED, then=Value("unasked")),
        default=Value("ended"),
    )
    everybody = Enrolment.objects.filter(~Exists(newer), brand=brand)
    return everybody.annotate(asked_until=Subquery(asked.values("expires_at")[:1])).annotate(standing=standing)


def find(brand: Brand, wanted: Wanted) -> list[int]:
    """Return the ids of the enrolments that the list holds, in its order; one query, two with words."""
    found = people_of(brand).filter(_condition(wanted))
    name = wanted.sort.removeprefix("-") or "name"
    order: list[Any] = ["person__sort_name", "pk"]
    if name in _ORDER:
        by = F(_ORDER[name])
        order.insert(0, by.desc(nulls_last=True) if wanted.sort[:1] == "-" else by.asc(nulls_last=True))
    elif wanted.sort[:1] == "-":
        order = ["-person__sort_name", "-pk"]
    found = found.order_by(*order)
    needles = fold_name(wanted.q).split()
    if not needles:
        return list(found.values_list("pk", flat=True))
    folded: dict[str, str] = {}  # few titles and places, thousands of people
    ids = []
    rows = found.values_list("pk", "person__sort_name", "person__name", "title", "place", "email")
    for pk, sort_name, written, title, place, email in rows.iterator(2000):
        for text in (title, place):
            if text not in folded:
                folded[text] = fold_name(text)
        hay = f"{sort_name} {fold_name(written)} {folded[title]} {folded[place]} {email}"
        if all(needle in hay for needle in needles):
            ids.append(pk)
    return ids


def _condition(wanted: Wanted) -> Q:
    # who was taken off the list, or taken back with a file, is found by the state alone; a no and silence stay alike
    taken_back = Q(state=Enrolment.State.DECLINED, asked_until=None)
    here = Q(standing=wanted.state) if wanted.state else ~Q(standing="left") & ~taken_back
    if wanted.team:
        here &= Q(team=None) if wanted.team == NO_TEAM else Q(team__slug=wanted.team)
    if wanted.topic:
        topics = Enrolment.topics.through.objects.filter(enrolment=OuterRef("pk"), topic__slug=wanted.topic)
        here &= Q(Exists(topics))
    if wanted.place:
        here &= Q(place=wanted.place)
    if wanted.network or wanted.health:
        accounts = shown_accounts().filter(enrolment=OuterRef("pk"))
        if wanted.network:
            accounts = accounts.filter(account__network=wanted.network)
        if wanted.health:
            accounts = accounts.filter(Q(health=wanted.health))
        here &= Q(Exists(accounts))
    return here


def shown_accounts() -> "QuerySet[ShownAccount]":
    """Return the accounts at networks that people let brands show, each with the `health` of its account."""
    health = Case(
        When(~Q(account__state=Account.State.ACTIVE), then=F("account__state")),
        When(account__sync__parked_at__isnull=False, then=Value("parked")),
        When(account__named_by_operator=False, account__confirmed_at=None, then=Value("unconfirmed")),
        default=Value("active"),
    )
    # what somebody says elsewhere in their own words is no account whose health could be seen
    return ShownAccount.objects.exclude(account__network=ELSEWHERE).annotate(health=health)


def rows(brand: Brand, ids: Iterable[int]) -> list[Row]:
    """Return the rows of these enrolments of the brand, in this order, in three queries."""
    wanted = list(ids)
    found = people_of(brand).filter(pk__in=wanted).select_related("person", "team").in_bulk(wanted)
    accounts = accounts_of(wanted)
    # before the yes the brand sees nothing that the person gave elsewhere, and after it what everybody sees
    after = {row.pk for row in found.values() if row.state == Enrolment.State.LEFT and row.person.page_open}
    shown = faces_of(row.person for row in found.values() if row.state in HOLDING or row.pk in after)
    return [
        Row(found[pk], _standing(found[pk]), shown.get(found[pk].person_id) or _initials(found[pk]), accounts[pk])
        for pk in wanted
        if pk in found
    ]


def accounts_of(enrolment_ids: Iterable[int]) -> dict[int, list[AccountHealth]]:
    """Return the accounts that these enrolments let the brand show, with their health, in one query."""
    here: dict[int, list[AccountHealth]] = {pk: [] for pk in enrolment_ids}
    columns = ("enrolment_id", "account__network", "account__handle", "health", "account__sync__trouble")
    for pk, network, handle, health, trouble in (
        shown_accounts().filter(enrolment__in=here).order_by("pk").values_list(*columns)
    ):
        told = (trouble or "") if health == "parked" else ""
        here[pk].append(AccountHealth(network, str(NETWORKS.get(network, network)), handle, health, told))
    return here


def _standing(enrolment: Enrolment) -> str:
    return str(enrolment.standing)  # type: ignore[attr-defined] # annotated by people_of


def _initials(enrolment: Enrolment) -> Face:
    url = faces.initials_url(enrolment.person.name, enrolment.person.backdrop)
    return Face(enrolment.person.backdrop, url, url, url, "")


def choices(brand: Brand) -> Mapping[str, list[tuple[str, str]]]:
    """Return what the list can be narrowed by, as (key, words), in three queries."""
    places = people_of(brand).exclude(place="").order_by("place").values_list("place", flat=True).distinct()
    return {
        "state": list(STANDINGS.items()),
        "team": [*brand.teams.order_by("name").values_list("slug", "name"), (NO_TEAM, "No team")],
        "topic": list(brand.topics.order_by("name").values_list("slug", "name")),
        "place": [(place, place) for place in places],
        "network": [(key, str(name)) for key, name in NETWORKS.items()],
        "health": list(HEALTH.items()),
    }
