"""Ingrid at her desk with X linked on the sandbox, and somebody else."""

import pytest
from django.test import Client
from pytest_django import Settings

from people.models import Account, Person
from tests.factories import make_person, make_user
from tests.people.linking.conftest import app, ingrid
from tests.people.linking.walking import Walker

__all__ = ["app", "ingrid"]


@pytest.fixture
def account(ingrid: Walker, settings: Settings) -> Account:
    """Ingrid's account on X, linked."""
    return ingrid.link()


@pytest.fixture
def desk(ingrid: Walker, account: Account) -> Client:
    """Ingrid's browser."""
    return ingrid.client


@pytest.fixture
def me(ingrid: Walker) -> Person:
    """Ingrid."""
    return ingrid.person


@pytest.fixture
def stranger(db: None) -> Client:
    """Another person's browser."""
    user = make_user()
    make_person("Oskar Lund", user=user)
    client = Client()
    client.force_login(user)
    return client
