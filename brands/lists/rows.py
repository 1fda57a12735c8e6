"""The people of a list, in its order, read in pieces so that thousands of them never stand in memory at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from brands.models import Brand, Enrolment, ShownAccount
from brands.queries.cards import listed
from brands.queries.search import search_people, wish
from people.outgoing.addresses import page
from people.outgoing.contacts import Contact, Profile, links_of, portrait_url, words_of
from people.queries.faces import faces_of
from people.queries.truths import named_account

CHUNK = 500  # people read at a time, in four queries
_PERSON = ("name", "slug", "first_name", "backdrop", "portrait", "portrait_alt", "line", "about", "languages", "links")
_FIELDS = (
    *(f"person__{name}" for name in (*_PERSON, "changed_at")),
    *("state", "title", "place", "line", "paused_until", "team__name"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of a brand's list."""

    contact: Contact
    place: str
    portrait_alt: str
    paused: bool
    paused_until: date | None

    @property
    def feed_url(self) -> str:
        """The person's own feed, which stays theirs."""
        return page("person-feed", self.contact.slug, "atom")


def asked(brand: Brand, query: QueryDict) -> list[int]:
    """Return the enrolments that the people list shows for this query, in its order: who is it, then who said it."""
    words, wanted = wish(query)
    return search_people(brand, words, wanted)


def rows(brand: Brand, enrolment_ids: Sequence[int]) -> Iterator[Listed]:
    """Yield these people as the brand lists them; who left while the list is written is left out."""
    for start in range(0, len(enrolment_ids), CHUNK):
        yield from _chunk(brand, enrolment_ids[start : start + CHUNK])


def _chunk(brand: Brand, ids: Sequence[int]) -> Iterator[Listed]:
    found = listed(brand).filter(pk__in=ids).select_related("person", "team").only(*_FIELDS).in_bulk()
    faces = faces_of(row.person for row in found.values())
    profiles: dict[int, list[Profile]] = {}
    shown = ShownAccount.objects.filter(named_account("account__"), enrolment__in=found).order_by("pk")
    for pk, *account in shown.values_list("enrolment_id", "account__network", "account__handle"):
        profiles.setdefault(pk, []).append(Profile(*account))
    topics: dict[int, list[str]] = {}
    known = Enrolment.topics.through.objects.filter(enrolment__in=found).order_by("topic__name")
    for pk, name in known.values_list("enrolment_id", "topic__name"):
        topics.setdefault(pk, []).append(name)
    for pk in ids:
        if pk not in found:
            continue
        row = found[pk]
        person = row.person
        contact = Contact(
            name=person.name,
            first_name=person.first_name,
            slug=person.slug or "",
            portrait_url=portrait_url(faces[person.pk]),
            line=words_of(person, row.line or person.line),
            languages=[str(tag) for tag in person.languages or []],
            changed_at=person.changed_at,
            title=row.title,
            organisation=brand.name,
            team=row.team.name if row.team else "",
            topics=topics.get(pk, []),
            profiles=profiles.get(pk, []),
            links=links_of(person),
        )
        yield Listed(
            contact=contact,
            place=row.place,
            portrait_alt=person.portrait_alt if person.portrait else "",
            paused=row.state == Enrolment.State.PAUSED,
            paused_until=row.paused_until if row.state == Enrolment.State.PAUSED else None,
        )
