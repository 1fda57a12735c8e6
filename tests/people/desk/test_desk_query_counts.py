"""The desk's lists ask the database the same number of questions for 1, 3 and 300 rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.models import Account, Delivery, Draft
from people.publishing import outbox
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_story, make_user

pytestmark = pytest.mark.django_db
PAGES = (
    *("write/", "outgoing/", "calendar/", "stories/", "appearances/"),
    *("accounts/", "posts/", "said/", "followers/", "letters/"),
    *(f"outgoing/?list={name}&after=2099-01-01T00:00:00~1" for name in ("troubled", "sent")),
    "outgoing/?list=waiting&after=2020-01-01T00:00:00~1",
)
BRANDS = 12  # and stories, and accounts: nobody has more
STATES = ("scheduled", "held", "published", "missed", "failed", "needs_human")


def more(account: Account, rows: range) -> None:
    """Give a person as much of everything that their desk lists, each of it another time."""
    person, now = account.person, timezone.now()
    for number in rows:
        if number < BRANDS:
            brand = make_brand()
            make_enrolment(brand, person, account=account)
            make_story(brand, make_person())
            make_account(person)
        post = make_post(account)
        draft = Draft.objects.create(person=person, text=f"Draft {number}.", story=number)
        Delivery.objects.bulk_create(
            Delivery(
                account=account, person=person, draft=draft, post=post if state == "published" else None,
                **outbox.content_of({"text": f"{state} {number}", "lang": "", "pictures": []}), state=state,
                state_changed_at=now, due_at=now + timedelta(minutes=number), late_after=now, published_at=now,
                remote_id=f"{state}-{number}",
            )
            for state in STATES
        )  # fmt: skip
        Draft.objects.create(person=person, text=f"Open draft {number}.")


def test_the_desk_asks_as_often_for_300_rows_as_for_one() -> None:
    account = make_account(make_person(user=make_user()))
    client = Client()
    assert account.person.user is not None
    client.force_login(account.person.user)
    asked: dict[str, set[int]] = {page: set() for page in PAGES}
    for rows in (range(1), range(1, 3), range(3, 300)):
        more(account, rows)
        for page in PAGES:
            with CaptureQueriesContext(connection) as questions:
                assert client.get(f"/desk/{page}").status_code == 200, page
            asked[page].add(len(questions))
    assert {page: counts for page, counts in asked.items() if len(counts) > 1} == {}
