"""A person's yes to a brand and its end. There are two ways to a yes: the operator's, by a consent on file, and the
person's own act on the page of their invitation (answering.py)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from advocacy.audit import record
from brands import alumni, speaking
from brands.enrolling import NotMoved, Yes, move, subject_of
from brands.feed import place_enrolment
from brands.inviting import said_no
from brands.models import Enrolment, ShownAccount
from brands.telling import place_told
from people import accounts as people_accounts
from people import first_shown, profiles, tombstones
from people.models import Account, Person, User
from people.profile_changes import closed_by, open_own_page

# states in which a yes holds: the account is read on, whatever the brand's page shows at the moment
HOLDING = (Enrolment.State.ACTIVE, Enrolment.State.PAUSED, Enrolment.State.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a consent on file covers: where it is kept, what may be shown ("all" or "picked"), from when on."""

    reference: str
    shows: str
    since: datetime


@dataclass(frozen=True, slots=True)
class PersonsYes:
    """What a person said yes to: when, and for each account what may be shown of it from then on ("all", "picked").

    opens: they want their page open again, which they had closed.
    """

    at: datetime
    shown: tuple[tuple[Account, str], ...]
    opens: bool = False


def record_yes(*, enrolment: Enrolment, yes: PersonsYes, actor: User | None) -> None:
    """Record the person's own yes: they become active, their page opens, their accounts are read from now on.

    A page that a word closed stays closed, and no brand shows them: see stays_closed. Call it inside the transaction
    that ends the invitation. Raises NotMoved where they are not invited.
    """
    come_back(enrolment, yes, actor=actor)
    for account, shows in yes.shown:
        ShownAccount.objects.create(enrolment=enrolment, account=account, shows=shows, since=yes.at)
    label = "" if actor else "invitation"
    _open_page(enrolment.person, opens=yes.opens, actor=actor, label=label)
    move(enrolment, to=Enrolment.State.ACTIVE, actor=actor, label=label, yes=Yes(at=yes.at))
    for account, shows in yes.shown:
        people_accounts.read_account(account, since=yes.at, on_page=shows == ShownAccount.Shows.ALL)
    # a post that another yes lets be stored at this moment does not see this one: look again
    transaction.on_commit(partial(place_enrolment, enrolment))


def stays_closed(person: Person) -> str:
    """Return whose word keeps a page closed although its person says yes to a brand; "" where the yes opens it.

    "person": they may have it opened with the same press, for they had closed it themselves. "operator": it was closed
    for their safety, and whoever reads the letter of an invitation may not be they. A page that closed with the last
    yes of somebody who cannot sign in opens with the next.
    """
    if person.slug is None or person.page_open:
        return ""
    alone = person.user_id is None and not person.enrolments.filter(state__in=HOLDING).exists()
    return closed_by(person) or ("" if alone else "person")


def _open_page(person: Person, *, opens: bool, actor: User | None, label: str) -> None:
    closed = stays_closed(person)
    if closed == "person" and opens:
        open_own_page(person=person, actor=actor, label=label)
    elif not closed and not (person.slug and person.page_open):
        profiles.open_page(person)


def come_back(enrolment: Enrolment, yes: PersonsYes, *, actor: User | None) -> None:
    """Forget what keeps the person away: they were erased before, and this is their own new yes.

    Only what is known to be theirs: where they were written to, their login, accounts with a proof. An account or a
    private address that they merely named may be of somebody who stays away; its own proof forgets it.
    """
    answered = enrolment.invitations.filter(ended_at=yes.at)  # only its letter brings anybody to its page
    tombstones.lift(tombstones.Kind.ADDRESS, {*(one.goes_to for one in answered), actor.email if actor else ""})
    for account, _ in yes.shown:
        if account.proven:
            tombstones.lift_account(account.network, account.remote_id or "", account.handle)


