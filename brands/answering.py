"""The person's own answer to an invitation: what they name and choose on its page, their yes and their no.

Everything named or fetched before the yes lies in the draft of this one invitation: no page, no list and no person
reads it, and it goes with a no and with the last day. The yes is one act: all of it or nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from advocacy.audit import record
from brands.consenting import PersonsYes, record_yes
from brands.enrolling import subject_of
from brands.importing.addresses import read_address
from brands.importing.handles import read_accounts
from brands.inviting import in_state, lock_enrolment
from brands.models import AnswerDraft, Enrolment, Invitation, NamedAccount, PostChoice, ShownAccount
from brands.recognising import opens_pages, recognise, takes_login
from brands.tokens import token_again, token_for
from brands.welcoming import USE as LISTING
from people import accounts as people_accounts
from people import first_shown, profiles, proving
from people.logins import is_anothers, login_for, stays_away
from people.models import Account, Person, User
from people.syncing import store

MOST_ACCOUNTS = 5
SECOND_PRESS = timedelta(minutes=10)
PRESS = "press"
MOST_LOOKS = 10  # look-ups per invitation; each costs the site money


class Ended(Exception):
    """The invitation is no longer open: answered, taken back or over."""


class NotTaken(Exception):
    """What was entered cannot be taken as it is; the words say what to do. field names the control."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


def open_invitation(token: str) -> Invitation | None:
    """Return the open invitation of a token, or None: the same for a wrong one as for one that has ended."""
    found = Invitation.objects.filter(
        token_hash=profiles.hash_token(token),
        revoked_at=None,
        ended_at=None,
        expires_at__gt=timezone.now(),
        enrolment__state=Enrolment.State.INVITED,
    )
    return found.select_related("enrolment__brand", "enrolment__person__user", "by__person").first()


def press_of(invitation: Invitation) -> str:
    """Return what the buttons of an open invitation's page send along, so that a second press is known as one."""
    return token_for(invitation.nonce, use=PRESS)


def just_answered(token: str, *, press: str | None) -> Invitation | None:
    """Return the invitation of a token that was answered a moment ago: a second press of the same button finds it.

    press: what the button sent along. The link alone finds nothing any more, for what is read next opens the person's
    permanent link, and others may read the letter later. None for the press that was the answer.
    """
    found = Invitation.objects.filter(
        token_hash=profiles.hash_token(token), revoked_at=None, ended_at__gt=timezone.now() - SECOND_PRESS
    )
    kept = found.exclude(enrolment__state=Enrolment.State.DECLINED)
    invitation = kept.select_related("enrolment__brand", "enrolment__person__user", "by__person").first()
    if invitation and press is not None and not token_again(invitation.nonce, profiles.hash_token(press), use=PRESS):
        return None
    return invitation


def listing_token(invitation: Invitation) -> str | None:
    """Return the token of the permanent link that came with this yes; None where the person had one before."""
    return token_again(invitation.nonce, invitation.enrolment.person.listing_hash, use=LISTING)


def draft_of(invitation: Invitation) -> AnswerDraft:
    """Return the draft of an answer, made with the first thing that the person enters."""
    draft, _ = AnswerDraft.objects.get_or_create(invitation=invitation)
    return draft


def name_accounts(*, invitation: Invitation, entered: str) -> list[NamedAccount]:
    """Note the accounts that the person names; form only, no network is asked. Raises NotTaken with what is wrong."""
    named, problems = read_accounts(entered, "", handle_column="handles", id_column="")
    if problems:
        raise NotTaken(f"{problems[0].what}: {problems[0].todo}.", "handles")
    if not named:
        raise NotTaken("Write the name of your account on X, such as @ingrid.", "handles")
    with transaction.atomic():
        draft = draft_of(invitation)
        there = {account.handle.casefold(): account for account in draft.accounts.all()}
        fresh = {one.handle.casefold(): one.handle for one in named if one.handle.casefold() not in there}
        if len(there) + len(fresh) > MOST_ACCOUNTS:
            raise NotTaken(f"{MOST_ACCOUNTS} accounts are the most. Take one away first.", "handles")
        return [NamedAccount.objects.create(draft=draft, network="x", handle=handle) for handle in fresh.values()]


