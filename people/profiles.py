"""A person's profile: making one, opening its page, giving out the permanent listing link."""

import hashlib
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from people import post_pictures, tombstones
from people.models import BACKDROPS, Person, PostPicture
from people.models.person import OldSlug
from people.telling import people_told

# Latin letters that do not fall apart into a base letter and a mark
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ẞ": "ss",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "ø": "o",
        "Ø": "o",
        "ł": "l",
        "Ł": "l",
        "đ": "d",
        "Đ": "d",
        "ð": "d",
        "Ð": "d",
        "þ": "th",
        "Þ": "th",
        "ı": "i",
        "ħ": "h",
        "Ħ": "h",
        "ŋ": "ng",
        "Ŋ": "ng",
    }
)
_SLUG_ROOM = 70  # leaves room for "-2" and beyond within the 80 of the field


def fold_name(text: str) -> str:
    """Return the form of a name by which lists are ordered and searched: no accents, no case, single spaces."""
    if text.isascii():  # most of thousands of rows: the same, ten times as fast
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    bare = "".join(c for c in apart if not "\u0300" <= c <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", bare).casefold().split())


def count_backdrops() -> Counter[str]:
    """Return how many people have each backdrop."""
    return Counter(dict(Person.objects.values_list("backdrop").annotate(Count("pk"))))


def least_used(counts: Mapping[str, int]) -> str:
    """Return the backdrop that the fewest people have; the first of the eight where several do."""
    return min(BACKDROPS, key=lambda backdrop: counts.get(backdrop, 0))


def make_person(
    *,
    name: str,
    given: str = "",
    family: str = "",
    nickname: str = "",
    languages: Iterable[str] = (),
    backdrop: str = "",
) -> Person:
    """Make a person without a page: nothing about them is public before the first yes.

    name is what pages write; given and family only order and shorten it. backdrop: one of the eight, else the one
    that the fewest people have.
    """
    person = new_person(
        name=name,
        given=given,
        family=family,
        nickname=nickname,
        languages=languages,
        backdrop=backdrop or least_used(count_backdrops()),
    )
    person.save(force_insert=True)
    return person


def new_person(*, name: str, given: str, family: str, nickname: str, languages: Iterable[str], backdrop: str) -> Person:
    """Return a person as make_person makes them, not saved yet: for many at once."""
    return Person(
        name=name,
        sort_name=fold_name(f"{family} {given}" if family else name)[:120],
        first_name=_called(nickname or given or name),
        languages=list(languages),
        backdrop=backdrop,
    )


def rename_person(person: Person, *, name: str, given: str, family: str, nickname: str) -> None:
    """Write a corrected name. The address of the page stays as it was made at the yes."""
    person.name = name
    person.sort_name = fold_name(f"{family} {given}" if family else name)[:120]
    person.first_name = _called(nickname or given or name)
    person.save(update_fields=["name", "sort_name", "first_name", "changed_at"])
    people_told([person.pk])


def open_page(person: Person) -> None:
    """Open the person's own page; its address is made from the name now and stays for good."""
    tries = 0
    while person.slug is None:
        slug = _free_slug(person)
        try:
            with transaction.atomic():
                free = Person.objects.filter(pk=person.pk, slug=None)
                taken = free.update(slug=slug, page_open=True, changed_at=timezone.now())
        except IntegrityError:  # somebody else took it between the question and the answer
            tries += 1
            if tries > 20:
                raise
            continue
        if taken:
            person.slug, person.page_open = slug, True
            people_told([person.pk])
            return
        person.refresh_from_db(fields=["slug"])
    Person.objects.filter(pk=person.pk, page_open=False).update(page_open=True, changed_at=timezone.now())
    person.page_open = True
    people_told([person.pk])


def close_page(person: Person) -> None:
    """Close the person's own page: it shows nothing and cannot be found. Its address stays theirs."""
    person.accounts.update(page_from=None)
    Person.objects.filter(pk=person.pk).update(page_open=False, changed_at=timezone.now())
    person.page_open = False
    people_told([person.pk])
    post_pictures.let_go(PostPicture.objects.filter(post__person=person))


def new_listing_link(person: Person, *, token: str = "") -> str:
    """Make the person's permanent link anew and return its token (256 bits); only its SHA-256 is kept.

    token: one that the caller can make again, else a random one.
    """
    token = token or secrets.token_urlsafe(32)
    person.listing_hash = hash_token(token)
    Person.objects.filter(pk=person.pk).update(listing_hash=person.listing_hash)
    return token


def hash_token(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def _called(given: str) -> str:
    """Return what somebody is called: "Sanford D." is Sanford, "G. K." stays."""
    return (re.sub(r"(?<=\w\w)(?: \w\.?)+$", "", given) or given)[:60]


def _free_slug(person: Person) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", fold_name(person.name)).strip("-")[:_SLUG_ROOM].strip("-")
    if len(stem) < 2 or stem.isdigit():
        stem = f"person-{person.pk}"  # a name in another script: there is no table of all of them here
    taken_once = Person.objects.filter(slug=stem).exists() or OldSlug.objects.filter(slug=stem).exists()
    if not taken_once and not tombstones.was_slug(stem):
        return stem  # most names are free: this asks two unique indexes, and no table is walked through
    names = Person.objects.filter(slug__startswith=stem).values_list("slug", flat=True)
    old = OldSlug.objects.filter(slug__startswith=stem).values_list("slug", flat=True)
    taken = {*names, *old}
    number = 2
    while f"{stem}-{number}" in taken or tombstones.was_slug(f"{stem}-{number}"):
        number += 1
    return f"{stem}-{number}"
