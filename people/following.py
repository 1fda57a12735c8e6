"""Fans follow people. A follow belongs to the two of them; no brand has a part in it.

A person who blocks a fan ends the follow without the fan being told: the fan goes on seeing the follow as they left it
(Block.looks), and nothing of it does anything. What a fan changes is changed by one at a time (_alone).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from advocacy.audit import record
from advocacy.behind import FAN
from people.models import Block, Fan, Follow, Person, Rhythm, User
from people.models.follow import next_epoch
from people.writing.walltimes import zone_of

CHUNK = 500
LONGEST_NAME = 60
_SWITCHES = ("letters", "muted", "said_so")


def fan_of(user: User) -> Fan | None:
    """Return how a user reads; None for one who never followed anybody."""
    return Fan.objects.select_related("user__person").filter(user=user).first()


def make_fan(user: User, *, zone: str = "UTC", rhythm: str = Rhythm.WEEKLY) -> Fan:
    """Return how a user reads, made with these wishes if there was nothing yet. Raises ValueError for no zone."""
    zone_of(zone)
    fan, _ = Fan.objects.get_or_create(user=user, defaults={"zone": zone, "rhythm": Rhythm(rhythm)})
    return fan


def reader(request: HttpRequest) -> Fan | None:
    """Return who reads: the fan of the login or, where nobody is signed in, of the link that opened the session."""
    if not hasattr(request, "_reader"):
        request._reader = _reader(request)  # type: ignore[attr-defined]
    found: Fan | None = request._reader  # type: ignore[attr-defined]
    return found


def _reader(request: HttpRequest) -> Fan | None:
    if isinstance(request.user, User):
        return fan_of(request.user)
    kept = request.session.get(FAN) if hasattr(request, "session") else None
    if not isinstance(kept, list):
        return None
    pk, epoch = kept
    mine = Fan.objects.filter(pk=pk, links_epoch=epoch, user__is_active=True)
    return mine.select_related("user__person").first()


def let_in(request: HttpRequest, fan: Fan) -> None:
    """Open a reader's session by a link that was theirs. It is no login: a login's own second step stays in force."""
    if SESSION_KEY in request.session:
        return  # whoever is signed in goes on as who they are
    request.session.cycle_key()
    request.session[FAN] = [fan.pk, fan.links_epoch]  # it ends with the link that opened it
    request._reader = fan  # type: ignore[attr-defined]


def follow(fan_user: User, people: Iterable[int], *, actor: User, zone: str = "UTC") -> int:
    """Let a user follow people, by their ids; return how many of them the fan sees followed.

    Nobody follows a person without an open page, or themself. Following twice is following once.
    """
    _is_own(fan_user, actor)
    wanted = list(dict.fromkeys(people))
    fan, followed = make_fan(fan_user, zone=zone), 0
    for start in range(0, len(wanted), CHUNK):
        with transaction.atomic():
            _alone(fan.pk)
            followed += _follow(fan, wanted[start : start + CHUNK])
    return followed


def _follow(fan: Fan, people: Collection[int]) -> int:
    can = followable(people).exclude(user=fan.user_id)
    ids = set(can.values_list("pk", flat=True))
    blocks = {block.person_id: block for block in Block.objects.filter(fan=fan, person__in=ids)}
    new = [pk for pk in people if pk in ids and pk not in blocks]  # as they were chosen
    Follow.objects.bulk_create([Follow(fan=fan, person_id=pk) for pk in new], ignore_conflicts=True)
    for block in blocks.values():
        if not block.looks:
            Block.objects.filter(pk=block.pk).update(looks=looks_of(Follow(since=timezone.now())))
    return len(ids)


def followable(people: Collection[int]) -> Any:
    """Return those of these persons whom somebody can follow: those with an open page."""
    return Person.objects.filter(pk__in=people, page_open=True, slug__isnull=False)


def unfollow(fan_user: User, people: Iterable[int], *, actor: User) -> None:
    """Let a user follow these people, by their ids, no longer. Harmless the second time."""
    _is_own(fan_user, actor)
    ids = list(people)
    with transaction.atomic():
        _alone(fan_user.pk)
        Follow.objects.filter(fan=fan_user.pk, person__in=ids).delete()
        Block.objects.filter(fan=fan_user.pk, person__in=ids).update(looks={})


def mute(fan_user: User, person: int, *, on: bool, actor: User) -> bool:
    """Keep a person's words out of /home/ and letters for now, or let them in again; return whether it is followed."""
    return _switch(fan_user, person, "muted", on, actor)