def forget_account(*, account: NamedAccount) -> None:
    """Take a named account away with everything that was fetched of it."""
    account.delete()


def ask_for_posts(*, account: NamedAccount) -> None:
    """Ask for the last public posts of a named account; a worker fetches them. Raises NotTaken when asked too often."""
    look = NamedAccount.Look
    if account.look in {look.WANTED, look.RUNNING, look.FOUND}:  # found since the page with the button was drawn
        return
    with transaction.atomic():
        allowed = AnswerDraft.objects.filter(pk=account.draft_id, looks__lt=MOST_LOOKS)
        if not allowed.update(looks=F("looks") + 1):
            raise NotTaken("Your posts were looked up ten times; that is the most for one invitation.", "look")
        same = NamedAccount.objects.filter(pk=account.pk, look=account.look)
        same.update(look=look.WANTED, look_at=timezone.now(), trouble="")


def choose(*, account: NamedAccount, shows: str, picks: Sequence[str]) -> None:
    """Note what the brand's page may show of a named account, and which fetched posts are ticked."""
    if shows and shows not in ShownAccount.Shows.values:
        raise NotTaken("Choose one of the two.", f"shows-{account.pk}")
    fetched = [post["remote_id"] for post in account.posts]
    ticked = [remote_id for remote_id in fetched if remote_id in set(picks)]
    NamedAccount.objects.filter(pk=account.pk).update(shows=shows, picks=ticked)


def introduce(*, invitation: Invitation, line: str, address: str) -> None:
    """Note the person's own line and the private address for their login; both may be "". Raises NotTaken."""
    line = " ".join(line.split())
    if len(line) > 60:
        raise NotTaken("A line has room for 60 characters. Shorten yours.", "line")
    folded, well_formed = read_address(address) if address.strip() else ("", True)
    if not well_formed:
        raise NotTaken("Write the whole address, such as ingrid@example.org.", "address")
    draft = draft_of(invitation)
    AnswerDraft.objects.filter(pk=draft.pk).update(line=line, login_address=folded)


def undecided(draft: AnswerDraft | None) -> list[NamedAccount]:
    """Return the named accounts for which neither choice was made: a yes needs one for each."""
    return list(draft.accounts.filter(shows="").order_by("pk")) if draft else []


def say_no(*, invitation: Invitation) -> None:
    """End an invitation with a no: everything named or fetched is deleted, nothing more is sent, nobody is told.

    The enrolment itself ends on the invitation's last day, as if nobody had answered. Raises Ended.
    """
    with transaction.atomic():
        lock_enrolment(invitation)
        if not _still_open(invitation).update(ended_at=timezone.now()):
            raise Ended
        AnswerDraft.objects.filter(invitation=invitation).delete()


def say_yes(
    *, invitation: Invitation, actor: User | None = None, opens: bool = False, reader: User | None = None
) -> None:
    """Record the person's own yes.

    One act: the invitation ends, the enrolment becomes active, their page opens, their accounts are read from now on
    as far as each choice says, and what they ticked is picked. opens: they want the page open again that they had
    closed. reader: who is signed in where the yes is said; at the very address that was asked this becomes the login
    of whoever has and names none.

    Raises Ended (also for the second of two presses), NotTaken where a choice is missing.
    """
    now = timezone.now()
    with transaction.atomic():
        lock_enrolment(invitation)
        if not _still_open(invitation).update(ended_at=now, next_letter_at=now):
            raise Ended
        draft = AnswerDraft.objects.filter(invitation=invitation).first()
        if undecided(draft):
            raise NotTaken("Choose for each account what may be shown.", "shows")
        enrolment = invitation.enrolment
        person = recognise(invitation)
        named = list(draft.accounts.order_by("pk")) if draft else []
        pairs = [(one, _account(person, one)) for one in named]
        shown = [(account, one.shows) for one, account in pairs if account.state != Account.State.TAKEN]
        if draft:
            _introduce_person(enrolment, draft)
        _give_login(person, invitation, reader)
        opens = opens and opens_pages(invitation, person)
        with first_shown.noting(person.pk):
            _pick(enrolment, pairs, now)
            record_yes(enrolment=enrolment, yes=PersonsYes(at=now, shown=tuple(shown), opens=opens), actor=actor)
        for account, _ in shown:
            proving.give_code(account)
        _give_listing_link(person, invitation)
        if draft:
            draft.delete()
        record(
            "consent.given",
            actor=actor,
            label="" if actor else "invitation",
            brand=enrolment.brand.slug,
            subject=subject_of(enrolment),
            details={"accounts": {str(a.pk): s for a, s in shown}},
        )


