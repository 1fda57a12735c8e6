"""What a page says of itself where somebody shares its address, and to search engines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from people.models import Account, Person, Post
from people.networks.links import profile_link
from people.networks.types import ELSEWHERE
from people.outgoing.addresses import page, whole
from people.outgoing.contacts import is_web, portrait_url, words_of
from people.outgoing.terms import words_may_leave
from people.queries.faces import Face
from people.sections import Appearance
from people.share_cards import persons

_LONGEST = 200  # characters of a description
Linked = dict[str, object]


@dataclass(frozen=True, slots=True)
class Share:
    """What networks show for an address; image "" where no card is drawn yet."""

    kind: str  # of the Open Graph: website, profile or article
    title: str
    description: str
    url: str
    image: str = ""
    alt: str = ""


def of_person(person: Person, face: Face, places: Sequence[Appearance]) -> Share:
    """Return what a person's page says of itself; the card must have been read with the person."""
    seen = persons.look(person, face, places[0] if places else None)
    card = getattr(person, "share_card", None)
    drawn = card is not None and card.stem == seen.stem
    return Share(
        kind="profile",
        title=person.name,
        description=f"“{seen.words}”" if seen.words else f"{person.name} in {person.first_name}’s own words.",
        url=page("person", person.slug),
        image=page("person-card", person.slug, seen.stem) if drawn else "",
        alt=seen.alt if drawn else "",
    )


def of_post(post: Post) -> Share:
    """Return what a post's page says of itself: its words only where they may leave."""
    said = words_may_leave(post)
    return Share(
        kind="article",
        title=post.person.name,
        description=shortened(post.text) if said else f"A post by {post.person.name}.",
        url=page("post", post.pk),
    )


def shortened(words: str) -> str:
    """Return words as a description: in one line, cut after a word."""
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rpartition(' ')[0]} …"


def profile_page(
    person: Person, face: Face, places: Sequence[Appearance], accounts: Iterable[Account], newest: datetime | None
) -> Linked:
    """Return a person's page for search engines (schema.org ProfilePage); newest is when they last said something."""
    elsewhere = [whole(profile_link(one.network, one.handle)) for one in accounts if one.network != ELSEWHERE]
    return {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "dateModified": max(filter(None, (person.changed_at, newest))).isoformat(timespec="seconds"),
        "mainEntity": {
            **linked_person(person, face, places[0].title if places else ""),
            "@id": page("person", person.slug),
            **({"knowsLanguage": person.languages} if person.languages else {}),
            "sameAs": [*elsewhere, *(one["url"] for one in person.links if is_web(one["url"]))],
            "worksFor": [{"@type": "Organization", "name": at.brand, "url": whole(at.url)} for at in places],
        },
    }


def linked_person(person: Person, face: Face, title: str) -> Linked:
    """Return a person as search engines take them; what is not known is left out."""
    found: Linked = {"@type": "Person", "name": person.name, "url": page("person", person.slug)}
    known = {
        "jobTitle": title,
        "image": portrait_url(face),
        "description": words_of(person, person.line),
    }
    return found | {key: value for key, value in known.items() if value}
