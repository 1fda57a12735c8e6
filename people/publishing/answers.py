"""What a person answers where nobody can tell whether their words went out: the three buttons, and their verbs."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from advocacy.audit import record
from people.models import Attempt, Delivery, User
from people.networks.links import handle_in_link, id_in_link
from people.networks.types import Published
from people.publishing import settling
from people.publishing.clock import DbNow, after
from people.publishing.moves import ASKED_ANEW, FREE, State, move, note

ANSWER = Attempt.Act.ANSWER


class Answered(ValueError):
    """It waits for no answer any longer: it was found, or somebody answered already."""


def it_is_there(*, delivery: Delivery, link: str, actor: User) -> None:
    """The person found it at the network and gives its address. Raises Answered, ValueError, PermissionDenied."""
    _own(delivery, actor)
    remote_id = id_in_link(delivery.account.network, link)
    if not remote_id:
        raise ValueError("this is not the address of one post there: copy the address of the post itself")
    named = handle_in_link(delivery.account.network, link)
    if named and named.casefold() != delivery.account.handle.casefold():
        raise ValueError(f"this is a post of @{named}: copy the address of yours")
    with transaction.atomic():
        asked = Delivery.objects.select_for_update(no_key=True).filter(pk=delivery.pk, state=State.NEEDS_HUMAN)
        if not list(asked.values_list("pk")):  # another answer of theirs comes before or after this one
            raise Answered("it waits for no answer any longer")
        if not settling.published(delivery.pk, Published(remote_id), run=None, act=ANSWER):
            raise ValueError("this address is that of another post of yours here")
        _note("delivery.found_by_hand", delivery, actor)
    delivery.refresh_from_db()


def send_again(*, delivery: Delivery, actor: User) -> None:
    """The person looked, it is not there, and it shall go out. Raises Answered, PermissionDenied."""
    _own(delivery, actor)
    with transaction.atomic():
        if not move(
            delivery.pk,
            come_from=[State.NEEDS_HUMAN],
            to=State.SCHEDULED,
            ambiguous=False,
            refused=False,
            unauthorized=False,
            crash_count=0,
            resends=0,
            reads=0,
            candidate="",
            reason="",
            trouble="",
            next_due_at=DbNow(),
            late_after=after("late"),
            **FREE,
            **ASKED_ANEW,
        ):
            raise Answered("it waits for no answer any longer")
        note(delivery.pk, run=None, act=ANSWER, outcome="send_again")
        _note("delivery.sent_again", delivery, actor)
    delivery.refresh_from_db()


def drop(*, delivery: Delivery, actor: User) -> None:
    """The person does not want it to go out any more. Raises Answered, PermissionDenied.

    Its price stays taken: it may be out.
    """
    _own(delivery, actor)
    with transaction.atomic():
        if not move(delivery.pk, come_from=[State.NEEDS_HUMAN], to=State.CANCELLED, next_due_at=None, **FREE):
            raise Answered("it waits for no answer any longer")
        note(delivery.pk, run=None, act=ANSWER, outcome="dropped")
        _note("delivery.dropped", delivery, actor)
    delivery.refresh_from_db()


def _own(delivery: Delivery, actor: User) -> None:
    if delivery.person.user_id != actor.pk:
        raise PermissionDenied("only the author answers for their words")


def _note(verb: str, delivery: Delivery, actor: User) -> None:
    details = {"words": delivery.text_hash, "account": delivery.account_id}
    record(verb, actor=actor, subject=f"delivery:{delivery.pk}", details=details)
