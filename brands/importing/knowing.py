"""What is known already about the people of a file: a snapshot, so that planning asks no database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TypeVar

from django.db.models.functions import Lower

from brands.importing.records import Parsed, Wanted
from brands.inviting import noes
from brands.models import Brand, Enrolment, ShownAccount, Team, Topic
from brands.tending import address_open
from people import tombstones
from people.models import Account, Person, User
from people.profiles import fold_name

_CHUNK = 500  # values in one IN (...): SQLite and the planner stay comfortable
NETWORK = "x"
Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Shown:
    """An account that a yes to this brand covers."""

    remote_id: str  # "" until looked up
    handle: str  # folded


@dataclass(slots=True)
class Enrolled:
    """A person of this brand as the import sees them.

    own: no other brand lists them and they cannot sign in. spoke: they said yes by themselves or, after one that was on
    file, can sign in: their name, their line and their topics are what they let stand or wrote.
    """

    id: int
    person_id: int
    state: str
    name: str
    languages: tuple[str, ...]
    own: bool
    title: str
    team: str
    place: str
    with_brand_since: date | None
    line: str
    email: str
    external_id: str
    address_open: bool = False  # whether the brand may still write another address
    spoke: bool = False
    alone: bool = False  # said no: only their own yes counts
    topics: set[str] = field(default_factory=set)  # folded
    topic_names: list[str] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)

    @property
    def open(self) -> bool:
        """Whether the enrolment still stands."""
        return self.state in Enrolment.OPEN


@dataclass(slots=True)
class Known:
    """Everything that planning looks up. Ids and handles map to the person whose account it is, on the whole site."""

    by_person: dict[int, Enrolled] = field(default_factory=dict)
    by_external_id: dict[str, Enrolled] = field(default_factory=dict)
    by_email: dict[str, Enrolled] = field(default_factory=dict)
    id_owner: dict[str, int] = field(default_factory=dict)
    handle_owner: dict[str, int] = field(default_factory=dict)
    email_elsewhere: dict[str, int] = field(default_factory=dict)  # people whom only other brands list, or nobody
    teams: set[str] = field(default_factory=set)  # folded
    topics: set[str] = field(default_factory=set)  # folded
    refused: set[str] = field(default_factory=set)  # addresses at which somebody said no to this brand
    alone: set[str] = field(default_factory=set)  # addresses, "x:<id>", "x:<handle>" that no list brings back


def look_around(brand: Brand, parsed: Iterable[Parsed], *, asking: bool = False) -> Known:
    """Take the snapshot for these rows.

    asking: the people will be asked by mail. Then nobody from elsewhere is recognised, neither by an account nor by an
    address: the studio would see whose it is before that person says yes. Their yes does it, in recognising.py. Nor is
    anybody who was erased: the studio would see that they were here. No letter goes to them, see inviting.py.
    """
    rows = [row.wanted for row in parsed]
    known = Known(
        teams={fold_name(name) for name in Team.objects.filter(brand=brand).values_list("name", flat=True)},
        topics={fold_name(name) for name in Topic.objects.filter(brand=brand).values_list("name", flat=True)},
    )
    _people_of(brand, known, asking=asking)
    if asking:
        return known
    _only_by_themselves(rows, known)
    _owners(rows, known)
    for emails in _chunks({row.email for row in rows if row.email}):
        elsewhere = Enrolment.objects.exclude(brand=brand).filter(email__in=emails).order_by("-pk")
        known.email_elsewhere.update(elsewhere.values_list("email", "person"))
        logins = Person.objects.filter(user__in=User.objects.filter(email__in=emails))
        known.email_elsewhere.update((str(email), pk) for email, pk in logins.values_list("user__email", "pk"))
    return known


def _only_by_themselves(rows: Sequence[Wanted], known: Known) -> None:
    """Note which addresses and accounts are of somebody whom only their own act brings back."""
    kind = tombstones.Kind
    accounts = [account for row in rows for account in row.accounts]
    known.alone |= tombstones.known(kind.ADDRESS, {row.email for row in rows})
    known.alone |= tombstones.known(kind.ACCOUNT, {tombstones.account(NETWORK, one.remote_id) for one in accounts})
    known.alone |= tombstones.known(kind.HANDLE, {tombstones.account(NETWORK, one.handle) for one in accounts})


def _owners(rows: Iterable[Wanted], known: Known) -> None:
    """Note whose the accounts of the rows are, on the whole site."""
    accounts = {account for row in rows for account in row.accounts}
    for ids in _chunks({account.remote_id for account in accounts if account.remote_id}):
        found = Account.objects.filter(network=NETWORK, remote_id__in=ids)
        known.id_owner.update((str(remote_id), owner) for remote_id, owner in found.values_list("remote_id", "person"))
    for handles in _chunks({account.handle.casefold() for account in accounts if account.handle}):
        folded = Account.objects.annotate(folded=Lower("handle")).filter(network=NETWORK, folded__in=handles)
        known.handle_owner.update(folded.order_by("-pk").values_list("folded", "person"))


def _people_of(brand: Brand, known: Known, *, asking: bool) -> None:
    shared = set(
        Enrolment.objects.exclude(brand=brand)
        .filter(state__in=Enrolment.OPEN, person__enrolments__brand=brand)
        .values_list("person", flat=True)
    )
    by_id: dict[int, Enrolled] = {}
    refused, known.refused = (set(), set()) if asking else _refused(brand)
    still_open = set(address_open().filter(brand=brand).values_list("pk", flat=True))
    rows = Enrolment.objects.filter(brand=brand).select_related("person", "team").order_by("pk")
    if asking:  # whose invitation the brand took back may be asked anew
        rows = rows.exclude(state=Enrolment.State.DECLINED, invitations__revoked_at__isnull=False)
    for row in rows.iterator(chunk_size=2000):
        by_id[row.pk] = one = Enrolled(
            id=row.pk,
            person_id=row.person_id,
            state=row.state,
            name=row.person.name,
            languages=tuple(row.person.languages),
            own=row.person.user_id is None and row.person_id not in shared,
            title=row.title,
            team=row.team.name if row.team else "",
            place=row.place,
            with_brand_since=row.with_brand_since,
            line=row.line,
            email=row.email,
            external_id=row.external_id,
            address_open=row.pk in still_open,
            spoke=bool(row.consented_at and (not row.consent_reference or row.person.user_id)),
            alone=row.pk in refused,
        )
        _note(known, one)
    topics = Enrolment.topics.through.objects.filter(enrolment__brand=brand).order_by("pk")
    for enrolment_id, topic in topics.values_list("enrolment", "topic__name"):
        if enrolled := by_id.get(enrolment_id):
            enrolled.topics.add(fold_name(topic))
            enrolled.topic_names.append(topic)
    shown = ShownAccount.objects.filter(enrolment__brand=brand)
    for enrolment_id, remote_id, handle in shown.values_list("enrolment", "account__remote_id", "account__handle"):
        if enrolled := by_id.get(enrolment_id):
            enrolled.shown.append(Shown(remote_id or "", handle.casefold()))


def _refused(brand: Brand) -> tuple[set[int], set[str]]:
    """Return the invited enrolments whose person has said no, by them or by an earlier one; and at which addresses."""
    said = list(noes(brand.pk).values_list("enrolment", "address", "enrolment__email"))
    ids, addresses = {pk for pk, _, _ in said}, {address or email for _, address, email in said} - {""}
    invited = Enrolment.objects.filter(brand=brand, state=Enrolment.State.INVITED) if said else Enrolment.objects.none()
    return {pk for pk, email in invited.values_list("pk", "email") if pk in ids or email in addresses}, addresses


def _note(known: Known, enrolled: Enrolled) -> None:
    """File an enrolment under its keys. The newest counts, but one that stands counts before one that has ended."""
    _prefer(known.by_person, enrolled.person_id, enrolled)
    _prefer(known.by_external_id, enrolled.external_id, enrolled)
    _prefer(known.by_email, enrolled.email, enrolled)


def _prefer(index: dict[Key, Enrolled], key: Key, enrolled: Enrolled) -> None:
    there = index.get(key)
    if key and (there is None or enrolled.open or not there.open):
        index[key] = enrolled


def _chunks(values: set[str]) -> Iterator[list[str]]:
    left = iter(sorted(values))
    while chunk := list(islice(left, _CHUNK)):
        yield chunk
