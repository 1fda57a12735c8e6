"""Which accounts a public page may name: the one place that says it, for every query."""

from django.db.models import Q

from people.models import Account, Person
from people.networks.types import ELSEWHERE


def public_account(prefix: str = "") -> Q:
    """Return the condition that an account is readable and known to be the person's (Account.proven).

    prefix leads to the account from the row that is asked, such as "account__".
    """
    return proven_account(prefix) & Q(**{f"{prefix}state": Account.State.ACTIVE})


def proven_account(prefix: str = "") -> Q:
    """Return the condition that an account is known to be the person's, whatever the network shows of it now."""
    return Q(**{f"{prefix}named_by_operator": True}) | Q(**{f"{prefix}confirmed_at__isnull": False})


def named_account(prefix: str = "") -> Q:
    """Return the condition of an account that a public page names with a link: what was said elsewhere has none."""
    return public_account(prefix) & ~Q(**{f"{prefix}network": ELSEWHERE})


def accounts_of(person: Person) -> list[Account]:
    """Return the accounts that a person's page names: those that somebody's yes names, the readable ones."""
    here = person.accounts.filter(named_account(), read_from__isnull=False)
    return list(here.only("network", "handle", "person_id").order_by("pk"))