def _still_open(invitation: Invitation) -> "QuerySet[Invitation]":
    return Invitation.objects.filter(
        pk=invitation.pk,
        token_hash=invitation.token_hash,
        revoked_at=None,
        ended_at=None,
        expires_at__gt=timezone.now(),
        enrolment__in=in_state(Enrolment.State.INVITED),
    )


def _account(person: Person, named: NamedAccount) -> Account:
    """Return the person's account for one they named; one that is somebody else's here stays without effect."""
    found = people_accounts.name_account(
        person, network=named.network, handle=named.handle, remote_id=named.remote_id or None
    )
    if isinstance(found, Account):
        return found
    taken = Account.State.TAKEN
    account, _ = Account.objects.get_or_create(
        person=person, network=named.network, handle=named.handle, remote_id=None, defaults={"state": taken}
    )
    return account


def _introduce_person(enrolment: Enrolment, draft: AnswerDraft) -> None:
    """Write the line and the private address; a line that stands on the person's page already is left alone there.

    So is a private address of before: whoever reads the letter at work may not be they. See takes_login.
    """
    person = enrolment.person
    if draft.line and person.slug:
        enrolment.line = draft.line
        enrolment.save(update_fields=["line"])
    elif draft.line:
        person.line = draft.line
    if draft.login_address and takes_login(person):
        person.login_address = draft.login_address
        if not is_anothers(draft.login_address, person) and not stays_away(draft.login_address):
            login_for(draft.login_address)  # signs in by a code; the first that is entered confirms the address
    person.save(update_fields=["line", "login_address", "changed_at"])


def _give_login(person: Person, invitation: Invitation, reader: User | None) -> None:
    """Give the login that is the address asked to its person, who read the letter there and is signed in with it."""
    if reader is None or reader.email != invitation.goes_to or not takes_login(person):
        return
    if Person.objects.filter(user=reader).exists():
        return
    person.user = reader
    person.save(update_fields=["user"])
    record("login.claimed", actor=reader, subject=f"person:{person.pk}")


def _pick(enrolment: Enrolment, pairs: Sequence[tuple[NamedAccount, Account]], now: datetime) -> None:
    """Keep the fetched posts that were ticked, as picked; the others are gone with the draft."""
    chosen: list[PostChoice] = []
    for named, account in pairs:
        if account.state == Account.State.TAKEN:
            continue
        ticked = [post for post in named.posts if post["remote_id"] in set(named.picks)]
        columns = [{**post, "published_at": datetime.fromisoformat(post["published_at"])} for post in ticked]
        posts = store.keep_picked(account, columns)
        chosen += [PostChoice(enrolment=enrolment, post=post, shown=True, at=now) for post in posts]
    PostChoice.objects.bulk_create(chosen, ignore_conflicts=True)


def _give_listing_link(person: Person, invitation: Invitation) -> None:
    """Give the person their permanent link where they have none; its token can be made again for the letter."""
    if not person.listing_hash:
        person.listing_hash = profiles.hash_token(token_for(invitation.nonce, use=LISTING))
        Person.objects.filter(pk=person.pk).update(listing_hash=person.listing_hash)
