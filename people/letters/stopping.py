"""Ending letters: by one click of the fan, or because the mail system says that nobody is at their address."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from people.models import Fan, Letter, Rhythm, User
from people.models.user import fold_address

Noter = Callable[[str], int]
_noters: list[Noter] = []
_UNSENT = (Letter.State.DUE, Letter.State.CLAIMED)


def register(noter: Noter) -> None:
    """Let somebody hear of a folded address that bounced; they return how many of their letters went there."""
    if noter not in _noters:
        _noters.append(noter)


def stop_letters(fan: Fan) -> None:
    """Write to a fan no more: nothing that has not begun to leave goes out. Harmless the second time."""
    with transaction.atomic():
        Fan.objects.filter(pk=fan.pk).exclude(rhythm=Rhythm.NEVER).update(rhythm=Rhythm.NEVER)
        _drop(fan, "stopped")


def bounced(fan: Fan) -> bool:
    """Write to a fan no more, as nobody is at their address; return whether that was new."""
    with transaction.atomic():
        new = Fan.objects.filter(pk=fan.pk, bounced_at=None).update(bounced_at=timezone.now())
        _drop(fan, "bounced")
    return bool(new)


def bounced_address(address: str) -> bool | None:
    """Do so for the fan at an address, and for whatever else goes there; return None where nothing does."""
    fan = _at(address)
    noted = sum(noter(fold_address(address)) for noter in _noters)
    return (bounced(fan) if fan else False) or bool(noted) if fan or noted else None


def lift(address: str) -> bool | None:
    """Write again to the fan at an address that bounced; return whether it had, None where no fan has it."""
    fan = _at(address)
    return bool(Fan.objects.filter(pk=fan.pk).exclude(bounced_at=None).update(bounced_at=None)) if fan else None


def _at(address: str) -> Fan | None:
    user = User.objects.filter(email=fold_address(address)).first()
    return Fan.objects.filter(pk=user.pk).first() if user else None


def _drop(fan: Fan, why: str) -> None:
    """Let what has not begun to leave come to nothing; a run that draws it loses it."""
    unsent = Letter.objects.filter(fan=fan, state__in=_UNSENT)
    unsent.update(
        state=Letter.State.NOTHING, said=why, next_due_at=None, ended_at=timezone.now(), owner=None, lease_until=None
    )
