"""Somebody follows every link and sends every form, as each role: nothing breaks."""

from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from tests.journeys.house import OTHERS, ROLES, House, house

__all__ = ["house"]
START = ("/", "/home/", "/studio/vesper/", "/desk/", "/listing/nobody/", "/join/nobody/", "/sign-in/login/")
PAGES = 150  # more than the site of the fixture has: reaching it fails the test
WEEKS = 6  # of the calendar
NOT_OURS = ("/sandbox/", "/sign-in/", "/static/", "/media/")


class Reader(HTMLParser):
    """Collects the links and the forms of a page; a form as (method, address, values)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.links: set[str] = set()
        self.forms: list[tuple[str, str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.add(urljoin(self.page, found["href"]))
        elif tag == "form":
            where = urljoin(self.page, found.get("action") or self.page)
            self.forms.append((found.get("method", "get").lower(), where, {}))
        elif tag in {"input", "select", "textarea", "button"} and self.forms and found.get("name"):
            unticked = found.get("type") in {"radio", "checkbox"} and "checked" not in found
            if not unticked and found.get("type") != "file":
                self.forms[-1][2].setdefault(found["name"], found.get("value", ""))


def read(client: Client, address: str) -> Reader:
    reader = Reader(address)
    answer = client.get(address)
    assert answer.status_code < 500, address
    if answer.status_code in {301, 302}:
        reader.links.add(urljoin(address, answer["Location"]))
    elif answer["Content-Type"].startswith("text/html") and not answer.streaming:
        reader.feed(answer.content.decode())
    return reader


def here(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and not parts.path.startswith(NOT_OURS)


@pytest.mark.django_db
@pytest.mark.parametrize("who", [*ROLES, *OTHERS])
def test_every_link_and_every_form_of_every_page_answers(house: House, who: str) -> None:
    client, user = Client(), house.users[who]
    if user:
        client.force_login(user)
    seen: set[str] = set()
    weeks = 0
    sent: set[tuple[str, str]] = set()
    waiting = deque(START)
    while waiting:
        address = waiting.popleft().split("#")[0]
        if address in seen or not here(address):
            continue
        weeks += "/desk/calendar/2" in address
        if "/desk/calendar/2" in address and weeks > WEEKS:
            continue  # a calendar goes on for ever
        seen.add(address)
        assert len(seen) < PAGES, sorted(seen)
        page = read(client, address)
        waiting.extend(sorted(page.links))
        for method, where, values in page.forms:
            if not here(where) or (method, where) in sent:
                continue
            sent.add((method, where))
            odd = [dict.fromkeys(values, word) for word in ("\x00", "<odd> 9e99 \u202e", "²")]
            for filled in (values, *odd, {}):
                with transaction.atomic():
                    answer = client.post(where, filled) if method == "post" else client.get(where, filled)
                    assert answer.status_code < 500, (method, where, filled)
                    transaction.set_rollback(True)
    assert len(seen) > len(START)
