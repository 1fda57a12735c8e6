"""Who has a letter coming: each morning of each time zone is a round that walks its fans once, in batches.

Nothing is kept per fan but the letter itself, so a changed rhythm or zone counts from the next round on. A round goes
on where a killed worker left it: its cursor moves by compare-and-swap, and each fan has one letter per period.
"""

import time
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from people.letters import hours, telling
from people.models import Fan, Follow, Letter, LetterRound, Opening, Post, Rhythm, Telling
from people.queries.posts import SHOWS, visible

BATCH = 500  # fans looked at in one statement
LONGEST_AGO = max(hours.LOOKS_BACK.values())  # since when at most what comes in a letter was said
KEPT = timedelta(days=60)  # how long it is remembered that a letter went out
AT_ONCE = 1_000  # rows deleted in one go
# a time is noted before others see its row: what is younger than this is left to the letter after
SETTLED = timedelta(minutes=2)
KEPT_LINES = LONGEST_AGO + max(hours.LATE.values()) + SETTLED  # for which a letter may still ask


def leave_letters(*, seconds: float = 15.0) -> int:
    """Begin the rounds whose hour has come, and walk what is not walked to its end; return how many letters were left.

    Harmless 0, 1 or n times, and from several workers at once.
    """
    began, left = time.monotonic(), 0
    begin_rounds(timezone.now())
    while time.monotonic() - began < seconds:
        one = LetterRound.objects.filter(done_at=None).order_by("at", "pk").first()
        if one is None:
            break
        left += _walk(one)
    while time.monotonic() - began < seconds:
        news = Telling.objects.filter(done_at=None).order_by("asked_at", "pk").first()
        if news is None:
            break
        left += telling.walk(news)
    return left


def begin_rounds(now: datetime) -> None:
    """Add a round for each rhythm and zone whose hour has come, unless it is there."""
    groups = Fan.objects.filter(bounced_at=None).exclude(rhythm=Rhythm.NEVER).order_by()
    rows = []
    for name, zone in groups.values_list("rhythm", "zone").distinct():
        rhythm = Rhythm(name)
        if found := hours.latest(rhythm, zone, now):
            day, at = found
            rows.append(LetterRound(rhythm=rhythm, zone=zone, day=day, at=at))
    LetterRound.objects.bulk_create(rows, ignore_conflicts=True)


def leave_one(fan: Fan) -> None:
    """Leave a fan their first letter at once, whatever their clock says. The second time it does nothing."""
    now = timezone.now()
    Letter.objects.get_or_create(
        fan=fan,
        period=f"{Rhythm.WEEKLY} first",
        defaults={"until": now, "next_due_at": now, "late_after": now + hours.LATE[Rhythm.WEEKLY]},
    )


def forget(now: datetime) -> None:
    """Forget letters, rounds and openings that nobody asks about any more."""
    old = Letter.objects.filter(ended_at__lt=now - KEPT).order_by("ended_at").values_list("pk", flat=True)
    Letter.objects.filter(pk__in=list(old[:AT_ONCE])).delete()
    LetterRound.objects.filter(done_at__lt=now - KEPT).delete()
    Opening.objects.filter(written_at__lt=now - KEPT_LINES).delete()


def said_between(since: datetime, until: datetime, floor: datetime) -> "QuerySet[Post]":
    """Return what a letter may have of this time: what its author's own page opens with, said later than floor.

    What counts is when a post was found here, or came to be shown later: one that was said before a round and read, or
    picked, after it is in the next letter.
    """
    # the range of the index; it keeps the years that a first reading brings, or a pick, out of letters
    said = visible().filter(SHOWS[""], published_at__gt=until - LONGEST_AGO, published_at__lte=until)
    since, until = since - SETTLED, until - SETTLED
    found = Q(shown_at=None, published_at__gt=floor, found_at__gt=since, found_at__lte=until)
    return said.filter(found | Q(shown_at__gt=since, shown_at__lte=until))


def opened_between(since: datetime, until: datetime) -> "QuerySet[Opening]":
    """Return whose lines a letter may have of this time: those of now, or former ones that Opening.as_of finds."""
    since, until = since - SETTLED, until - SETTLED
    return Opening.objects.filter(Q(written_at__lte=until) | Q(first_at__lte=until), written_at__gt=since)


def wanted(fan_id: "int | OuterRef") -> "QuerySet[Follow]":
    """Return the follows whose words a fan wants in letters; a closed page has none, and a block ends the follow."""
    return Follow.objects.filter(fan=fan_id, letters=True, muted=False, person__page_open=True)


def _walk(one: LetterRound) -> int:
    """Look at the next fans of a round; return for how many a letter was left."""
    here = Fan.objects.filter(rhythm=one.rhythm, zone=one.zone, pk__gt=one.cursor)
    ids = list(here.order_by("pk").values_list("pk", flat=True)[:BATCH])
    same = LetterRound.objects.filter(pk=one.pk, cursor=one.cursor, done_at=None)
    if not ids:
        same.update(done_at=timezone.now())
        return 0
    rhythm = Rhythm(one.rhythm)
    since = one.at - hours.LOOKS_BACK[rhythm]
    letters = [
        Letter(
            fan_id=pk,
            period=f"{one.rhythm} {one.day.isoformat()}",
            until=one.at,
            next_due_at=one.at,
            late_after=one.at + hours.LATE[rhythm],
        )
        for pk in _with_something(ids, since, one.at)
    ]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    same.update(cursor=ids[-1])
    return len(letters)


def _with_something(ids: list[int], since: datetime, until: datetime) -> list[int]:
    """Return which of these fans have anything new: a post or an opening, since their letter before."""
    # asked follow by follow: who spoke in a week are far more than whom some hundred fans follow
    spoke = Exists(said_between(since, until, floor=since).filter(person=OuterRef("person")))
    opened = Exists(opened_between(since, until).filter(person=OuterRef("person")))
    fans = Fan.objects.filter(pk__in=ids, bounced_at=None, user__is_active=True, started_at__lte=until)
    told = fans.filter(Exists(wanted(OuterRef("pk")).filter(spoke | opened)))
    return list(told.order_by("pk").values_list("pk", flat=True))


def last_until(letter: Letter) -> datetime | None:
    """Return until when the fan may have got letters about posts but for this one; None for somebody who got none."""
    got = Letter.objects.filter(fan=letter.fan_id, telling=None, state__in=(Letter.State.SENT, Letter.State.UNSURE))
    found: datetime | None = got.exclude(pk=letter.pk).order_by("-until").values_list("until", flat=True).first()
    return found
