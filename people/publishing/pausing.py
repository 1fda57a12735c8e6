"""Pause and resume: nothing is sent for an account, a person, a network or the whole site while a pause holds."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q

from advocacy.audit import record
from people.models import Delivery, Pause, User
from people.publishing.clock import DbNow
from people.publishing.epoch import RESTORED
from people.publishing.moves import TOLD_ANEW, WHEN_DUE, in_order

Scope = Pause.Scope
LOOKED_AT = timedelta(seconds=90)  # what is let go is claimed by then; its author is told within five minutes
_WORDS = {
    Scope.SITE: "publishing is paused on this site",
    Scope.NETWORK: "publishing is paused for this network",
    Scope.PERSON: "you paused publishing",
    Scope.ACCOUNT: "publishing is paused for this account",
}


def pause(*, scope: Scope, subject: str = "", actor: User | None, label: str = "") -> bool:
    """Let nothing be sent until `resume`; return whether that is new. Raises PermissionDenied, ValueError.

    subject: "" for the site, the network's key, or the id of the person or account. Without an actor it is the
    operator, whose name in words is label.
    """
    _may(scope, subject, actor)
    try:
        with transaction.atomic():
            Pause.objects.create(scope=scope, subject=subject, by=actor, label=label or _label(actor))
            record("publishing.paused", actor=actor, label=label, subject=f"{scope}:{subject}".rstrip(":"))
    except IntegrityError:
        return False
    return True


def resume(*, scope: Scope, subject: str = "", actor: User | None, label: str = "") -> bool:
    """End a pause; what it held is looked at again at once. Return whether there was one. Raises as `pause` does."""
    _may(scope, subject, actor)
    with transaction.atomic():
        gone, _ = Pause.objects.filter(scope=scope, subject=subject).delete()
        if gone:
            record("publishing.resumed", actor=actor, label=label, subject=f"{scope}:{subject}".rstrip(":"))
            look_again(_covered(scope, subject))
    return bool(gone)


def look_again(rows: Q) -> int:
    """Let held deliveries of which this is true be looked at now, or when they are due; return how many.

    What holds them after that is told anew; for a while nothing is, as what is over now still stands in the row.
    """
    held = Delivery.objects.filter(rows, state=Delivery.State.HELD).exclude(reason=RESTORED)
    anew = {**TOLD_ANEW, "tell_after": DbNow() + LOOKED_AT}
    with transaction.atomic():
        mine = held.filter(pk__in=in_order(held))
        return mine.update(next_due_at=WHEN_DUE, rung_at=None, **anew)


def holding(delivery: Delivery) -> str:
    """Return what holds a delivery, in words; "" where nothing does. One query."""
    scopes = Q(scope=Scope.SITE) | Q(scope=Scope.NETWORK, subject=delivery.account.network)
    scopes |= Q(scope=Scope.PERSON, subject=str(delivery.person_id))
    scopes |= Q(scope=Scope.ACCOUNT, subject=str(delivery.account_id))
    found = Pause.objects.filter(scopes).order_by("pk").values_list("scope", flat=True).first()
    return _WORDS[Scope(found)] if found else ""


def _covered(scope: Scope, subject: str) -> Q:
    return {
        Scope.SITE: lambda: Q(),
        Scope.NETWORK: lambda: Q(account__network=subject),
        Scope.PERSON: lambda: Q(person=int(subject)),
        Scope.ACCOUNT: lambda: Q(account=int(subject)),
    }[scope]()


def _may(scope: Scope, subject: str, actor: User | None) -> None:
    """The operator pauses anything; a person pauses themselves and their accounts."""
    if scope in {Scope.PERSON, Scope.ACCOUNT} and not subject.isdigit():
        raise ValueError(f"{scope.label} is named by its number")
    if actor is None or actor.is_superuser:
        return
    person = getattr(actor, "person", None)
    own = person is not None and (
        (scope == Scope.PERSON and subject == str(person.pk))
        or (scope == Scope.ACCOUNT and person.accounts.filter(pk=int(subject)).exists())
    )
    if not own:
        raise PermissionDenied("only the operator pauses what is not your own")


def _label(actor: User | None) -> str:
    return f"user:{actor.pk}" if actor else "operator"
