"""A whole life of publishing, good and bad, and no token anywhere but sealed: looked for in a dump of every table."""

import io
import logging
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from pytest_django import Settings

from advocacy.celery import app as celery
from people import connecting, link_ends, taking_along
from people import tasks as people_tasks
from people.models import Account, Attempt, Connection, Delivery, Revocation
from people.publishing import letters, outbox, sending, watching
from people.publishing.clock import now
from people.tokens import opened
from tests import canary
from tests.people.linking.walking import SECRET, Walker
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db
FAULTS: tuple[dict[str, object], ...] = (
    {}, {"status": 403}, {"status": 500}, {"drop": True, "after": True}, {"garbage": True, "after": True},
    {"status": 401, "times": 2},
)  # fmt: skip
PAGES = ("/desk/", "/desk/accounts/", "/desk/outgoing/", "/desk/calendar/", "/desk/settings/", "/desk/said/")


def dumped() -> list[str]:
    """Return the tables in which a token or the app's secret stands, read as they lie, past every model."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the database's own names
            text = " ".join(canary._text(value) for row in cursor.fetchall() for value in row)
            found += [table] if canary.MARK in text or SECRET in text else []
    return found


def live(account: Account, walker: Walker, app: SandboxCopy) -> None:
    """Let posts go out, be refused, get lost and be looked for; then the network ends the link."""
    for number, fault in enumerate(FAULTS):
        if fault:
            app.fault(endpoint="post", **{"times": 1, **fault})
        words = outbox.Words(f"Good morning, number {number}, from https://vesper.example")
        when = outbox.When(at=now(), exact=True)
        delivery = outbox.enqueue_delivery(account=account, words=words, actor=walker.user, when=when)
        for _ in range(3):
            sending.run(delivery.pk)
        app.clear()
    last = outbox.Words("The last one")
    outbox.enqueue_delivery(account=account, words=last, actor=walker.user, when=outbox.When(at=now(), exact=True))
    people_tasks.dispatch()  # its messages stay in Valkey: no worker runs
    app.disallow(handle=account.handle)
    Connection.objects.update(access_ends_at=now(), retry_at=None)
    for _ in range(2):  # a token that is refused is renewed once
        sending.run(Delivery.objects.latest("pk").pk)


def told() -> None:
    """Write everybody who must be written to."""
    letters.tell_due()
    watching.watch()
    link_ends.tend()


@pytest.mark.postgres  # a dump of SQLite is a file, which tests.canary reads
def test_the_dump_finds_what_is_planted(ingrid: Walker) -> None:
    account = ingrid.link()
    token = opened(Connection.objects.get(pk=account.pk), "access")
    assert dumped() == []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE strange AS SELECT %s AS words", [token])
    assert dumped() == ["strange"]


def test_no_token_is_left_by_a_life_of_publishing(
    ingrid: Walker, app: SandboxCopy, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    short = {"send": 2, "spare": 1, "quiet": 0, "apart": 0, "again": 0}
    settings.PUBLISHING_SECONDS = {**settings.PUBLISHING_SECONDS, **short}
    settings.DATA_DIR = tmp_path
    caplog.set_level(logging.DEBUG)
    account = ingrid.link()
    live(account, ingrid, app)
    told()
    states = set(Delivery.objects.values_list("state", flat=True))
    assert states == {"published", "failed", "needs_human", "held"}
    assert len(mail.outbox) >= 3
    parcel = taking_along.ask(person=ingrid.person, actor=ingrid.user)
    assert taking_along.pack_due() == 1
    with zipfile.ZipFile(taking_along.file_of(parcel)) as box:
        exported = b"".join(box.read(name) for name in box.namelist())
    pages = b"".join(page(ingrid, address) for address in PAGES)
    for place in (exported, pages, caplog.text.encode()):
        assert canary.MARK.encode() not in place
        assert SECRET.encode() not in place
    connecting.unlink(account=Account.objects.get(pk=account.pk), actor=ingrid.user)
    told()
    assert dumped() == canary.in_mails() == canary.EAR.heard == []
    assert Attempt.objects.filter(delivery__account=account).count() > len(FAULTS)
    assert Revocation.objects.count() <= 1
    if os.environ.get("REDIS_URL", "").startswith("redis+socket://"):
        assert canary.in_valkey(os.environ["REDIS_URL"]) == []
        celery.control.purge()


def page(walker: Walker, address: str) -> bytes:
    """Return what a person reads at an address of their desk."""
    answer: Any = walker.client.get(address, follow=True)
    assert answer.status_code == 200, (address, answer.status_code)
    body = io.BytesIO()
    for piece in answer if answer.streaming else [answer.content]:
        body.write(piece)
    return body.getvalue()
