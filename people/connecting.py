"""Linking a person's account: begin, come back from the network, say yes, and end it again.

Begun on the desk by a link (`begin`), answered by the network at our callback (`arrive`), linked by the person's own
POST on a page that shows whose account it is (`confirm`). What was begun belongs to one login in one session, for ten
minutes, and is good once. Linking is a proof: the account is the person's from then on (people.proving). No account is
ever linked by an e-mail address or a handle: the network's immutable id counts.
"""

import base64
import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from advocacy import http
from advocacy.audit import record
from people import faces, proving, tombstones
from people.models import Account, Connection, Delivery, PendingLink, Person, User
from people.networks.errors import NetworkFailure, Refused
from people.networks.linking import Linking, NotGranted, Tokens, linking_for, networks
from people.networks.types import NETWORKS, ProfileRecord
from people.pictures import NotAPicture
from people.publishing import checks, pausing
from people.syncing import lookups
from people.tokens import fresh_token, keep_pair, opened, owe_revocation, sealed

__all__ = [
    "NotLinked",
    "answered",
    "arrive",
    "begin",
    "confirm",
    "drop",
    "fresh_token",
    "healthy",
    "sweep",
    "unlink",
    "waiting",
]

log = logging.getLogger(__name__)

TIME = timedelta(minutes=10)
MOST_OPEN = 5  # of one person; the oldest goes
Step = PendingLink.State
UNSOUND = "the link to the account does not work any longer: link it again on your desk, under Accounts"
STRANGE = "This answer does not belong to anything that you began here in the last ten minutes. Begin again."


class NotLinked(Exception):
    """No account was linked; the words are for the person, why is one word for the audit log."""

    def __init__(self, words: str, why: str) -> None:
        super().__init__(words)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What came to the callback, as it came."""

    network: str
    state: str = ""
    code: str = ""
    error: str = ""
    issuer: str = ""  # RFC 9207, where a network sends it


def begin(*, person: Person, network: str, session_key: str, actor: User) -> str:
    """Note that the person wants to link an account; return the address at the network. Raises PermissionDenied.

    Raises KeyError for a network whose accounts cannot be linked here.
    """
    _only(person, actor)
    linking = linking_for(network)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    mine = PendingLink.objects.filter(person=person, step=Step.BEGUN).order_by("-pk")
    PendingLink.objects.filter(pk__in=[row.pk for row in mine[MOST_OPEN - 1 :]]).delete()
    with transaction.atomic():
        row = PendingLink.objects.create(
            person=person,
            user=actor,
            network=network,
            state_hash=_digest(state),
            session_hash=_digest(session_key),
            callback=f"{settings.SITE_URL}{reverse('desk-accounts-callback', args=[network])}",
            scopes=list(linking.scopes),
            expires_at=timezone.now() + TIME,
        )
        PendingLink.objects.filter(pk=row.pk).update(**sealed(row, verifier=verifier))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return linking.begin_address(state=state, challenge=challenge, callback=row.callback)


@sensitive_variables()
def arrive(answer: Answer, *, person: Person, session_key: str, actor: User) -> PendingLink:
    """Take the network's answer; return what waits for the person's yes. Raises NotLinked.

    A state is good once, whoever brings it. This asks the network: for the tokens, whose they are, and their face.
    """
    _only(person, actor)
    row = PendingLink.objects.filter(state_hash=_digest(answer.state)).first() if answer.state else None
    if row is None:
        raise _refused(NotLinked(STRANGE, "state"), actor)
    first = PendingLink.objects.filter(pk=row.pk, step=Step.BEGUN).update(step=Step.USED, verifier="")
    why = _foreign(row, answer, person, session_key, actor) if first else "replayed"
    if why:
        PendingLink.objects.filter(pk=row.pk, step=Step.USED).update(step=Step.OVER)
        raise _refused(NotLinked(STRANGE, why), actor)
    try:
        linking = linking_for(row.network)
        tokens = _exchanged(row, answer, linking)
        _whose(row, tokens, linking)
    except NotLinked as problem:
        PendingLink.objects.filter(pk=row.pk).update(step=Step.OVER)
        raise _refused(problem, actor) from None
    except KeyError:
        PendingLink.objects.filter(pk=row.pk).update(step=Step.OVER)
        raise _refused(NotLinked("Accounts of this network can no longer be linked here.", "off"), actor) from None
    return row


def _foreign(row: PendingLink, answer: Answer, person: Person, session_key: str, actor: User) -> str:
    """Return why an answer is not for this row, this login and this session; "" where it is."""
    host = urlsplit(settings.X_WEB_BASE).netloc  # the only network so far
    checks = {
        "network": row.network != answer.network or bool(answer.issuer and urlsplit(answer.issuer).netloc != host),
        "user": row.user_id != actor.pk or row.person_id != person.pk,
        "session": not secrets.compare_digest(row.session_hash, _digest(session_key)),
        "expired": row.expires_at <= timezone.now(),
    }
    return next((why for why, wrong in checks.items() if wrong), "")


@sensitive_variables()
def _exchanged(row: PendingLink, answer: Answer, linking: Linking) -> Tokens:
    name = NETWORKS[row.network]
    if answer.error == "access_denied":
        raise NotLinked(f"You did not allow it on {name}, so nothing was linked.", "denied")
    if answer.error or not answer.code:
        raise NotLinked(f"{name} did not give what is needed. Begin again.", "error")
    try:
        tokens = linking.exchange(code=answer.code, verifier=opened(row, "verifier"), callback=row.callback)
    except NotGranted:
        raise NotLinked(f"{name} does not take this answer any more: it is good for 30 seconds.", "code") from None
    except NetworkFailure as failure:
        log.warning("no tokens for a link to %s: %s", row.network, failure)
        words = str(failure) if isinstance(failure, Refused) else f"{name} could not be asked just now. Begin again."
        raise NotLinked(words, "exchange") from None
    granted = set(tokens.scopes or row.scopes)
    if granted != set(row.scopes) or not tokens.refresh:
        owe_revocation(row, token=tokens.refresh or tokens.access)
        raise NotLinked(f"{name} allowed something else than was asked for, so nothing was linked.", "scopes")
    return tokens


@sensitive_variables()
def _whose(row: PendingLink, tokens: Tokens, linking: Linking) -> None:
    """Ask whose the tokens are, and let the row wait for the person's yes."""
    try:
        profile = linking.me(tokens.access)
    except NetworkFailure as failure:
        log.warning("nobody for a link to %s: %s", row.network, failure)
        owe_revocation(row, token=tokens.refresh)
        name = NETWORKS[row.network]
        raise NotLinked(f"{name} did not say whose account this is. Begin again.", "whose") from None
    row.remote_id, row.handle, row.display_name = profile.remote_id, profile.handle[:200], profile.display_name[:200]
    row.avatar_url, row.protected = profile.avatar_url[:500], profile.protected
    row.avatar = _face(profile)
    row.granted, row.access_ends_at = list(tokens.scopes or row.scopes), tokens.ends_at
    row.step, row.expires_at = Step.SHOWN, timezone.now() + TIME
    for column, value in sealed(row, access=tokens.access, refresh=tokens.refresh).items():
        setattr(row, column, value)
    row.verifier = ""
    row.save()


