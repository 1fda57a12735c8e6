"""The people of a brand as its pages draw them."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from brands.models import Brand, BrandPost, Enrolment, ShownAccount
from people.models import Person
from people.queries.faces import Face, avatar_of, face_of
from people.queries.truths import named_account
from people.sections import Appearance

LISTED = (Enrolment.State.ACTIVE, Enrolment.State.PAUSED)
_PERSON = ("name", "sort_name", "slug", "first_name", "backdrop", "portrait", "portrait_alt", "line", "about")
_FIELDS = (
    *(f"person__{name}" for name in _PERSON),
    *("state", "title", "place", "line", "paused_until"),
)

_SHORT = 90  # characters of a person's own words that a card has room for


class Presence(NamedTuple):
    """One account in the row of network marks below a card."""

    network: str
    handle: str


@dataclass(slots=True)
class Card:
    """One person of a brand."""

    person: Person
    face: Face
    title: str
    place: str
    line: str  # the chorus reads "{first name} {line}"
    about: str
    paused: bool
    paused_until: dt.date | None  # as the person said; None: they did not
    accounts: Sequence[Presence]

    @property
    def role(self) -> str:
        """The line below the name: title and place."""
        return role(self.title, self.place)

    @property
    def own_words(self) -> str:
        """What the card quotes: the person's own words where they are short, else the line that follows the name."""
        if 0 < len(self.about) <= _SHORT:
            return self.about
        return f"… {self.line}" if self.line and not self.sentence else self.line

    @property
    def sentence(self) -> bool:
        """Whether the line is a sentence of its own, so that the chorus sets a colon after the name."""
        return self.line[:1].isupper()


def role(title: str, place: str) -> str:
    """Return the line below a name: title and place, whichever there are."""
    return ", ".join(part for part in (title, place) if part)


def listed(brand: Brand | OuterRef) -> "QuerySet[Enrolment]":
    """Return the enrolments that a brand's pages list: the active and the paused."""
    return Enrolment.objects.filter(brand=brand, state__in=LISTED, person__page_open=True)


def cards(enrolment_ids: Iterable[int]) -> dict[int, Card]:
    """Return the cards of these enrolments by their ids, in two queries."""
    rows = Enrolment.objects.filter(pk__in=list(enrolment_ids)).select_related("person").only(*_FIELDS)
    found = {row.pk: row for row in rows.annotate(avatar=Coalesce(avatar_of("person"), Value("")))}
    marks = _accounts(found)
    return {
        pk: Card(
            person=row.person,
            face=face_of(row.person, row.avatar),
            title=row.title,
            place=row.place,
            line=row.line or row.person.line,
            about=row.person.about,
            paused=row.state == Enrolment.State.PAUSED,
            paused_until=row.paused_until,
            accounts=marks.get(row.pk, []),
        )
        for pk, row in found.items()
    }


def _accounts(enrolment_ids: Iterable[int]) -> dict[int, list[Presence]]:
    shown = ShownAccount.objects.filter(named_account("account__"), enrolment__in=enrolment_ids)
    found: dict[int, list[Presence]] = {}
    for enrolment, *account in shown.order_by("pk").values_list("enrolment_id", "account__network", "account__handle"):
        found.setdefault(enrolment, []).append(Presence(*account))
    return found


def colour_version(brand: Brand) -> str:
    """Return what changes with the brand's colours, so that a reader's browser never keeps an old style sheet."""
    return hashlib.sha256(f"{brand.colour}{brand.colour_dark}".encode()).hexdigest()[:8]


def colour_url(brand: Brand) -> str:
    """Return the address of the brand's own style sheet."""
    return f"{reverse('brand-colour', args=[brand.slug])}?v={colour_version(brand)}"


def appearances(person_ids: Iterable[int]) -> dict[int, list[Appearance]]:
    """Tell people's own pages where these persons appear (see people.sections), in two queries."""
    ids = list(person_ids)
    rows = list(
        Enrolment.objects.filter(person__in=ids, state__in=LISTED)
        .select_related("brand")
        .order_by("consented_at", "pk")
    )
    sizes = _sizes({row.brand_id for row in rows})
    found: dict[int, list[Appearance]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(
            Appearance(
                brand=row.brand.name,
                url=reverse("brand", args=[row.brand.slug]),
                colour_url=colour_url(row.brand),
                title=row.title,
                place=row.place,
                since=row.with_brand_since,
                people=sizes[row.brand_id],
                colour=row.brand.colour,
            )
        )
    return found


def roles(person_ids: Iterable[int]) -> dict[int, str]:
    """Tell people's pages the line below each name: of the brand at which the person appears first."""
    rows = Enrolment.objects.filter(person__in=list(person_ids), state__in=LISTED).order_by("-consented_at", "-pk")
    # the last written wins: the first brand
    return {pk: role(title, place) for pk, title, place in rows.values_list("person_id", "title", "place")}


def _sizes(brand_ids: Iterable[int]) -> dict[int, int]:
    sizes = dict.fromkeys(brand_ids, 0)
    listed_here = Enrolment.objects.filter(brand__in=sizes, state__in=LISTED, person__page_open=True)
    return sizes | dict(listed_here.values_list("brand_id").annotate(Count("pk")))


def shows_post(post_id: int) -> bool:
    """Tell people's own pages whether a brand shows a post (see people.sections)."""
    return BrandPost.objects.filter(post=post_id).exists()
