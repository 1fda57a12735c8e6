"""Erasing a person, or a fan, for good: asked for in one act, done by workers, begun anew where one was killed.

From the moment of the act nothing of them is public, nothing is sent and nobody signs in as them. Then a worker waits
for what was being sent at that moment, puts tombstones, clears away what people/erasing_traces.py and the apps name,
and lets the rows of the register go.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from advocacy.audit import record
from people import erasing_traces, personal, post_pictures, sections
from people.models import Erasure, Fan, Person, PostPicture, User
from people.personal import Entry, Fate, Traces
from people.publishing import ending
from people.telling import people_told

LEASE = timedelta(minutes=2)  # renewed with each chunk of rows
LOOK_AGAIN = timedelta(seconds=20)  # whether what was being sent is known by now
State, Kind = Erasure.State, Erasure.Kind


class NotErased(Exception):
    """Something must be done before; the words say what."""


class Lost(Exception):
    """Another worker has the erasure now."""


def erase_person(*, person: Person, actor: User | None, label: str = "") -> Erasure:
    """Erase a person with their login and all that they said here; return the row that says how far it is.

    actor: the person; None for the operator, whose label says so. A second time changes nothing. Raises
    PermissionDenied, NotErased.
    """
    if actor is not None and person.user_id != actor.pk:
        raise PermissionDenied("only the person erases themselves")
    there = Erasure.objects.filter(person=person.pk).first()
    if there is not None:
        return there
    try:
        with transaction.atomic():
            login = person.user_id or _named_login(person)
            erasure = Erasure.objects.create(key=secrets.token_hex(16), kind=Kind.PERSON, person=person.pk, login=login)
            words = personal.objection(Traces("", person.pk, person.user_id))
            if words:
                raise NotErased(words)
            Person.objects.filter(pk=person.pk).update(page_open=False, changed_at=timezone.now())
            User.objects.filter(Q(person=person) | Q(pk=login)).update(is_active=False)
            ending.call_off(person.pk)
            record("person.erasure_asked", actor=actor, label=label, subject=f"person:{person.pk}")
            people_told([person.pk])
            post_pictures.let_go(PostPicture.objects.filter(post__person=person))
    except IntegrityError:  # a second press at this moment
        return Erasure.objects.get(person=person.pk)
    return erasure


def erase_fan(user: User, *, actor: User | None, label: str = "") -> Erasure:
    """Erase what makes a login a fan; the login too, where it is nobody's person and does nothing for a brand.

    actor: the fan; None for the operator, or where the link of a letter was used. Raises PermissionDenied.
    """
    if actor is not None and actor.pk != user.pk:
        raise PermissionDenied("only the fan erases themselves")
    there = Erasure.objects.filter(login=user.pk).order_by("pk").first()
    if there is not None:
        return there
    with transaction.atomic():
        erasure = Erasure.objects.create(key=secrets.token_hex(16), kind=Kind.FAN, login=user.pk)
        if not _stays(user):
            User.objects.filter(pk=user.pk).update(is_active=False)
        record("fan.erasure_asked", actor=actor, label=label, subject=f"user:{user.pk}")
    return erasure


def unused_login(address: str) -> User | None:
    """Return the login of a folded address that nobody has used: a yes made it of what somebody typed, or a form.

    None where there is none, or its owner has confirmed the address, signed in, follows, or does something here.
    """
    user = User.objects.filter(email=address).first()
    if user is None or user.last_login or user.is_staff or sections.duties(user):
        return None
    shown = EmailAddress.objects.filter(user=user, verified=True).exists()
    used = shown or Person.objects.filter(user=user).exists() or Fan.objects.filter(user=user).exists()
    return None if used else user


def _named_login(person: Person) -> int | None:
    """Return the id of the login that a person's yes made of their private address, while it is nobody else's."""
    if not person.login_address:
        return None
    if Person.objects.filter(login_address=person.login_address).exclude(pk=person.pk).exists():
        return None
    user = unused_login(person.login_address)
    return user.pk if user else None


def found(key: str) -> Erasure | None:
    """Return the erasure whose page has this key."""
    return Erasure.objects.filter(key=key).first()


def carry_on() -> int:
    """Erase who is to be erased; return how many are done. Harmless when it runs 0, 1 or n times."""
    now, done = timezone.now(), 0
    waiting = Erasure.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now)).exclude(state=State.DONE)
    for row in waiting.order_by("asked_at", "pk")[:20]:
        mine = Erasure.objects.filter(pk=row.pk, claim=row.claim).exclude(state=State.DONE)
        if not mine.update(claim=F("claim") + 1, state=State.WORKING, lease_until=timezone.now() + LEASE):
            continue
        row.claim += 1
        try:
            if row.person is not None and not ending.over(row.person, since=row.asked_at):
                _later(row)
                continue
            _erase(row)
        except Lost:
            continue
        done += 1
    return done


def waits(row: Erasure) -> bool:
    """Return whether an erasure waits to learn what became of a post that was being sent as it was asked for."""
    return row.person is not None and ending.on_its_way(row.person)


def _stays(user: User) -> bool:
    """Return whether a login is more than a fan's."""
    # somebody who named its address at their yes and has not signed in yet needs it, too
    persons = Q(user=user) | Q(user=None, login_address=user.email)
    return Person.objects.filter(persons).exists() or bool(sections.duties(user)) or user.is_staff


