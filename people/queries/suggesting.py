"""People whom a fan may want to read: those with whom their people talk, and those at whom brands hint."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db.models import Q

from people import sections
from people.models import Block, Fan, Person, Post, User
from people.queries.faces import Face, faces_of
from people.queries.follows import seen_ids
from people.queries.home import Readable, newest
from people.queries.posts import visible

TALKS = 200  # the newest posts of the fan's people in which we look for whom they talk to
EACH = 6
_PERSON = ("name", "slug", "first_name", "backdrop", "portrait", "portrait_alt", "line", "user")


class Suggestion(NamedTuple):
    """A person whom the fan does not follow yet."""

    person: Person
    face: Face
    role: str

    @property
    def own_words(self) -> str:
        """The line that follows the name, as cards quote it."""
        line = self.person.line
        return line if line[:1].isupper() or not line else f"… {line}"


class Group(NamedTuple):
    """Suggestions of one kind."""

    title: str  # why they are named, as a heading
    people: list[Suggestion]


def groups(fan: Fan | None, user: User | None, people: Readable | None) -> list[Group]:
    """Return whom a fan may want to read, nobody twice, in a fixed number of queries.

    people: those whom the fan reads; None for somebody who follows nobody yet.
    """
    followed = seen_ids(fan.pk) if fan else []
    without = {*followed, *_never(fan, user)}
    found: list[tuple[str, Sequence[int]]] = []
    if people is not None and followed:
        found.append(("Your people talk with them", _partners(people, without)))
    found += [(hint.title, hint.people) for hint in sections.hints(followed, without)]
    return _drawn(found)


def _never(fan: Fan | None, user: User | None) -> set[int]:
    """Return whom we never suggest: the reader themself, and whoever wants them for no follower."""
    own = user.pk if user else fan.pk if fan else None
    rows = Person.objects.filter(Q(user=own) | Q(pk__in=Block.objects.filter(fan=own).values("person")))
    return set(rows.values_list("pk", flat=True)) if own else set()


def _partners(people: Readable, without: Collection[int]) -> list[int]:
    """Return with whom these people talked lately, the most often first: whom they answered, and who answered them."""
    said = newest(people, visible().exclude(kind=Post.Kind.REPOST), TALKS)
    asked = {(one.account.network, one.reply_to_id) for one in said if one.reply_to_id}
    mine = {(one.account.network, one.remote_id) for one in said}
    around = visible().filter(Q(remote_id__in={pk for _, pk in asked}) | Q(reply_to_id__in={pk for _, pk in mine}))
    rows = around.exclude(person__in=without).values_list("person_id", "account__network", "remote_id", "reply_to_id")
    talks = Counter(person for person, network, pk, other in rows if (network, pk) in asked or (network, other) in mine)
    return [person for person, _ in sorted(talks.items(), key=lambda talk: (-talk[1], talk[0]))[:EACH]]


def _drawn(found: Sequence[tuple[str, Sequence[int]]]) -> list[Group]:
    wanted = {pk for _, ids in found for pk in ids}
    persons = {one.pk: one for one in Person.objects.filter(pk__in=wanted, page_open=True).only(*_PERSON)}
    faces, roles = faces_of(persons.values()), sections.roles(persons)
    shown: set[int] = set()
    drawn = []
    for title, ids in found:
        here = [pk for pk in ids if pk in persons and pk not in shown][:EACH]
        shown.update(here)
        if here:
            drawn.append(Group(title, [Suggestion(persons[pk], faces[pk], roles[pk]) for pk in here]))
    return drawn