def consent_on_file(
    *,
    enrolment: Enrolment,
    accounts: Sequence[Account],
    scope: Scope,
    actor: User | None,
    label: str = "",
    new: bool = False,
) -> list[Account]:
    """Record the yes that the operator has on file; return the accounts that it newly covers.

    An invited person becomes active, and their own page opens, unless a word closed it: see stays_closed. For somebody
    active it adds accounts that no yes covered yet and leaves the others as they are, for the person may have changed
    them. Posts are read from scope.since on. Raises NotMoved in any other state, and where they said no to the brand
    themselves. The letter with the listing link is sent by letters.py.

    new: the enrolment was made in this transaction, and whoever made it has asked inviting.who_said_no.
    """
    if enrolment.state not in {Enrolment.State.INVITED, Enrolment.State.ACTIVE}:
        raise NotMoved(f"an enrolment that is {enrolment.get_state_display()} takes no consent on file")
    shows = ShownAccount.Shows(scope.shows)
    with first_shown.noting(enrolment.person_id):
        if enrolment.state == Enrolment.State.INVITED and not new:
            # a no that is said at this moment comes first or finds nothing to say no to
            Enrolment.objects.select_for_update(no_key=True).filter(pk=enrolment.pk).order_by().first()
            if said_no(enrolment):
                raise NotMoved("only their own yes makes somebody active who has said no")
        covered = set(enrolment.shown_accounts.values_list("account_id", flat=True))
        fresh = [account for account in accounts if account.pk not in covered]
        if any(account.read_from is not None for account in fresh):
            # a post that is stored at this moment does not see this yes, nor does the yes see the post: look again
            transaction.on_commit(partial(place_enrolment, enrolment))
        ShownAccount.objects.bulk_create(
            ShownAccount(enrolment=enrolment, account=account, shows=shows, since=scope.since) for account in fresh
        )
        if enrolment.state == Enrolment.State.INVITED:
            _open_page(enrolment.person, opens=False, actor=actor, label=label)
            yes = Yes(at=timezone.now(), reference=scope.reference)
            move(enrolment, to=Enrolment.State.ACTIVE, actor=actor, label=label, yes=yes)
        elif fresh:
            place_enrolment(enrolment)
            place_told(enrolment)
        for account in sorted(fresh, key=lambda account: account.pk):
            people_accounts.read_account(account, since=scope.since, on_page=shows == ShownAccount.Shows.ALL)
        if fresh:
            record(
                "consent.on_file",
                actor=actor,
                label=label,
                brand=enrolment.brand.slug,
                subject=subject_of(enrolment),
                details={
                    "reference": scope.reference,
                    "shows": shows.value,
                    "since": scope.since.isoformat(),
                    "accounts": [account.pk for account in fresh],
                },
            )
    return fresh


def leave(*, enrolment: Enrolment, actor: User | None, label: str = "") -> None:
    """End an enrolment: the brand's page shows the person no longer, and what only this yes asked for is not read.

    Their own page closes too where no other yes of theirs holds and they cannot sign in to decide themselves.
    """
    person = enrolment.person
    with first_shown.noting(person.pk):
        move(enrolment, to=Enrolment.State.LEFT, actor=actor, label=label)
        speaking.hold(person, enrolment.brand)
        _narrow_reading(Account.objects.filter(shown_on__enrolment=enrolment), own_page=person.user_id is not None)
        if person.user_id is None and not person.enrolments.filter(state__in=HOLDING).exists():
            if Person.objects.filter(pk=person.pk, page_open=True).exists():  # who was hidden before is not spoken of
                alumni.tell_at_once(enrolment)
            profiles.close_page(person)


def _narrow_reading(accounts: Iterable[Account], *, own_page: bool) -> None:
    """Read these accounts only as far as a yes still asks, or the person's own page shows all of one.

    own_page: the page is theirs to look after; it goes on as it was, for whoever follows them there.
    """
    for account in sorted(accounts, key=lambda account: account.pk):  # locked in one order by everybody
        people_accounts.locked(account)
        holding = list(ShownAccount.objects.filter(account=account, enrolment__state__in=HOLDING))
        if not holding and own_page and account.page_from is not None:
            people_accounts.narrow_account(account, since=timezone.now(), page_from=account.page_from)
            continue
        if not holding:
            people_accounts.stop_reading(account, on_page=own_page)
            continue
        on_page = [shown.since for shown in holding if shown.shows == ShownAccount.Shows.ALL]
        people_accounts.narrow_account(
            account,
            since=min(shown.since for shown in holding),
            page_from=account.page_from if own_page else min(on_page, default=None),
        )
