"""Where a person is written to."""

from collections.abc import Callable

from people.logins import is_anothers, stays_away
from people.models import Person

Finder = Callable[[Person], str]
_finders: list[Finder] = []


def register_finder(finder: Finder) -> None:
    """Let somebody name an address of a person who has none of their own here; "" for none."""
    if finder not in _finders:
        _finders.append(finder)


def own_address(person: Person) -> str:
    """Return the address of somebody's login, else the one that they named for it; "" for none.

    What is named is typed, so it may be another's: the login of somebody else, or of whoever wants to hear nothing.
    """
    if person.user:
        return person.user.email
    named = person.login_address
    return "" if not named or is_anothers(named, person) or stays_away(named) else named


def address_of(person: Person) -> str:
    """Return their own address, else one at which somebody who shows them here asked them; "" for none.

    Others may read that one, at work for example: for what a person must know, not for what is theirs alone.
    """
    return own_address(person) or next((found for one in _finders if (found := one(person))), "")
