"""What stands in a letter: who said something since the one before, and which of it, in a fixed number of queries."""

import itertools
from datetime import datetime

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from people.letters import due, hours
from people.letters.blocks import Block, Written, block_of, line_of
from people.models import Delivery, Letter, Opening, Person, Post, Rhythm

PEOPLE = 12  # who stand in one letter; the others are a number and a link
PER_PERSON = 3  # posts of each
_FIELDS = (
    *("kind", "remote_id", "published_at", "text", "html", "lang", "link", "media", "edit_history"),
    *("account__network", "account__handle"),
)


def blocks_of(letter: Letter) -> tuple[list[Block], int]:
    """Return the people of a letter, those who wrote lines of their own first, and how many more said something."""
    floor = _floor(letter)
    since = max(floor, due.last_until(letter) or floor)
    if since >= letter.until:  # another rhythm or zone was faster: what this one would say is told
        return [], 0
    follows = due.wanted(letter.fan_id)
    openings = _openings(
        due.opened_between(since, letter.until).filter(person__in=follows.values("person")), since, letter
    )
    said = due.said_between(since, letter.until, floor).filter(person__in=follows.values("person"))
    counts = dict(said.order_by().values_list("person_id").annotate(Count("pk")))
    newest = _newest(said)
    ids = list(dict.fromkeys([*openings, *(post.person_id for post in newest)]))[:PEOPLE]
    people = Person.objects.select_related("user", "answers").in_bulk(ids)
    blocks = {pk: block_of(people[pk], openings.get(pk)) for pk in ids if pk in people}
    clock = hours.clock(letter.fan.zone)
    written = _written_here([post.pk for post in newest])
    for post in newest:
        if post.person_id in blocks:
            blocks[post.person_id].lines.append(line_of(post, written, clock))
    for pk, block in blocks.items():
        block.more = counts.get(pk, 0) - len(block.lines)
    return list(blocks.values()), len(set(counts) - set(blocks))


def _openings(rows: "QuerySet[Opening]", since: datetime, letter: Letter) -> dict[int, Opening]:
    """Return people's own lines as they were at the letter's hour, by the person, the newest first."""
    then = (row.as_of(since - due.SETTLED, letter.until - due.SETTLED) for row in rows.order_by("-written_at"))
    return {one.person_id: one for one in itertools.islice(filter(None, then), PEOPLE)}


def _newest(said: "QuerySet[Post]") -> list[Post]:
    """Return the newest posts of each person, at most PER_PERSON, the newest first."""
    order = [F("published_at").desc(), F("id").desc()]
    place = Window(RowNumber(), partition_by=[F("person_id")], order_by=order)
    some = said.annotate(place=place).filter(place__lte=PER_PERSON)
    ids = list(some.order_by("-published_at", "-id").values_list("pk", flat=True)[: PEOPLE * PER_PERSON * 2])
    posts = Post.objects.filter(pk__in=ids).select_related("account").only("person_id", *_FIELDS)
    return list(posts.order_by("-published_at", "-id"))


def _written_here(post_ids: list[int]) -> Written:
    """Return the words of those posts that were written here, as their authors typed them."""
    out = Delivery.objects.filter(post__in=post_ids, state=Delivery.State.PUBLISHED, deleted_at=None, edited_at=None)
    return {pk: str(payload.get("text", "")) for pk, payload in out.values_list("post_id", "payload") if pk}


def _floor(letter: Letter) -> datetime:
    """Return how far back a letter of this rhythm looks at most."""
    rhythm = Rhythm.DAILY if letter.period.startswith(Rhythm.DAILY) else Rhythm.WEEKLY
    return letter.until - hours.LOOKS_BACK[rhythm]