def _face(profile: ProfileRecord) -> str:
    """Fetch the picture of an account; return its stem, "" where there is none to be had."""
    try:
        if profile.avatar_url:
            found = http.fetch(
                profile.avatar_url, accept=faces.ACCEPTED, max_bytes=faces.LARGEST_AVATAR, timeout_total=5
            )
            return faces.keep(found.body) if found.status == 200 else ""
    except (http.DoorError, NotAPicture, OSError) as problem:
        log.info("no picture for a link: %s", problem)
    return ""


def waiting(*, person: Person, pending_id: int, session_key: str, actor: User) -> PendingLink | None:
    """Return what waits for this person's yes in this session, None where nothing does (any longer)."""
    return PendingLink.objects.filter(
        pk=pending_id,
        person=person,
        user=actor,
        session_hash=_digest(session_key),
        step=Step.SHOWN,
        expires_at__gt=timezone.now(),
    ).first()


def answered(*, person: Person, pending_id: int, session_key: str, actor: User) -> bool | None:
    """Return whether this person answered in this session what waited; False: its time is over; None: not theirs."""
    mine = PendingLink.objects.filter(pk=pending_id, person=person, user=actor, session_hash=_digest(session_key))
    row = mine.filter(step__in=[Step.SHOWN, Step.OVER]).first()
    if row is None:
        return None
    return row.step == Step.OVER and row.expires_at > timezone.now()


@sensitive_variables()
def confirm(*, pending: PendingLink, person: Person, actor: User) -> Account:
    """Link the account that waits for this yes, once. Raises NotLinked where it is somebody else's."""
    _only(person, actor)
    mine = PendingLink.objects.filter(pk=pending.pk, person=person, user=actor, step=Step.SHOWN)
    if not mine.filter(expires_at__gt=timezone.now()).update(step=Step.OVER):
        raise _refused(NotLinked(STRANGE, "confirmed"), actor)
    tokens = Tokens(
        opened(pending, "access"), opened(pending, "refresh"), pending.access_ends_at, tuple(pending.granted)
    )
    account = _account(pending, person)
    if account is None:
        owe_revocation(pending)
        _empty(pending)
        name = NETWORKS[pending.network]
        words = f"@{pending.handle} on {name} is linked to somebody else on this site, so it was not linked to you."
        raise _refused(NotLinked(words, "taken"), actor)
    with transaction.atomic():
        again = Connection.objects.filter(pk=account.pk).exists()
        row, _ = Connection.objects.get_or_create(
            account=account, defaults={"network": account.network, "linked_at": timezone.now()}
        )
        row = Connection.objects.select_for_update().get(pk=row.pk)
        keep_pair(row, tokens)
        _empty(pending)
        record("account.linked", actor=actor, subject=f"account:{account.pk}", details={"again": again})
        pausing.look_again(Q(account=account.pk, reason="reconnect"))  # what waited for this goes out, if not too late
    proving.confirm(account=account, how="linking", actor=actor)
    return account


