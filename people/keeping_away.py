"""An address whose owner wants to hear nothing from here, ever: nobody is asked there, and nobody learns why.

Whoever never answered has no page to be erased, and what brands wrote on their lists is theirs. The operator does it.
"""

from collections.abc import Callable

from django.db import transaction

from advocacy.audit import record
from people import tombstones
from people.erasing import NotErased, unused_login
from people.models import FollowRequest, PostReport, User
from people.models.user import fold_address

Stopper = Callable[[str], None]
_stoppers: list[Stopper] = []


def register(stopper: Stopper) -> None:
    """Let somebody stop what they send to an address, within the transaction; they raise NotErased where they cannot.

    An address comes folded.
    """
    if stopper not in _stoppers:
        _stoppers.append(stopper)


def keep_away(address: str, *, label: str) -> bool:
    """Keep an address away as if somebody had been erased under it; return whether that is new.

    What is open there ends in silence. label: who does it, in words. Only the owner's own act lifts it. Raises
    NotErased where the address is a login in use, or somebody's yes holds under it: those are erased otherwise.
    """
    address = fold_address(address)
    with transaction.atomic():
        new = not tombstones.known(tombstones.Kind.ADDRESS, [address])
        user = User.objects.filter(email=address).first()
        if user and not unused_login(address):
            raise NotErased("This address is a login here: erase the fan with --fan, a person with --person.")
        for stopper in _stoppers:
            stopper(address)
        if user:
            user.delete()
        FollowRequest.objects.filter(email=address).delete()
        PostReport.objects.filter(email=address).update(email="")
        tombstones.put(tombstones.Kind.ADDRESS, [address])
        if new:
            record("address.kept_away", actor=None, label=label)
    return new
