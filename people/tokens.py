"""The tokens of linked accounts: sealed where they lie, opened here alone, renewed by one function for everybody.

A refresh token of X is good once, and whoever shows a used one loses the link. So one run at a time renews: on
PostgreSQL under the row's lock, elsewhere under a lease taken by compare-and-swap, as a lock there would stop every
writer. The new pair is committed before anybody uses it; only a certain "no" to the newest token ends a link.
"""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from advocacy import crypto
from advocacy.audit import record
from people.models import Connection, PendingLink, Person, Revocation
from people.networks.errors import NetworkFailure, NoKey, NotNow, Reconnect
from people.networks.linking import Linking, NotGranted, Tokens, linking_for

EARLY = timedelta(minutes=10)  # a token with less time left is renewed
LAST_MOMENT = timedelta(seconds=60)  # below this it is not even good for one call
RETRY = timedelta(seconds=60)
LEASE = timedelta(seconds=60)  # longer than a call of the token endpoint may take
PATIENCE = 25.0  # seconds that one waits for another's renewal
PREVIOUS_KEPT = timedelta(hours=24)
REVOKE_FOR = timedelta(days=2)
AGAIN = "Link this account again on your desk, under Accounts."

State = Connection.State
Answer = str | NetworkFailure


def place(row: Connection | PendingLink | Revocation, column: str) -> str:
    """Return the place that a value is sealed for: table, row, network, column."""
    return f"{row._meta.db_table}|{row.pk}|{row.network}|{column}"


def sealed(row: Connection | PendingLink | Revocation, **values: str) -> dict[str, str]:
    """Return values by column, sealed for this row; "" stays ""."""
    return {column: crypto.seal(value, place(row, column)) if value else "" for column, value in values.items()}


def opened(row: Connection | PendingLink | Revocation, column: str) -> str:
    """Return a sealed value of a row, "" for none. Raises crypto.CannotOpen."""
    value: str = getattr(row, column)
    return crypto.unseal(value, place(row, column)) if value else ""


@sensitive_variables()
def fresh_token(account_id: int, *, refused: str = "") -> str:
    """Return an access token of a linked account that is good for some minutes, renewed where it has to be.

    refused is a token that the network did not take just now: another one is given. Call it outside transactions.
    Raises Reconnect where the account is not linked or must be linked again, NotNow where one has to wait.
    """
    answer = _known(_row(account_id), refused)
    if answer is None:
        renew = _renew_under_lock if database.vendor == "postgresql" else _renew_under_lease
        answer = renew(account_id, refused)
    if isinstance(answer, NetworkFailure):
        raise answer
    now = timezone.now()
    unnoted = Q(used_at=None) | Q(used_at__lt=now - timedelta(minutes=1))
    Connection.objects.filter(unnoted, pk=account_id).update(used_at=now)
    return answer


@sensitive_variables()
def token_to_send(account_id: int, renew: bool) -> str:
    """Return a token for somebody's post (see people.publishing.tokens); renew: the network did not take the last."""
    row = _row(account_id) if renew else None
    try:
        return fresh_token(account_id, refused=opened(row, "access") if row else "")
    except crypto.CannotOpen:
        return fresh_token(account_id)


def _row(account_id: int) -> Connection | None:
    return Connection.objects.filter(pk=account_id).first()


@sensitive_variables()
def _known(row: Connection | None, refused: str) -> Answer | None:
    """Return what is known without asking the network: a good token or a failure; None where it must be asked."""
    if row is None:
        return Reconnect(f"This account is not linked. {AGAIN}")
    if row.state != State.LINKED:
        return Reconnect(f"The network no longer takes the link. {AGAIN}")
    now = timezone.now()
    try:
        access = opened(row, "access")
    except crypto.CannotOpen:
        return NoKey("the key that sealed this account's token is missing: the operator must add it", now + RETRY)
    if access and access != refused and (row.access_ends_at is None or row.access_ends_at > now + EARLY):
        return access
    if row.retry_at and row.retry_at > now:
        return _until_then(row, access, refused)
    return None


