"""A brand with three of its people, one who may ask for stories, and people who are not of it."""

from dataclasses import dataclass

import pytest
from django.test import Client

from brands.models import Brand, Enrolment
from people.models import User
from tests.brands.pages import enrol
from tests.factories import make_brand, make_role, make_user


@dataclass(frozen=True)
class Vesper:
    """The brand and its people."""

    brand: Brand
    ingrid: Enrolment
    oskar: Enrolment
    kofi: Enrolment  # he is a marketer here as well
    stranger: Enrolment  # of another brand

    def at(self, who: Enrolment) -> Client:
        """Return somebody's browser."""
        client = Client()
        client.force_login(user_of(who))
        return client


def user_of(who: Enrolment) -> User:
    """Return somebody's login."""
    assert who.person.user is not None
    return who.person.user


def with_login(brand: Brand, name: str) -> Enrolment:
    """Enrol somebody who can sign in, with a face."""
    found = enrol(brand, name)
    found.person.user = make_user()
    found.person.portrait = "a" * 32
    found.person.save()
    return found


@pytest.fixture
def vesper(db: None) -> Vesper:
    """Vesper and Nightjar."""
    brand, other = make_brand("Vesper", slug="vesper"), make_brand("Nightjar", slug="nightjar")
    ingrid, oskar, kofi = (with_login(brand, name) for name in ("Ingrid Solbakk", "Oskar Brandl", "Kofi Mensah"))
    make_role(user_of(kofi), brand, "marketer")
    return Vesper(brand, ingrid, oskar, kofi, with_login(other, "Lea Brandt"))