def _erase(row: Erasure) -> None:
    keep = _keeper(row)
    traces = _traces(row, keep)
    for step in personal.steps():
        keep()
        step(traces)
    for entry in _in_order():
        keep()
        _carry_out(entry, traces, keep)
    erasing_traces.forget_versions(traces)
    mine = Erasure.objects.filter(pk=row.pk, claim=row.claim)
    with transaction.atomic():
        if not mine.update(state=State.DONE, person=None, login=None, done_at=timezone.now(), lease_until=None):
            raise Lost
        record(f"{row.kind}.erased", actor=None, label="worker", subject=erasing_traces.subject(traces))


def _in_order() -> list[Entry]:
    """Return the register as a killed worker's successor needs it: what is found by addresses goes before those."""
    return sorted((entry for entry in personal.entries() if entry.fate != Fate.KEPT), key=_turn)


def _turn(entry: Entry) -> int:
    if entry.names_address:
        return 2
    if entry.address:
        return 1
    return 0 if entry.fate == Fate.BLANK else 3


def _traces(row: Erasure, keep: Callable[[], None]) -> Traces:
    user = User.objects.filter(pk=row.login).first() if row.login else None
    fan_only = row.kind == Kind.FAN and user is not None and _stays(user)
    addresses = erasing_traces.addresses_of(row.person, row.login)
    return Traces(row.key, row.person, row.login, fan_only, addresses, keep)


def _keeper(row: Erasure) -> Callable[[], None]:
    """Return what renews the claim. Raises Lost where another worker has taken it."""

    def keep() -> None:
        if not Erasure.objects.filter(pk=row.pk, claim=row.claim).update(lease_until=timezone.now() + LEASE):
            raise Lost

    return keep


def _later(row: Erasure) -> None:
    Erasure.objects.filter(pk=row.pk, claim=row.claim).update(lease_until=timezone.now() + LOOK_AGAIN)


def _carry_out(entry: Entry, traces: Traces, keep: Callable[[], None]) -> None:
    """Let the rows of one table go, in chunks, or empty their columns."""
    condition = entry.of(traces)
    if condition is None:
        return
    rows = entry.table._default_manager.filter(condition)
    if entry.fate == Fate.BLANK:
        rows.update(**entry.blank)
        return
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[: erasing_traces.CHUNK]):
        keep()
        entry.table._default_manager.filter(pk__in=ids).delete()
