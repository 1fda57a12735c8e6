"""Proof that an account is the person's: a code in the bio, or a link from the profile to the person's page here.

Until then no public page shows anything of the account. The person asks, a worker looks, the answer is in words.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from advocacy.audit import record
from people.models import Account, Person, Post, User
from people.networks.errors import NetworkFailure, NotNow
from people.networks.registry import adapter_for
from people.networks.types import ProfileRecord
from people.signals import posts_changed
from people.syncing import lookups
from people.syncing.meter import AppMeter

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
