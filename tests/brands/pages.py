"""Rows and readings that the tests of the public pages share."""

import datetime as dt
import re
from html import unescape

from django.test import Client
from django.utils import timezone

from brands.feed import rebuild_feed
from brands.models import Brand, Enrolment
from people.models import Post
from people.rendering import words_html
from tests.factories import make_account, make_enrolment, make_person, make_post


def enrol(brand: Brand, name: str, *, state: str = "active", posts: int = 0, **fields: object) -> Enrolment:
    """Enrol somebody with an account and some posts, as their yes would."""
    person = make_person(name, page_open=state not in {"invited", "declined"})
    account = make_account(person)
    enrolment = make_enrolment(brand, person, account=account, state=state, **fields)
    for number in range(posts):
        say(enrolment, f"{person.first_name} says {number}.", hours=number)
    rebuild_feed(brand)
    return enrolment


def say(enrolment: Enrolment, text: str, *, hours: float = 1, **fields: object) -> Post:
    """Let somebody say something, some hours ago, and place it."""
    account = enrolment.person.accounts.get()
    fields.setdefault("html", words_html(text, []))
    fields.setdefault("published_at", timezone.now() - dt.timedelta(hours=hours))
    post = make_post(account, text, **fields)
    rebuild_feed(enrolment.brand)
    return post


def read(client: Client, address: str, status: int = 200, **headers: str) -> str:
    """Return a page."""
    answer = client.get(address, headers=headers or None)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def words(html: str) -> str:
    """Return the text of a page as a reader sees it, with single blanks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def names(html: str) -> list[str]:
    """Return the names of the people on cards and posts, in order."""
    return [unescape(name) for name in re.findall(r'class="person-name"[^>]*><a[^>]*>([^<]+)</a>', html)]
