"""People whom a fan may want to read, by what brands know: those of one topic, and colleagues.

Everybody of a topic or a brand has a turn: who is named changes by the day.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import Mod, RowNumber
from django.utils import timezone

from advocacy.templatetags.chorus import in_words
from brands.models import Enrolment
from people.sections import Hint

TOPICS, BRANDS = 4, 2  # of which people are named
EACH = 6
_PRIME, _STEP = 10_007, 7_919
_Known = Enrolment.topics.through


def of(followed: Collection[int], without: Collection[int]) -> list[Hint]:
    """Tell /home/ whom its reader may want to read (see people.sections), in four queries.

    followed: whom they read; of nobody, the topics and brands with the most people. without: whom never to name.
    """
    return [*_by_topic(followed, without), *_by_brand(followed, without)]


def _by_topic(followed: Collection[int], without: Collection[int]) -> list[Hint]:
    rows = _Known.objects.filter(enrolment__state=Enrolment.State.ACTIVE, enrolment__person__page_open=True)
    topics = _most(rows, "topic", "topic__name", followed, "enrolment__person", TOPICS)
    people = _turn(rows.filter(topic__in=topics).exclude(enrolment__person__in=without), "topic", "enrolment__person")
    verb = "also know" if followed else "know"
    return [Hint(f"They {verb} about {name}", people[pk]) for pk, (name, _) in topics.items() if pk in people]


def _by_brand(followed: Collection[int], without: Collection[int]) -> list[Hint]:
    rows = Enrolment.objects.filter(state=Enrolment.State.ACTIVE, person__page_open=True)
    brands = _most(rows, "brand", "brand__name", followed, "person", BRANDS)
    people = _turn(rows.filter(brand__in=brands).exclude(person__in=without), "brand", "person")
    return [Hint(_at(name, size if followed else 0), people[pk]) for pk, (name, size) in brands.items() if pk in people]


def _at(brand: str, size: int) -> str:
    if not size:
        return f"They speak for themselves at {brand}"
    return f"You already follow {in_words(size)} {'person' if size == 1 else 'people'} at {brand}"


def _most(
    rows: "QuerySet[Any]", what: str, name: str, followed: Collection[int], person: str, size: int
) -> dict[int, tuple[str, int]]:
    """Return the names of those topics or brands that the most of these people (or of all) have, and how many."""
    mine = rows.filter(**{f"{person}__in": list(followed)}) if followed else rows
    counted = mine.values_list(what, name).annotate(size=Count(person, distinct=True)).order_by("-size", what)
    return {pk: (called, people) for pk, called, people in counted[:size]}


def _turn(rows: "QuerySet[Any]", what: str, person: str) -> dict[int, list[int]]:
    """Return whose turn it is today, by topic or brand."""
    day = timezone.now().astimezone(dt.UTC).date().toordinal()
    lot = Mod(F(person) * _STEP + day * _STEP, _PRIME)
    place = Window(RowNumber(), partition_by=F(what), order_by=(lot, F(person)))
    found: dict[int, list[int]] = {}
    for pk, one in rows.annotate(turn=place).filter(turn__lte=EACH).order_by("turn").values_list(what, person):
        found.setdefault(pk, []).append(one)
    return found
