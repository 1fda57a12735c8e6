"""What a person changes about their own page: words, languages, links; and whether it is open at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from advocacy.audit import record
from people import post_pictures
from people.models import Person, PostPicture, User
from people.weblinks import checked_link

LINE, ABOUT, LABEL = 60, 200, 60  # characters
MOST_LINKS = 5
MOST_LANGUAGES = 4


@dataclass(frozen=True, slots=True)
class Words:
    """What a person's page says in their own words."""

    line: str  # the chorus reads "{first name} {line}"
    about: str
    languages: Sequence[str]  # BCP 47 tags
    links: Sequence[tuple[str, str]]  # label and https address


def change_words(*, person: Person, words: Words, actor: User) -> None:
    """Write what the person's page says. Raises ValueError for what has no room or is no address, PermissionDenied."""
    _own(person, actor)
    if len(words.line) > LINE or len(words.about) > ABOUT or len(words.links) > MOST_LINKS:
        raise ValueError("there is no room for that much")
    person.line, person.about = words.line, words.about
    person.languages = list(dict.fromkeys(words.languages))[:MOST_LANGUAGES]
    person.links = [{"label": label[:LABEL], "url": checked_link(url)} for label, url in words.links]
    with transaction.atomic():
        person.save(update_fields=["line", "about", "languages", "links", "changed_at"])
        record("profile.changed", actor=actor, subject=f"person:{person.pk}")


def close_own_page(*, person: Person, actor: User) -> None:
    """Show nothing of the person on this site until they open their page again: no brand lists them meanwhile.

    What each yes covers stays as it is, so that opening shows what was shown. Raises PermissionDenied.
    """
    _own(person, actor)
    with transaction.atomic():
        if _turn(person, to=False):
            record("page.closed", actor=actor, subject=f"person:{person.pk}")
            post_pictures.let_go(PostPicture.objects.filter(post__person=person))


def open_own_page(*, person: Person, actor: User) -> None:
    """Open the page of a person who closed it; its address is the one of before. Raises PermissionDenied."""
    _own(person, actor)
    if person.slug is None:
        raise PermissionDenied("a page is opened for the first time by a yes")
    with transaction.atomic():
        if _turn(person, to=True):
            record("page.opened", actor=actor, subject=f"person:{person.pk}")


def _turn(person: Person, *, to: bool) -> bool:
    moved = Person.objects.filter(pk=person.pk, page_open=not to).update(page_open=to, changed_at=timezone.now())
    person.page_open = to
    return bool(moved)


def _own(person: Person, actor: User) -> None:
    if person.user_id != actor.pk:
        raise PermissionDenied("only the person changes their own page")
