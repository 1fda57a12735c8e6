"""A mail server, and fans with a letter coming."""

import datetime as dt
import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.mail import EmailMessage as Mail

from people.models import Account, Fan, Follow, Letter, Person
from people.networks.types import ELSEWHERE
from tests.factories import make_account, make_person, make_post, make_user
from tests.people.letters.postbox import Postbox

SUNDAY = dt.datetime(2026, 11, 29, 8, 0, 5, tzinfo=dt.UTC)  # in London; 09:00 in Vienna


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """The mail server of the site."""
    box = Postbox().start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", box.port, 5
    settings.LETTERS_PER_MINUTE = 100_000
    yield box
    box.stop()


def make_fan(*people: Person, at: str = "", **fields: Any) -> Fan:
    """Make a fan who has followed these people for a year."""
    fields.setdefault("zone", "Europe/London")
    fan = Fan.objects.create(user=make_user(at), **fields)
    Fan.objects.filter(pk=fan.pk).update(started_at=SUNDAY - dt.timedelta(days=365))
    for person in people:
        Follow.objects.create(fan=fan, person=person)
    Follow.objects.filter(fan=fan).update(since=SUNDAY - dt.timedelta(days=365))
    fan.refresh_from_db()
    return fan


def speaker(name: str = "Ingrid Solheim", *, here: bool = True, **fields: Any) -> Account:
    """Make a person with an account: here, whose words may stand in letters, or on X, whose may not."""
    network = ELSEWHERE if here else "x"
    begin = SUNDAY - dt.timedelta(days=365)
    return make_account(make_person(name, **fields), network=network, read_from=begin, page_from=begin)


def say(account: Account, text: str, *, days: float = 1, **fields: Any) -> Any:
    """Let somebody have said something so many days before the Sunday."""
    return make_post(account, text, published_at=SUNDAY - dt.timedelta(days=days), **fields)


def make_letter(fan: Fan, *, until: dt.datetime = SUNDAY, **fields: Any) -> Letter:
    """Make a letter that is due since long ago, and never late."""
    fields.setdefault("period", f"weekly {until.date()}")
    fields.setdefault("next_due_at", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    fields.setdefault("late_after", dt.datetime(2099, 1, 1, tzinfo=dt.UTC))
    return Letter.objects.create(fan=fan, until=until, **fields)


def parts(message: Mail | None) -> tuple[EmailMessage, str, str]:
    """Return a letter as a mail program gets it, with its plain text and its HTML."""
    assert message is not None
    raw = email.message_from_bytes(message.message().as_bytes(), _class=EmailMessage, policy=email.policy.default)
    plain, html = raw.get_body(("plain",)), raw.get_body(("html",))
    assert plain is not None
    assert html is not None
    return raw, plain.get_content(), html.get_content()
