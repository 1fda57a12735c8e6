"""A person's accounts: naming one, and letting it be read or not. Nothing here calls a network."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from people import post_pictures
from people.models import Account, Person, PostPicture, SyncState
from people.telling import people_told


@dataclass(frozen=True, slots=True)
class Taken:
    """The account is another person's: one account, one person."""

    network: str
    remote_id: str | None
    handle: str


def name_account(
    person: Person, *, network: str, handle: str, remote_id: str | None = None, named_by_operator: bool = False
) -> Account | Taken:
    """Note that a person has this account; return it, or Taken where it is known as somebody else's.

    A network id counts before a handle, which may be out of date. The account waits for a look-up that says whether
    it exists; a handle that a look-up has corrected is left as it is.
    """
    known = Account.objects.filter(network=network)
    if remote_id is None:
        return _by_handle(person, network, handle, named_by_operator)
    account = known.filter(remote_id=remote_id).first()
    if account is None:
        # the same account may have been named by its handle only
        account = known.filter(person=person, remote_id=None, handle__iexact=handle).first() if handle else None
        try:
            with transaction.atomic():
                if account is not None:
                    known.filter(pk=account.pk, remote_id=None).update(
                        remote_id=remote_id, state=Account.State.WAITING, looked_up_at=None
                    )
                    account.refresh_from_db()
                    people_told([person.pk])
                    return account
                return Account.objects.create(
                    person=person,
                    network=network,
                    remote_id=remote_id,
                    handle=handle,
                    named_by_operator=named_by_operator,
                )
        except IntegrityError:  # somebody else named it at this moment
            account = known.get(remote_id=remote_id)
    if account.person_id != person.pk:
        return Taken(network, remote_id, handle)
    return account


def name_new_accounts(wanted: Mapping[str, tuple[Person, str]], *, network: str) -> list[Account]:
    """Name accounts of people who have none yet, for the operator; return those that nobody had, and only they exist.

    wanted: (person, handle) by network id. Raises IntegrityError where somebody else names one at this moment.
    """
    known = Account.objects.filter(network=network, remote_id__in=list(wanted))
    there = set(known.values_list("remote_id", flat=True))
    return Account.objects.bulk_create(
        Account(person=person, network=network, remote_id=remote_id, handle=handle, named_by_operator=True)
        for remote_id, (person, handle) in wanted.items()
        if remote_id not in there
    )


def _by_handle(person: Person, network: str, handle: str, named_by_operator: bool) -> Account | Taken:
    same = list(Account.objects.filter(network=network, handle__iexact=handle).order_by("pk"))
    for account in same:
        if account.person_id == person.pk:
            return account
    if same:
        return Taken(network, None, handle)
    return Account.objects.create(person=person, network=network, handle=handle, named_by_operator=named_by_operator)


def read_account(account: Account, *, since: datetime, on_page: bool) -> None:
    """Let an account be read, from the time of the earliest yes on.

    on_page: the person's own page shows the posts from since on. An earlier since than before reads the account anew.
    """
    with transaction.atomic():
        locked(account)
        _read(account, since, on_page)


def locked(account: Account) -> Account:
    """Lock an account's row until the transaction ends, and take its reading times over as they are now.

    Two yeses, or a yes and a leaving, of one account come one after the other by this.
    """
    now = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    account.read_from, account.page_from = now.read_from, now.page_from
    return account


def _read(account: Account, since: datetime, on_page: bool) -> None:
    earlier = account.read_from is None or since < account.read_from
    if earlier:
        account.read_from = since
    if on_page and (account.page_from is None or since < account.page_from):
        account.page_from = since
    account.save(update_fields=["read_from", "page_from"])
    people_told([account.person_id])
    now = timezone.now()
    _, made = SyncState.objects.get_or_create(account=account, defaults={"due_at": now})
    if earlier and not made:
        # Posts before the cursor are wanted now: whoever is reading loses the claim, so that no cursor comes after
        SyncState.objects.filter(account=account).update(due_at=now, cursor="", claim=F("claim") + 1, lease_until=None)


def narrow_account(account: Account, *, since: datetime, page_from: datetime | None) -> None:
    """Let an account be read from a later time on than before, as a yes ended that asked for more."""
    account.read_from, account.page_from = since, page_from
    account.save(update_fields=["read_from", "page_from"])
    people_told([account.person_id])


def stop_reading(account: Account, *, on_page: bool) -> None:
    """End the reading of an account, as nobody's yes asks for it any longer; who reads it now loses the claim.

    on_page: the person's own page goes on showing what it showed of this account.
    """
    account.read_from = None
    if not on_page:
        account.page_from = None
    account.save(update_fields=["read_from", "page_from"])
    people_told([account.person_id])
    SyncState.objects.filter(account=account).update(claim=F("claim") + 1, lease_until=None)
    if account.page_from is None:
        post_pictures.let_go(PostPicture.objects.filter(post__account=account))