def let_write(fan_user: User, person: int, *, on: bool, actor: User) -> bool:
    """Let a person's words come in the fan's letters, or not; return whether the person is followed."""
    return _switch(fan_user, person, "letters", on, actor)


def say_so(fan_user: User, person: int, *, on: bool, actor: User) -> bool:
    """Let a person know by name that one follows them, or no longer; return whether the person is followed.

    Raises ValueError for a fan who told no name.
    """
    if on and not Fan.objects.filter(pk=fan_user.pk).exclude(name="").exists():
        raise ValueError("Write the name that the person is to read first.")
    return _switch(fan_user, person, "said_so", on, actor)


def _switch(fan_user: User, person: int, switch: str, on: bool, actor: User) -> bool:
    _is_own(fan_user, actor)
    with transaction.atomic():
        _alone(fan_user.pk)
        if Follow.objects.filter(fan=fan_user.pk, person=person).update(**{switch: on}):
            return True
        block = Block.objects.filter(fan=fan_user.pk, person=person).exclude(looks={}).first()
        if block is None:
            return False
        return bool(Block.objects.filter(pk=block.pk).update(looks={**block.looks, switch: on}))


def settle(fan_user: User, *, rhythm: str, zone: str, name: str, actor: User) -> None:
    """Keep how a fan wants to be written to and called. Without a name nobody is told of any follow.

    Raises ValueError for a zone or rhythm that there is not, or a name that is too long.
    """
    _is_own(fan_user, actor)
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise ValueError(f"Write your name in {LONGEST_NAME} characters or fewer.")
    zone_of(zone)
    with transaction.atomic():
        fan = make_fan(fan_user)
        again = {"bounced_at": None} if Rhythm(rhythm) != Rhythm.NEVER else {}
        Fan.objects.filter(pk=fan.pk).update(rhythm=Rhythm(rhythm), zone=zone, name=name, **again)
        if not name:
            Follow.objects.filter(fan=fan, said_so=True).update(said_so=False)
            for block in Block.objects.filter(fan=fan, looks__said_so=True):
                Block.objects.filter(pk=block.pk).update(looks={**block.looks, "said_so": False})


def end_links(fan_user: User, *, actor: User) -> Fan | None:
    """End all links in a fan's letters but those that stop them, and what they opened; return the fan as it is then."""
    _is_own(fan_user, actor)
    Fan.objects.filter(pk=fan_user.pk).update(links_epoch=next_epoch())
    return fan_of(fan_user)


def block(*, person: Person, fan: Fan, actor: User) -> bool:
    """End a fan's follow for the person, and let none begin; the fan is not told. Return whether it is new."""
    _is_the_person(person, actor)
    with transaction.atomic():
        _alone(fan.pk)
        row, is_new = Block.objects.get_or_create(person=person, fan=fan)
        follow = Follow.objects.filter(fan=fan, person=person).first()
        if follow is not None:
            Block.objects.filter(pk=row.pk).update(looks=looks_of(follow))
            follow.delete()
        if is_new:
            record("fan.blocked", actor=actor, subject=f"person:{person.pk}")
    return is_new


def unblock(*, person: Person, fan: Fan, actor: User) -> bool:
    """Lift a block: a follow that the fan still sees is one again. Return whether there was a block."""
    _is_the_person(person, actor)
    with transaction.atomic():
        _alone(fan.pk)
        row = Block.objects.filter(person=person, fan=fan).first()
        if row is None:
            return False
        row.delete()
        if row.looks:
            switches = {name: bool(row.looks.get(name)) for name in _SWITCHES}
            follow, is_new = Follow.objects.get_or_create(fan=fan, person=person, defaults=switches)
            if is_new:  # by the fan's list it never ended
                Follow.objects.filter(pk=follow.pk).update(since=datetime.fromisoformat(row.looks["since"]))
        record("fan.unblocked", actor=actor, subject=f"person:{person.pk}")
    return True


def looks_of(follow: Follow) -> dict[str, object]:
    """Return a follow as a blocked fan goes on seeing it."""
    return {"since": follow.since.isoformat(), **{name: getattr(follow, name) for name in _SWITCHES}}


def _alone(fan: int) -> None:
    """Let one at a time change what a fan follows, and how: each locks the fan's row by writing it as it is."""
    Fan.objects.filter(pk=fan).update(links_epoch=F("links_epoch"))


def _is_own(fan_user: User, actor: User) -> None:
    if fan_user.pk != actor.pk:
        raise PermissionDenied("only the fan says whom they follow")


def _is_the_person(person: Person, actor: User) -> None:
    if person.user_id is None or person.user_id != actor.pk:
        raise PermissionDenied("only the person says who may follow them")
