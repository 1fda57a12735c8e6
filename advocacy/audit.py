"""The audit log: one function adds a row; nothing changes or deletes one."""

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
    return AuditEvent.objects.create(
        actor=actor,
        actor_label=label or (f"user:{actor.pk}" if actor else "system"),
        verb=verb,
        brand=brand,
        subject=subject,
        details=details or {},
    )
