"""Which picture stands for a person: their own, else their account's, else initials on their backdrop."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from people import faces
from people.models import Account, Person
from people.queries.truths import public_account


@dataclass(frozen=True, slots=True)
class Face:
    """The pictures of a person on this site, as addresses."""

    backdrop: str
    face_url: str  # square, for running text and feeds
    small_url: str  # 4:5, 320 px wide
    large_url: str  # 4:5, 640 px wide
    alt: str


def face_of(person: Person, avatar: str = "") -> Face:
    """Return a person's face; avatar is the stem of an account's picture, used where there is no portrait."""
    stem = person.portrait or avatar
    if not stem:
        url = faces.initials_url(person.name, person.backdrop)
        return Face(person.backdrop, url, url, url, "")
    picture = faces.picture(stem)
    alt = person.portrait_alt if person.portrait else ""
    return Face(person.backdrop, picture.face_url, picture.small_url, picture.large_url, alt)


def avatar_of(person: str) -> Subquery:
    """Return the stem of the picture of a person's first account that has one; person leads to them from the row."""
    public = Account.objects.filter(public_account(), person=OuterRef(person), read_from__isnull=False)
    return Subquery(public.exclude(avatar="").order_by("pk").values("avatar")[:1])


def faces_of(persons: Iterable[Person]) -> dict[int, Face]:
    """Return the faces of persons by their ids, in one query."""
    known = {person.pk: person for person in persons}
    avatars = dict(
        Account.objects.filter(public_account(), person__in=known, read_from__isnull=False)
        .exclude(avatar="")
        .order_by("-pk")  # the last written wins: the person's first account
        .values_list("person_id", "avatar")
    )
    return {pk: face_of(person, avatars.get(pk, "")) for pk, person in known.items()}


def face_on(account: Account, person: Person) -> Face:
    """Return the face beside what was said on one account: the account's own picture where a yes lets it be read."""
    if not account.avatar or account.read_from is None:
        return face_of(person)
    picture = faces.picture(account.avatar)
    return Face(person.backdrop, picture.face_url, picture.small_url, picture.large_url, "")
