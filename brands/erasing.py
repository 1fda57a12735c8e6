"""What brands clear away when a person is erased, beside the rows of the register, and what is in the way of it."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import F, Q
from django.utils import timezone

from advocacy.models import Allowance
from brands.consenting import HOLDING
from brands.enrolment_steps import files
from brands.importing.addresses import read_address
from brands.importing.handles import read_accounts
from brands.importing.knowing import NETWORK
from brands.importing.records import Named
from brands.inviting import in_state, lock_enrolment
from brands.models import (
    AnswerDraft,
    Brand,
    BrandCard,
    BulkAct,
    Enrolment,
    Import,
    ImportRow,
    Invitation,
    JoinRequest,
    Role,
    Story,
    StoryPicture,
)
from brands.share_cards import KIND as CARDS
from brands.telling import brand_told
from people import erasing_traces
from people.erasing import NotErased
from people.models import Account
from people.models.user import fold_address
from people.personal import Traces
from people.queries.truths import proven_account
from people.share_cards import kept as cards


def addresses(person: int) -> Iterable[str]:
    """Return the addresses that a person's own yes has shown to be theirs: whose letter brought them to its page.

    What a brand wrote of them, or somebody typed to join, may be anybody's.
    """
    answered = Invitation.objects.filter(enrolment__person=person, ended_at=F("enrolment__consented_at"))
    return [fold_address(one.goes_to) for one in answered.select_related("enrolment")]


def stop_asking(address: str) -> None:
    """Let nobody be asked at a folded address any more: what runs ends as by a no, which no studio sees.

    Raises NotErased where somebody's yes holds under it: letters about that go there.
    """
    there = Q(address=address) | Q(address="", enrolment__email=address)
    asked = Invitation.objects.filter(there)
    theirs = Enrolment.objects.filter(state__in=HOLDING)
    yes = theirs.filter(Q(email=address) | Q(pk__in=asked.values("enrolment"))).order_by("pk")
    numbers = sorted(set(yes.values_list("person", flat=True)))
    if numbers:
        raise NotErased(f"A yes holds under this address: erase with --person {' or '.join(map(str, numbers))}.")
    running = asked.filter(enrolment__state=Enrolment.State.INVITED, revoked_at=None, ended_at=None)
    for invitation in running.order_by("enrolment"):
        lock_enrolment(invitation)
        invited = in_state(Enrolment.State.INVITED)
        same = Invitation.objects.filter(pk=invitation.pk, revoked_at=None, ended_at=None, enrolment__in=invited)
        if same.update(ended_at=timezone.now()):
            AnswerDraft.objects.filter(invitation=invitation).delete()
    JoinRequest.objects.filter(email=address).delete()  # whoever asks anew asks by themselves


def last_owner(traces: Traces) -> str:
    """Say which brands would lose their last owner; whoever changes their roles waits until the act is done."""
    mine = Role.objects.filter(name=Role.Name.OWNER, user=traces.user) if traces.user else Role.objects.none()
    owned = Brand.objects.select_for_update(no_key=True).filter(pk__in=mine.values("brand"))
    list(owned.order_by("pk").values_list("pk"))  # as brands/roles.py does
    others = Role.objects.filter(name=Role.Name.OWNER, user__is_active=True).exclude(user=traces.user)
    alone = mine.exclude(brand__in=others.values("brand")).order_by("brand__name")
    names = list(alone.values_list("brand__name", flat=True))
    if not names:
        return ""
    return f"You are the last owner of {' and '.join(names)}. Make somebody else an owner first."


def clear_away(traces: Traces) -> None:
    """Clear away cards with the person's face, lists of ids, rows of lists, and keys in the audit log."""
    _lists(traces)
    if traces.person is None:
        return
    enrolments = list(Enrolment.objects.filter(person=traces.person).values_list("pk", "brand"))
    ids = [pk for pk, _ in enrolments]
    requests = JoinRequest.objects.filter(enrolment__in=ids).values_list("pk", flat=True)
    erasing_traces.unname(traces, "join_request", requests)
    erasing_traces.unname(traces, "enrolment", ids)
    erasing_traces.unname(traces, "story", Story.objects.filter(asker=traces.person).values_list("pk", flat=True))
    _leave_leads(traces.person)
    Allowance.objects.filter(key__in=[f"enrolment:{pk}:again" for pk in ids]).delete()
    for card in BrandCard.objects.filter(shows__in=ids).distinct():
        stem, card.stem, card.alt, card.people = card.stem, "", "", 0
        card.save(update_fields=["stem", "alt", "people"])
        cards.drop(CARDS, stem)
    acts = BulkAct.objects.filter(brand__in={brand for _, brand in enrolments}).iterator(chunk_size=200)
    for act in erasing_traces.kept(traces, acts):
        _strike(act, set(ids))
    for brand in {brand for _, brand in enrolments}:
        brand_told(brand)