def _account(pending: PendingLink, person: Person) -> Account | None:
    """Return the person's account with the network's id, made where there is none; None where it is another's."""
    network, remote_id = pending.network, pending.remote_id
    known = Account.objects.filter(network=network, remote_id=remote_id).first()
    if known is not None and known.person_id != person.pk and known.proven:
        return None
    mine = known if known is not None and known.person_id == person.pk else None
    named = Account.objects.filter(person=person, network=network, remote_id=None, handle__iexact=pending.handle)
    account = mine or named.first()
    made = account is None
    tombstones.lift(tombstones.Kind.ACCOUNT, [tombstones.account(network, remote_id)])  # it is their own act
    tombstones.lift(tombstones.Kind.HANDLE, [tombstones.account(network, pending.handle)])
    if account is None:
        account = Account.objects.create(person=person, network=network, handle=pending.handle)
    profile = ProfileRecord(
        remote_id=remote_id,
        handle=pending.handle,
        display_name=pending.display_name,
        avatar_url=pending.avatar_url,
        protected=pending.protected,
    )
    ours = lookups.follow(account, profile, proven=True)
    if not ours and made:
        Account.objects.filter(pk=account.pk).delete()
    return Account.objects.filter(person=person, network=network, remote_id=remote_id).first()


def drop(*, pending: PendingLink, actor: User) -> None:
    """Link nothing: the person looked and said no. The network is told to forget the tokens."""
    mine = PendingLink.objects.filter(pk=pending.pk, user=actor, step=Step.SHOWN)
    if mine.update(step=Step.OVER):
        owe_revocation(pending)
        _empty(pending)
        record("account.not_linked", actor=actor, subject=f"person:{pending.person_id}", details={"why": "dropped"})


def unlink(*, account: Account, actor: User) -> bool:
    """End a link: our tokens are gone at once, and a worker lets the network forget them. Raises PermissionDenied.

    What the account has said stays as it is, and the account stays the person's.
    """
    _only(account.person, actor)
    with transaction.atomic():
        row = Connection.objects.select_for_update().filter(pk=account.pk).first()
        if row is None:
            return False
        row.delete()  # listen() owes the revocation
        record("account.unlinked", actor=actor, subject=f"account:{account.pk}")
    return True


def healthy(account_id: int) -> bool:
    """Return whether an account is linked and its network took its token when last asked."""
    return Connection.objects.filter(pk=account_id, state=Connection.State.LINKED).exists()


def sound(delivery: Delivery) -> checks.Verdict | None:
    """What goes out needs a link that works (a check of people.publishing); it is held until there is one again."""
    if delivery.account.network not in networks() or healthy(delivery.account_id):
        return None
    return checks.Verdict(Delivery.State.HELD, "reconnect", UNSOUND)


def sweep() -> int:
    """Delete what was begun and came to nothing; what it has of tokens is revoked. Return how many rows."""
    now = timezone.now()
    # minutes after its end nobody is at work on a row any longer
    old = PendingLink.objects.filter(expires_at__lte=now - TIME).select_related("person")
    for row in old:
        with transaction.atomic():
            owe_revocation(row)
            row.delete()
    tokens = ~Q(access="") | ~Q(refresh="")
    left = PendingLink.objects.filter(tokens, step=Step.SHOWN, expires_at__lte=now).select_related("person")
    for row in left:
        if PendingLink.objects.filter(pk=row.pk, step=Step.SHOWN).update(step=Step.OVER):
            owe_revocation(row)
            _empty(row)
    return len(old)


def _empty(pending: PendingLink) -> None:
    PendingLink.objects.filter(pk=pending.pk).update(access="", refresh="", verifier="")


def _only(person: Person, actor: User) -> None:
    if person.user_id != actor.pk or not actor.is_active:
        raise PermissionDenied("an account is linked by its person alone")


def _refused(problem: NotLinked, actor: User) -> NotLinked:
    record("account.not_linked", actor=actor, details={"why": problem.why})
    return problem


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
