"""Proof that an account is the person's: a code in the bio, or a link from the profile to the person's page here.

Until then no public page shows anything of the account. The person asks, a worker looks, the answer is in words.
"""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from advocacy.audit import record
from people import first_shown, tombstones
from people.models import Account, Person, Post, User
from people.networks.errors import NetworkFailure, NotNow
from people.networks.registry import adapter_for
from people.networks.types import ProfileRecord
from people.syncing import lookups
from people.syncing.meter import AppMeter
from people.telling import people_told, posts_told

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike
STUCK = timedelta(minutes=2)  # a look that was killed is begun anew
BETWEEN = timedelta(seconds=20)  # one look costs money: a second press within this waits


def give_code(account: Account) -> None:
    """Give an account the code that its person may write into the bio; one that has a code keeps it."""
    if account.proven or account.proof_code:
        return
    code = f"chorus-{''.join(secrets.choice(LETTERS) for _ in range(10))}"
    Account.objects.filter(pk=account.pk, proof_code="").update(proof_code=code)
    account.refresh_from_db(fields=["proof_code"])


def awaiting(person: Person) -> "QuerySet[Account]":
    """Return the accounts of a person that are not known to be theirs yet."""
    return person.accounts.filter(named_by_operator=False, confirmed_at=None).order_by("pk")


def ask_for_look(*, account: Account) -> bool:
    """Ask a worker to look for the proof; return whether it was noted (not twice within BETWEEN)."""
    now = timezone.now()
    rested = Q(proof_asked_at=None) | Q(proof_asked_at__lt=now - BETWEEN)
    open_ones = Account.objects.filter(rested, pk=account.pk, named_by_operator=False, confirmed_at=None)
    give_code(account)
    return bool(open_ones.update(proof_asked_at=now, proof_due_at=now, proof_said=""))


def look_due(*, limit: int = 50) -> int:
    """Look for proofs that were asked for; return how many were looked for."""
    due = Account.objects.filter(proof_due_at__lte=timezone.now(), named_by_operator=False, confirmed_at=None)
    return sum(_look(account) for account in due.select_related("person").order_by("proof_due_at")[:limit])


def page_address(person: Person) -> str:
    """Return the address of a person's page on this site, as their profile elsewhere links to it."""
    return f"{settings.SITE_URL}{reverse('person', args=[person.slug])}" if person.slug else ""


def confirm(*, account: Account, how: str, actor: User | None = None) -> bool:
    """Note that an account is the person's: its posts appear where their yes shows them. how: code or link."""
    same = Account.objects.filter(pk=account.pk, confirmed_at=None).exclude(state=Account.State.TAKEN)
    with first_shown.noting(account.person_id):
        if not same.update(confirmed_at=timezone.now(), confirmed_how=how, proof_due_at=None, proof_said=""):
            return False
    account.refresh_from_db(fields=["remote_id", "handle"])  # as the look found them
    tombstones.lift_account(account.network, account.remote_id or "", account.handle)  # its owner came back
    record("account.confirmed", actor=actor, subject=f"account:{account.pk}", details={"how": how})
    posts = list(Post.objects.filter(account=account).values_list("pk", flat=True))
    people_told([account.person_id])
    posts_told(posts)
    return True


def _look(account: Account) -> bool:
    mine = Account.objects.filter(pk=account.pk, proof_due_at=account.proof_due_at)
    if not mine.update(proof_due_at=timezone.now() + STUCK):
        return False
    network = account.get_network_display()
    adapter = adapter_for(account.network, AppMeter(account.network))
    try:
        if account.remote_id:
            answer = adapter.look_up(ids=[account.remote_id])
        else:
            answer = adapter.look_up(handles=[account.handle])
    except NotNow as refusal:
        _say(account, f"{network} asks to wait. It is tried again by itself.", again=refusal.until)
        return True
    except NetworkFailure:
        _say(account, f"{network} could not be read just now. Look once more a little later.")
        return True
    profile = next(iter(answer.found), None)
    if profile is None:
        _say(account, f"{network} does not show this account.")
        return True
    how = _proof(account, profile)
    if not how:
        _say(account, f"Neither the code nor the link stands in the profile that {network} shows now.")
    elif lookups.follow(account, profile, proven=True):
        confirm(account=account, how=how)
    else:
        _say(account, "This account is confirmed as somebody else's on this site.")
    return True


def _proof(account: Account, profile: ProfileRecord) -> str:
    """Return which proof a profile holds: "code", "link", or "" for none."""
    if account.proof_code and account.proof_code in profile.description.casefold():
        return "code"
    mine = page_address(account.person)
    return "link" if mine and _same_address(profile.url, mine) else ""


def _same_address(one: str, other: str) -> bool:
    """Return whether two addresses are the same page; what follows ? or # is not part of it."""
    parts = [urlsplit(address.strip()) for address in (one, other)]
    first, second = ((p.netloc.casefold(), p.path.rstrip("/")) for p in parts)
    return first == second and all(p.scheme in {"http", "https"} for p in parts)


def _say(account: Account, words: str, again: datetime | None = None) -> None:
    Account.objects.filter(pk=account.pk).update(proof_said=words[:200], proof_due_at=again)
