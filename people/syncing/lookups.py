"""Handles become network ids, ids follow renames, and closed accounts show as what they are: by batch look-up."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from people import first_shown
from people.accounts import read_account
from people.models import Account, SyncState
from people.networks.base import Adapter
from people.networks.errors import NetworkFailure, Refused
from people.networks.registry import PATHS, adapter_for
from people.networks.types import LookUp, ProfileRecord
from people.syncing import plan, store
from people.syncing.meter import AppMeter
from people.telling import people_told, posts_told

WAITING_RETRY = timedelta(minutes=10)  # a look-up that was killed leaves its accounts waiting: ask again after this


def look_up_due(
    *, before: datetime | None = None, accounts: Iterable[int] | None = None, troubles: list[str] | None = None
) -> int:
    """Look up one batch of accounts per network whose profile is due; return how many accounts were asked for.

    before: only accounts last looked up before this time count as due (so that a caller who loops comes to an end).
    Raises nothing: a network that puts us off is asked again by the next tick; its words are added to troubles.
    """
    asked = 0
    for network in PATHS:
        adapter = adapter_for(network, AppMeter(network))
        waiting = _due(network, before, accounts)
        for ids_known in (True, False):
            batch = list(waiting.filter(remote_id__isnull=not ids_known).order_by("looked_up_at")[: adapter.batch])
            mine = [account for account in batch if _claim(account)]
            asked += _ask(adapter, mine, by_id=ids_known, troubles=[] if troubles is None else troubles)
    return asked


def _ask(adapter: Adapter, mine: Sequence[Account], *, by_id: bool, troubles: list[str]) -> int:
    """Look these claimed accounts up; return how many were answered.

    One name that the network cannot make sense of spoils its batch: the batch is halved until that one stands alone.
    """
    if not mine:
        return 0
    try:
        if by_id:
            answer = adapter.look_up(ids=[a.remote_id or "" for a in mine])
        else:
            answer = adapter.look_up(handles=sorted({a.handle for a in mine}))
    except NetworkFailure as failure:
        if isinstance(failure, Refused) and failure.about == "arguments":
            if len(mine) == 1:
                turn(mine[0], Account.State.UNKNOWN)
                return 1
            half = len(mine) // 2
            return sum(_ask(adapter, part, by_id=by_id, troubles=troubles) for part in (mine[:half], mine[half:]))
        troubles.append(str(failure))
        _give_back(mine)
        return 0
    for account in mine:
        _apply(account, answer, by_id=by_id)
    return len(mine)


def waiting(accounts: Iterable[int] | None = None) -> bool:
    """Whether an account still waits for its first look-up."""
    states = Account.objects.filter(read_from__isnull=False, state=Account.State.WAITING)
    return (states if accounts is None else states.filter(pk__in=accounts)).exists()


def turn(account: Account, state: Account.State) -> None:
    """Move an account to a state, by compare-and-swap; what must no longer be shown goes away with it."""
    with transaction.atomic():  # a closed account and its posts go together, or neither
        moved = Account.objects.filter(pk=account.pk, state=account.state).exclude(state=state)
        if not moved.update(state=state, state_changed_at=timezone.now()):
            return
        if state == Account.State.ACTIVE:
            plan.read_now(account, from_start=account.state != Account.State.WAITING)
        else:
            plan.take_away(account)  # whoever reads it at this moment stores nothing more
            store.remove_all_posts(account)
        people_told([account.person_id])
    account.state = state


def _due(network: str, before: datetime | None, accounts: Iterable[int] | None) -> "QuerySet[Account]":
    now = timezone.now()
    stale = now - timedelta(seconds=settings.PROFILE_REFRESH_SECONDS)
    known = Q(looked_up_at__lt=min(stale, before) if before else stale)
    unanswered = Q(state=Account.State.WAITING) & Q(looked_up_at__lt=now - WAITING_RETRY)
    due = Account.objects.filter(
        Q(looked_up_at__isnull=True) | unanswered | known, network=network, read_from__isnull=False
    )
    return due if accounts is None else due.filter(pk__in=accounts)


def _claim(account: Account) -> bool:
    """Take an account for this look-up, so that no two workers pay for it twice."""
    free = Account.objects.filter(pk=account.pk, looked_up_at=account.looked_up_at)
    return bool(free.update(looked_up_at=timezone.now()))


def _give_back(accounts: Sequence[Account]) -> None:
    for account in accounts:
        Account.objects.filter(pk=account.pk).update(looked_up_at=account.looked_up_at)


def _apply(account: Account, answer: LookUp, *, by_id: bool) -> None:
    asked = (account.remote_id or "") if by_id else account.handle.casefold()
    for profile in answer.found:
        if asked == (profile.remote_id if by_id else profile.handle.casefold()):
            _found(account, profile)
            return
    missing = answer.missing.get(asked.casefold())
    if missing == "suspended":
        turn(account, Account.State.SUSPENDED)
    elif missing == "unknown":
        turn(account, Account.State.UNKNOWN)


def follow(account: Account, profile: ProfileRecord, *, proven: bool = False) -> bool:
    """Follow a profile that was looked up outside the ticks; return whether the account is (still) the person's own.

    proven: the profile holds the person's proof, though it is not noted yet.
    """
    _found(account, profile, proven=proven)
    return Account.objects.filter(pk=account.pk).exclude(state=Account.State.TAKEN).exists()


def _found(account: Account, profile: ProfileRecord, *, proven: bool = False) -> None:
    """Follow the profile: the id is kept for ever, the rest may have changed."""
    try:
        _note(account, profile)
    except IntegrityError:  # the id is an account here already, named by its id or by another handle
        known = Account.objects.filter(network=account.network, remote_id=profile.remote_id).first()
        if known is not None and known.person_id == account.person_id:
            _join(account, known)
            _found(known, profile, proven=proven)
            return
        ours = known is not None and (proven or account.proven) and _take_over(account, known, profile)
        if not ours:
            turn(account, Account.State.TAKEN)
            return
    account.remote_id = profile.remote_id
    turn(account, Account.State.PROTECTED if profile.protected else Account.State.ACTIVE)
    if SyncState.objects.filter(account=account.pk, parked_at__isnull=False).exists():
        plan.read_now(account)  # the network still has it: a parked account gets a new chance with each look-up


def _note(account: Account, profile: ProfileRecord) -> None:
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(
            remote_id=profile.remote_id,
            handle=profile.handle,
            display_name=profile.display_name[:200],
            avatar_url=profile.avatar_url[:500],
        )
        if account.handle != profile.handle:
            people_told([account.person_id])


def _take_over(account: Account, known: Account, profile: ProfileRecord) -> bool:
    """Let a proven account have the id that another person only claimed; return whether it has it.

    Nothing is taken from whoever is proven too, also where their proof was noted at this moment.
    """
    if known.proven:
        return False
    # Whoever stores a page locks the reading first and the account second: they end before the account is locked here
    plan.take_away(known)
    claimed = Account.objects.filter(
        pk=known.pk, remote_id=profile.remote_id, named_by_operator=False, confirmed_at__isnull=True
    )
    try:
        with transaction.atomic():
            if not claimed.update(remote_id=None, state=Account.State.TAKEN, state_changed_at=timezone.now()):
                return False
            plan.take_away(known)
            store.remove_all_posts(known)
            people_told([known.person_id])
            _note(account, profile)
    except IntegrityError:  # the id went to a third one at this moment
        return False
    return True


def _join(twin: Account, known: Account) -> None:
    """Let an account that turned out to be named twice by one person be one: whoever spoke of the twin means the other.

    Rows of other apps that point to an account are found by the models themselves; people knows none of them.
    """
    with first_shown.noting(known.person_id):
        for relation in Account._meta.related_objects:
            if relation.one_to_one:
                continue
            rows = relation.related_model._default_manager.filter(**{relation.field.name: twin})
            for row in rows:
                try:
                    with transaction.atomic():
                        type(row)._default_manager.filter(pk=row.pk).update(**{relation.field.name: known})
                except IntegrityError:
                    continue  # it says of the other account already what this row says: it goes with the twin
        if twin.read_from:
            read_account(known, since=twin.read_from, on_page=twin.page_from is not None)
        Account.objects.filter(pk=known.pk, named_by_operator=False).update(named_by_operator=twin.named_by_operator)
        twin.delete()
    people_told([known.person_id])
    posts_told(list(known.posts.values_list("pk", flat=True)))
