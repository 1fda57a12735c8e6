"""Fans that the tests of following share."""

import re

from django.core import mail
from django.test import Client

from people import follow_requests, following
from people.models import Fan, Person
from tests.factories import make_user

TOKEN = re.compile(r"/following/([\w-]{43})/")


def make_fan(*people: Person, email: str = "", **fields: object) -> Fan:
    """Make a fan who follows these people."""
    user = make_user(email)
    following.follow(user, [person.pk for person in people], actor=user)
    fan = following.make_fan(user)
    Fan.objects.filter(pk=fan.pk).update(**fields)
    fan.refresh_from_db()
    return fan


def ask(*people: Person, email: str = "lea@example.org", rhythm: str = "weekly", client: str = "here") -> None:
    """Ask to follow people without an account."""
    follow_requests.ask(
        email=email, people=[person.pk for person in people], rhythm=rhythm, zone="Europe/Vienna", client=client
    )


def link() -> str:
    """Send what is owed, and return the way of the newest letter."""
    follow_requests.send_due()
    found = TOKEN.search(str(mail.outbox[-1].body))
    assert found
    return found[0]


def confirmed(client: Client, *people: Person, email: str = "lea@example.org") -> Fan:
    """Let a browser follow people by the link of a letter; return the fan."""
    ask(*people, email=email)
    client.post(link())
    return Fan.objects.get(user__email=email)