@sensitive_variables()
def _until_then(row: Connection, access: str, refused: str) -> Answer:
    """Return what serves while the network cannot be asked: the old token as long as it is good, else the wait."""
    now = timezone.now()
    if access and access != refused and (row.access_ends_at is None or row.access_ends_at > now + LAST_MOMENT):
        return access
    return NotNow(row.trouble or "the network could not be asked for a new token", row.retry_at or now + RETRY)


@sensitive_variables()
def _renew_under_lock(account_id: int, refused: str) -> Answer:
    with transaction.atomic(durable=True):
        row = Connection.objects.select_for_update().filter(pk=account_id).first()
        answer = _known(row, refused)  # another run may have renewed while this one waited
        if answer is None and row is not None:
            answer = _ask(row, refused)
    assert answer is not None  # noqa: S101 - without a row _known says so
    return answer


@sensitive_variables()
def _renew_under_lease(account_id: int, refused: str) -> Answer:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        row = _row(account_id)
        answer = _known(row, refused)
        if answer is not None or row is None:
            return answer or Reconnect(AGAIN)
        now, me = timezone.now(), uuid.uuid4()
        free = Q(refreshing_until=None) | Q(refreshing_until__lte=now)
        mine = Connection.objects.filter(free, pk=account_id, version=row.version)
        if mine.update(refreshing=me, refreshing_until=now + LEASE):
            try:
                return _ask(row, refused)
            finally:
                Connection.objects.filter(pk=account_id, refreshing=me).update(refreshing=None, refreshing_until=None)
        time.sleep(0.05)
    return NotNow("another run is renewing the token", timezone.now() + RETRY)


@sensitive_variables()
def _ask(row: Connection, refused: str) -> Answer:
    """Ask the network for a new pair and store it. Whoever calls is the only one who does so for this row."""
    same = Connection.objects.filter(pk=row.pk, version=row.version)
    now = timezone.now()
    try:
        linking = linking_for(row.network)
        old = opened(row, "refresh")
        if not old:
            raise NotGranted("the network gave no token by which to renew this one")
        tokens = linking.refresh(old)
    except NotGranted as no:
        if same.update(**_end_of(now, str(no))):
            record("account.link_broken", actor=None, label="worker", subject=f"account:{row.pk}")
        return Reconnect(f"The network no longer takes the link. {AGAIN}")
    except (NetworkFailure, crypto.CannotOpen, KeyError) as trouble:
        known = isinstance(trouble, NetworkFailure)
        row.retry_at = max(now + RETRY, trouble.until) if isinstance(trouble, NotNow) else now + RETRY
        row.trouble = str(trouble)[:200] if known else "this site cannot renew links now: the operator must look"
        same.update(retry_at=row.retry_at, trouble=row.trouble)
        try:
            return _until_then(row, opened(row, "access"), refused)
        except crypto.CannotOpen:
            return NotNow(row.trouble, row.retry_at)
    stored = same.update(**_pair(row, tokens, linking), **_previous(row, old))
    if not stored:  # unlinked or linked anew meanwhile: nobody may go on with this pair
        if not Connection.objects.filter(pk=row.pk).exists():  # see keep_pair
            owe_revocation(row, token=tokens.refresh or tokens.access)
        return NotNow("the link was changed at this moment", now + RETRY)
    return tokens.access


def _end_of(now: datetime, words: str) -> dict[str, object]:
    """Return the columns of a link that the network ended: nothing is kept of its tokens, and the person is told."""
    gone = {"access": "", "refresh": "", "previous": "", "previous_until": None, "access_ends_at": None}
    told = {"state": State.BROKEN, "broken_at": now, "tell_at": now, "trouble": words[:200]}
    return {**gone, **told, "ends_at": None, "retry_at": None}


@sensitive_variables()
def _pair(row: Connection, tokens: Tokens, linking: Linking) -> dict[str, object]:
    """Return the columns of a new pair. A refresh token is never replaced by nothing."""
    new = {"access": tokens.access} | ({"refresh": tokens.refresh} if tokens.refresh else {})
    now = timezone.now()
    return {
        **sealed(row, **new),
        "access_ends_at": tokens.ends_at,
        "ends_at": now + linking.unused_life if linking.unused_life else None,
        "scopes": list(tokens.scopes) or row.scopes,
        "version": row.version + 1,
        "retry_at": None,
        "trouble": "",
        "warned_days": None,
    }


