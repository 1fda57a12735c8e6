"""A person as an address book takes them, and what of them is public."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from people import sections
from people.models import Person
from people.networks.links import profile_link
from people.networks.types import NETWORKS
from people.outgoing.addresses import page, whole
from people.queries.faces import Face, faces_of
from people.queries.truths import accounts_of


class Profile(NamedTuple):
    """An account that a public page names."""

    network: str
    handle: str

    @property
    def name(self) -> str:
        """The network's name as readers know it."""
        return NETWORKS.get(self.network, self.network)

    @property
    def url(self) -> str:
        """Its address at the network."""
        return whole(profile_link(self.network, self.handle))


class Link(NamedTuple):
    """An address that the person gives for themselves."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Contact:
    """What an address book takes of a person."""

    name: str
    first_name: str
    slug: str
    portrait_url: str  # "" where there are only initials
    line: str
    languages: Sequence[str]
    changed_at: datetime
    title: str = ""
    organisation: str = ""
    team: str = ""
    topics: Sequence[str] = ()
    profiles: Sequence[Profile] = ()
    links: Sequence[Link] = field(default=())

    @property
    def page_url(self) -> str:
        """Their own page."""
        return page("person", self.slug)

    @property
    def names(self) -> tuple[str, str]:
        """Family name and given name, as far as the one that friends use tells them apart; ("", "") where not."""
        if self.name.startswith(f"{self.first_name} "):
            return self.name[len(self.first_name) :].strip(), self.first_name
        if self.name.endswith(f" {self.first_name}"):
            return self.name[: -len(self.first_name)].strip(), self.first_name
        return "", ""


def contact_of(person: Person) -> Contact:
    """Return what a person's own page shows, as a contact: five queries at most."""
    places = sections.appearances([person.pk])[person.pk]
    first = places[0] if places else None
    return Contact(
        name=person.name,
        first_name=person.first_name,
        slug=person.slug or "",
        portrait_url=portrait_url(faces_of([person])[person.pk]),
        line=words_of(person, person.line),
        languages=[str(tag) for tag in person.languages or []],
        changed_at=person.changed_at,
        title=first.title if first else "",
        organisation=first.brand if first else "",
        profiles=profiles_of(person),
        links=links_of(person),
    )


def profiles_of(person: Person) -> list[Profile]:
    """Return the accounts that the person's own page names."""
    return [Profile(account.network, account.handle) for account in accounts_of(person)]


def links_of(person: Person) -> list[Link]:
    """Return the web addresses that the person gives."""
    return [Link(one["label"], one["url"]) for one in person.links if is_web(one["url"])]


def is_web(address: str) -> bool:
    """Return whether an address may be linked."""
    return address.startswith(("https://", "http://"))


def portrait_url(face: Face) -> str:
    """Return the whole address of a person's picture; "" where initials stand for them."""
    return "" if face.large_url.endswith(".svg") else whole(face.large_url)


def words_of(person: Person, line: str) -> str:
    """Return the person's own words by themselves: about, else the line with the name that it goes on from."""
    if person.about:
        return person.about
    if not line:
        return ""
    return line if line[:1].isupper() else f"{person.first_name} {line}"
