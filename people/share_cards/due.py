"""Which cards of persons are to be drawn: the rows say it, and a tick of the clock works through them."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from advocacy import limits
from people import kept as files
from people import sections
from people.models import Person, PersonCard
from people.queries.faces import faces_of
from people.share_cards import kept, persons

KIND = "persons"
BUSY_SECONDS = 15.0
LOOKED_AT = 500  # persons that one tick looks at
# a new portrait, name or line is seen at once; what others say of a person (a job title, an avatar) after this
LOOK_AGAIN = timedelta(minutes=5)
log = logging.getLogger(__name__)


def draw_due() -> int:
    """Draw the cards that are not as they should be, for some seconds; return how many. Harmless 0, 1 or n times."""
    for card in PersonCard.objects.filter(person__page_open=False):
        kept.drop(KIND, card.stem)
        card.delete()
    began, drawn = time.monotonic(), 0
    people = due(LOOKED_AT)
    looks = _looks(people)
    right: list[int] = []
    for person in people:
        before = _stem(person)
        if before is not None and before == looks[person.pk].stem and kept.here(KIND, before):
            right.append(person.pk)
            continue
        if time.monotonic() - began > BUSY_SECONDS:
            break
        _draw(person, looks[person.pk], before)
        drawn += 1
    PersonCard.objects.filter(person__in=right).update(checked_at=timezone.now())
    if limits.hold("share:persons", seconds=files.UNUSED_FOR.total_seconds()):
        files.sweep(kept.folder(KIND), set(PersonCard.objects.values_list("stem", flat=True)))
    return drawn


def due(limit: int) -> list[Person]:
    """Return whose card to look at: those without one, those who changed something, then the longest not looked at."""
    here = Person.objects.filter(page_open=True).select_related("share_card")
    found = list(here.filter(share_card=None).order_by("pk")[:limit])
    found += here.filter(share_card__checked_at__lt=F("changed_at")).order_by("pk")[: limit - len(found)]
    seen = {person.pk for person in found}
    old = here.filter(share_card__checked_at__lt=timezone.now() - LOOK_AGAIN).order_by("share_card__checked_at")
    return found + [person for person in old[: limit - len(found)] if person.pk not in seen]


def _looks(people: Sequence[Person]) -> dict[int, persons.Look]:
    faces = faces_of(people)
    places = sections.appearances(faces)
    return {one.pk: persons.look(one, faces[one.pk], next(iter(places[one.pk]), None)) for one in people}


def _stem(person: Person) -> str | None:
    card = getattr(person, "share_card", None)
    return card.stem if card else None


def _draw(person: Person, look: persons.Look, before: str | None) -> None:
    """Draw one card and let the row name it, unless another worker was faster or the person has gone meanwhile.

    Then the file that no row names goes: that of before, or the new one.
    """
    stem, now = look.stem, timezone.now()
    try:
        kept.keep(KIND, stem, persons.draw(look))
    except OSError as error:  # the portrait's file is being fetched anew
        log.info("no card for person %s: %s", person.pk, type(error).__name__)
        stem = ""
    if not _named(person, stem, before, now):
        kept.drop(KIND, stem)
    elif before and before != stem:
        kept.drop(KIND, before)


def _named(person: Person, stem: str, before: str | None, now: datetime) -> bool:
    """Let the row name a card; return whether it does."""
    card = PersonCard.objects.filter(pk=person.pk)
    with transaction.atomic():
        # whoever hides or erases them waits for this row, and finds the card, or was first, and there is none
        here = Person.objects.select_for_update(no_key=True).filter(pk=person.pk, page_open=True)
        if not list(here.values_list("pk")):
            return False
        if before is None:
            made = PersonCard(person_id=person.pk, stem=stem, checked_at=now)
            PersonCard.objects.bulk_create([made], ignore_conflicts=True)
        else:
            card.filter(stem=before).update(stem=stem, checked_at=now)
    return card.filter(stem=stem).exists()