@sensitive_variables()
def _previous(row: Connection, refresh: str) -> dict[str, object]:
    """Return the columns that keep the pair before this one for a day, for whoever has to mend something by hand."""
    pair = json.dumps([opened(row, "access"), refresh])
    return {**sealed(row, previous=pair), "previous_until": timezone.now() + PREVIOUS_KEPT}


@sensitive_variables()
def keep_pair(row: Connection, tokens: Tokens) -> None:
    """Write a pair that a person just allowed into their connection. Call it in the transaction of the link.

    The pair that it replaces is destroyed here, and the network is not asked to forget it: no network says that this
    ends that pair alone, and one that ends all that a person allowed an app would end the new one with it.
    """
    now = timezone.now()
    columns = _pair(row, tokens, linking_for(row.network))
    columns |= {"state": State.LINKED, "broken_at": None, "tell_at": None, "linked_at": now, "previous": ""}
    columns |= {"previous_until": None, "refreshing": None, "refreshing_until": None}
    Connection.objects.filter(pk=row.pk).update(**columns)


@sensitive_variables()
def _opened_or_none(row: Connection | PendingLink) -> str | None:
    """Return the token by which a network ends a row's pair, "" for none; None where the key of the seal is missing."""
    try:
        return opened(row, "refresh") or opened(row, "access")
    except crypto.CannotOpen:
        return None


@sensitive_variables()
def owe_revocation(row: Connection | PendingLink, *, token: str = "", to: Person | None = None) -> None:
    """Note that the network is to forget a token: token, or the one that the row has; nothing where it has none.

    Nothing is owed for a link that was begun to an account which is linked: no network says that this would end that
    pair alone. to: who is told if that does not succeed.
    """
    if isinstance(row, PendingLink) and row.remote_id:
        whose = Q(account__network=row.network, account__remote_id=row.remote_id)
        if Connection.objects.filter(whose, state=State.LINKED).exists():
            return
    token = token or _opened_or_none(row) or ""
    if not token:
        return  # nothing is there, or the key is lost: who has lost it cannot revoke either
    now = timezone.now()
    subject = f"account:{row.pk}" if isinstance(row, Connection) else f"person:{row.person_id}"
    handle = row.account.handle if isinstance(row, Connection) else row.handle
    with transaction.atomic():
        debt = Revocation.objects.create(
            network=row.network, person=to, subject=subject, handle=handle, due_at=now, give_up_at=now + REVOKE_FOR
        )
        Revocation.objects.filter(pk=debt.pk).update(**sealed(debt, token=token))


def forget_previous() -> int:
    """Destroy pairs that are no longer kept; return how many."""
    old = Connection.objects.filter(previous_until__lte=timezone.now())
    return old.update(previous="", previous_until=None)


SEALED: Mapping[type[Connection | PendingLink | Revocation], tuple[str, ...]] = {
    Connection: ("access", "refresh", "previous"),
    PendingLink: ("verifier", "access", "refresh"),
    Revocation: ("token",),
}


def resealers() -> dict[str, Callable[[], crypto.Resealed]]:
    """Return who seals the tokens of each table anew; see advocacy.crypto.register_resealer."""
    return {
        "linked accounts": lambda: _reseal(Connection),
        "links being made": lambda: _reseal(PendingLink),
        "links being revoked": lambda: _reseal(Revocation),
    }


def _reseal(model: type[Connection | PendingLink | Revocation]) -> crypto.Resealed:
    anew = kept = lost = 0
    for row in model._default_manager.order_by("pk").iterator(chunk_size=500):
        for column in SEALED[model]:
            value = getattr(row, column)
            if not value:
                continue
            try:
                new = crypto.resealed(value, place(row, column))
            except crypto.CannotOpen:
                lost += 1
                continue
            if new is None:
                kept += 1
            else:  # a pair that was renewed at this moment has the newest key by itself
                anew += model._default_manager.filter(pk=row.pk, **{column: value}).update(**{column: new})
    return crypto.Resealed(anew, kept, lost)