def _leave_leads(person: int) -> None:
    """Leave to somebody else who leads one of their stories what they say of it: the brief alone goes."""
    led = Story.objects.filter(asker=person, lead__yes_at__isnull=False).exclude(lead__person=person)
    for story in led.select_related("lead"):
        StoryPicture.objects.filter(story=story).delete()  # with its files
        Story.objects.filter(pk=story.pk).update(asker=story.lead.person_id, facts="", angles=[], links=[])


def _strike(act: BulkAct, ids: set[int]) -> None:
    """Take these enrolments out of an act on many; how many it was is kept."""
    left = [pk for pk in act.enrolments if pk not in ids]
    before = {key: was for key, was in act.before.items() if int(key) not in ids}
    if len(left) != len(act.enrolments) or len(before) != len(act.before):
        BulkAct.objects.filter(pk=act.pk).update(enrolments=left, before=before)


class _Names(NamedTuple):
    """By what a row of a list is about somebody: addresses and handles folded, ids of the network."""

    addresses: frozenset[str]
    handles: frozenset[str]
    ids: frozenset[str]

    def candidates(self) -> Q:
        """Return the condition of the rows that may be about them: a cell holds one of these, maybe inside a word."""
        found = Q(pk__in=())
        for column, values in zip(("email", "x_handle", "x_id"), self, strict=True):
            for value in values:
                found |= Q(**{f"cells__{column}__icontains": value})
        return found

    def on(self, cells: Mapping[str, str]) -> bool:
        """Return whether a row is about them, its cells read as an import reads them."""
        if read_address(cells.get("email", ""))[0] in self.addresses:
            return True
        # piece by piece: a cell with something unreadable names the others all the same
        handles = {one.handle.casefold() for piece in _pieces(cells, "x_handle") for one in _accounts(piece, "")}
        ids = {one.remote_id for piece in _pieces(cells, "x_id") for one in _accounts("", piece)}
        return bool(handles & self.handles or ids & self.ids)


def _pieces(cells: Mapping[str, str], column: str) -> list[str]:
    return re.split(r"[;,|\n]", cells.get(column, ""))


def _accounts(handle: str, remote_id: str) -> tuple[Named, ...]:
    return read_accounts(handle, remote_id, handle_column="", id_column="")[0]


def _lists(traces: Traces) -> None:
    """Empty the rows of lists that name an address or account, also those from which nobody was enrolled.

    Only accounts that are known to be theirs count: what somebody merely named may be another's.
    """
    mine = Account.objects.filter(proven_account(), person=traces.person or 0, network=NETWORK)
    accounts = list(mine.values_list("handle", "remote_id"))
    names = _Names(
        traces.addresses,
        frozenset(handle.casefold() for handle, _ in accounts),
        frozenset(remote_id for _, remote_id in accounts if remote_id),
    )
    rows = ImportRow.objects.filter(names.candidates()).values_list("pk", "cells").iterator(chunk_size=2_000)
    for chunk in erasing_traces.chunks([pk for pk, cells in erasing_traces.kept(traces, rows) if names.on(cells)]):
        traces.keep()
        # the file as it came would say it again; of an import that is done it is gone already
        for key in Import.objects.filter(rows__in=chunk).distinct().values_list("key", flat=True):
            files.drop(key)
        ImportRow.objects.filter(pk__in=chunk).update(cells={}, changes=[], problem="", troubles={})
