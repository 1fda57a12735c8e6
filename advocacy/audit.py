"""The audit log: rows are added; nothing changes or deletes one, but that erasing takes the meaning of keys away."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from advocacy.models import AuditEvent

if TYPE_CHECKING:
    from people.models import User


def record(
    verb: str,
    *,
    actor: "User | None",
    label: str = "",
    brand: str = "",
    subject: str = "",
    details: dict[str, object] | None = None,
) -> AuditEvent:
    """Add one event. label names the actor in words where no user acted (a command, a worker).

    details must hold no token, no address of a person and no private word: the log is exported.
    """
    event = _event(verb, actor, label, brand, subject, details or {})
    event.save(force_insert=True)
    return event


def record_each(verb: str, *, subjects: Iterable[str], actor: "User | None", label: str = "", brand: str = "") -> None:
    """Add an event of the same kind for each subject, in one go."""
    AuditEvent.objects.bulk_create(_event(verb, actor, label, brand, subject, {}) for subject in subjects)


def unname(*, subjects: Iterable[str], to: str) -> None:
    """Let the events about these subjects, and what these did themselves, name `to` instead, without details.

    Only erasing somebody does this: that something was done stays, about whom is no longer known.
    """
    names = list(subjects)
    AuditEvent.objects.filter(subject__in=names).update(subject=to, details={})
    AuditEvent.objects.filter(actor_label__in=names).update(actor_label=to, actor=None)


def _event(
    verb: str, actor: "User | None", label: str, brand: str, subject: str, details: dict[str, object]
) -> AuditEvent:
    name = label or (f"user:{actor.pk}" if actor else "system")
    return AuditEvent(actor=actor, actor_label=name, verb=verb, brand=brand, subject=subject, details=details)
