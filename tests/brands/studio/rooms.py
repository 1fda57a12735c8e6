"""Logins with roles, and what the tests of the studio's pages share."""

from django.test import Client

from brands.models import Brand, Role
from people.models import User
from tests.factories import make_brand, make_role, make_user

ROLES = tuple(Role.Name.values)


def enter(brand: Brand, role: str = "owner", email: str = "") -> Client:
    """Return a browser in which somebody with a role for the brand is signed in."""
    user = make_user(email)
    make_role(user, brand, role)
    return as_user(user)


def as_user(user: User) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def strangers(brand: Brand) -> dict[str, Client]:
    """Return browsers of people who have nothing to do with a brand: each must get what a wrong address gets."""
    return {
        "owner of another brand": enter(make_brand()),
        "fan": as_user(make_user()),
    }


def statuses(
    clients: dict[str, Client], method: str, address: str, fields: dict[str, object] | None = None
) -> set[int]:
    """Return the statuses that these browsers get."""
    return {getattr(client, method)(address, fields or {}).status_code for client in clients.values()}
