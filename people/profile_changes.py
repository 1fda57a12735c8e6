"""What a person changes about their own page: words, languages, links; and whether it is open at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from advocacy.audit import record
from advocacy.models import AuditEvent
from people import first_shown, post_pictures
from people.letters.telling import tell_followers
from people.models import Person, PostPicture, Telling, User
from people.telling import people_told
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
        people_told([person.pk])


def close_own_page(*, person: Person, actor: User | None, label: str = "") -> None:
    """Show nothing of the person on this site until they open their page again: no brand lists them meanwhile.

    What each yes covers stays as it is, so that opening shows what was shown. actor: the person; None for the operator,
    for somebody's safety, whose label says so. Raises PermissionDenied.
    """
    _own(person, actor)
    with transaction.atomic():
        turned = _turn(person, to=False)
        # whoever hides now is not spoken of by us, also where that has begun
        tellings = Telling.objects.filter(person=person, words="")
        if not turned and actor is not None:  # a second press takes back nothing that they asked for since
            tellings = tellings.exclude(key__startswith=f"closed:{person.pk}:")
        tellings.update(closes=False)
        if turned:
            record("page.closed", actor=actor, label=label, subject=f"person:{person.pk}")
            post_pictures.let_go(PostPicture.objects.filter(post__person=person))


def tell_of_closed_page(*, person: Person, words: str, actor: User) -> bool:
    """Tell the followers that the person's page is closed, in their words, "" for the site's; return whether it is new.

    Once a month at most, and only because the person wants it: who hides on a bad day need not say so. Raises
    PermissionDenied, ValueError for a page that is open.
    """
    if person.user_id != actor.pk:
        raise PermissionDenied("only the person tells their followers")
    if person.page_open or person.slug is None:
        raise ValueError("the page is open")
    return tell_followers(person, words, key=closing(person), closes=True)


def told_of_closed_page(person: Person) -> bool:
    """Return whether the followers were told this month that the page is closed, or are being told."""
    return Telling.objects.filter(key=closing(person)).exists()


def closing(person: Person) -> str:
    """Return by which name the followers are told of a closed page, once a month."""
    return f"closed:{person.pk}:{timezone.now():%Y-%m}"


def open_own_page(*, person: Person, actor: User | None, label: str = "") -> None:
    """Open the page of a person who closed it; its address is the one of before. actor: see close_own_page.

    Raises PermissionDenied.
    """
    _own(person, actor)
    if person.slug is None:
        raise PermissionDenied("a page is opened for the first time by a yes")
    with transaction.atomic():
        if _turn(person, to=True):
            record("page.opened", actor=actor, label=label, subject=f"person:{person.pk}")


def closed_by(person: Person) -> str:
    """Return whose word closed somebody's page last, "person" or "operator"; "" where none did, or it was opened since.

    Without a word it closes with the last yes of somebody who cannot sign in.
    """
    words = AuditEvent.objects.filter(subject=f"person:{person.pk}", verb__in=("page.closed", "page.opened"))
    last = words.order_by("-pk").first()
    if last is None or last.verb == "page.opened":
        return ""
    return "person" if last.actor_label.startswith("user:") else "operator"


def _turn(person: Person, *, to: bool) -> bool:
    with first_shown.noting(person.pk):
        moved = Person.objects.filter(pk=person.pk, page_open=not to).update(page_open=to, changed_at=timezone.now())
    person.page_open = to
    people_told([person.pk])
    return bool(moved)


def _own(person: Person, actor: User | None) -> None:
    if actor is not None and person.user_id != actor.pk:
        raise PermissionDenied("only the person changes their own page")
