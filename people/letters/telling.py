"""Telling all followers of a person once: that they have left a brand, or that their own page ends.

The row is kept in the transaction of what it tells of; workers walk the followers and send, by day in each fan's zone.
"""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from people.letters import hours
from people.models import Follow, Letter, Opening, Person, Rhythm, Telling

BATCH = 500
LATE = timedelta(days=7)  # news that are older than this go to nobody any more


def tell_followers(person: Person, words: str | None = None, *, key: str, left: str = "", closes: bool = False) -> bool:
    """Let every follower who agreed to letters be told once; return False where this occasion was told before.

    key: names the occasion, such as "left:17"; the same one is told once, ever. words: the person's own lines, plain
    text, cut at 600 characters; None or "": the site's own sentence. left: the name of the brand that they left, ""
    where their own page ends. closes: the site's sentence goes out although their page is closed. Call it in the
    transaction of what it tells of: a worker finds it within half a minute.
    """
    said = "\n".join(line.strip() for line in (words or "").strip().splitlines())[: Opening.WORDS]
    _, new = Telling.objects.get_or_create(
        key=key[:80],
        defaults={"person": person, "words": said, "left": " ".join(left.split())[:120], "closes": closes},
    )
    return new


def walk(telling: Telling) -> int:
    """Leave a letter for the next followers of one telling; return how many. Harmless 0, 1 or n times."""
    told = agreed().filter(person=telling.person_id, since__lte=telling.asked_at, pk__gt=telling.cursor)
    follows = list(told.order_by("pk")[:BATCH])
    now = timezone.now()
    letters = [
        Letter(
            fan=follow.fan,
            telling=telling,
            period=f"told {telling.pk}",
            until=telling.asked_at,
            next_due_at=hours.by_day(now, follow.fan.zone),
            late_after=telling.asked_at + LATE,
        )
        for follow in follows
    ]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
    same = Telling.objects.filter(pk=telling.pk, cursor=telling.cursor, done_at=None)
    if follows:
        same.update(cursor=follows[-1].pk)
    else:
        same.update(done_at=now)
    return len(letters)


def agreed() -> "QuerySet[Follow]":
    """Return the follows whose person's words go into letters: agreed to, not muted, neither side switched off."""
    wanted = ~Q(fan__rhythm=Rhythm.NEVER) & Q(fan__bounced_at=None, fan__user__is_active=True)
    return Follow.objects.filter(wanted, letters=True, muted=False).select_related("fan")
