"""Tokens are renewed by one run at a time, committed before use, and only a certain no ends a link."""

import datetime as dt
import json
import threading
from io import StringIO

import pytest
import responses
from django.core.management import call_command
from django.db import connection as database
from django.utils import timezone
from pytest_django import Settings

from advocacy import crypto
from advocacy.models import AuditEvent
from people import connecting, link_ends, tokens
from people.models import Account, Connection, Revocation
from people.networks.errors import NotNow, Reconnect
from people.publishing import tokens as sending
from people.tokens import fresh_token, opened
from tests.advocacy.test_crypto import new_key
from tests.people.linking.walking import Walker, walker
from tests.sandbox_copy import SandboxCopy


@pytest.fixture
def linked(ingrid: Walker) -> Account:
    """An account that was linked just now."""
    return ingrid.link()


def age(account: Account, *, minutes: float = 0) -> None:
    """Let the access token end in so many minutes, as far as we know."""
    ends = timezone.now() + dt.timedelta(minutes=minutes)
    Connection.objects.filter(pk=account.pk).update(access_ends_at=ends, retry_at=None)


def refreshes(app: SandboxCopy) -> int:
    return sum(one["refreshes"] for one in app.allowed(handle="ingrid"))


@pytest.mark.django_db
def test_a_good_token_is_given_without_asking_the_network(linked: Account, app: SandboxCopy) -> None:
    token = fresh_token(linked.pk)
    assert token == fresh_token(linked.pk)
    assert refreshes(app) == 0
    assert Connection.objects.get().used_at is not None


@pytest.mark.django_db
def test_a_token_with_less_than_ten_minutes_left_is_renewed_once(linked: Account, app: SandboxCopy) -> None:
    before = Connection.objects.get()
    age(linked, minutes=9)
    token = fresh_token(linked.pk)
    after = Connection.objects.get()
    assert token == fresh_token(linked.pk) == opened(after, "access") != opened(before, "access")
    assert opened(after, "refresh") != opened(before, "refresh")
    assert json.loads(opened(after, "previous")) == [opened(before, "access"), opened(before, "refresh")]
    assert refreshes(app) == 1
    Connection.objects.update(previous_until=timezone.now())
    tokens.forget_previous()
    assert Connection.objects.get().previous == ""


@pytest.mark.django_db
def test_a_token_that_the_network_refused_is_replaced_though_it_looks_good(linked: Account, app: SandboxCopy) -> None:
    old = fresh_token(linked.pk)
    new = fresh_token(linked.pk, refused=old)
    assert new != old
    assert fresh_token(linked.pk, refused=old) == new  # another run that still had the old one
    assert refreshes(app) == 1
    assert sending.writer_for(linked, renew=True).token not in (old, new)
    assert linked.remote_id == sending.writer_for(linked).remote_id


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 503}, {"status": 429}, {"drop": True}, {"garbage": True}]
)
def test_a_network_in_trouble_ends_no_link(linked: Account, app: SandboxCopy, fault: dict[str, object]) -> None:
    age(linked)
    app.fault(endpoint="token", times=1, **fault)
    before = Connection.objects.get()
    with pytest.raises(NotNow):
        fresh_token(linked.pk)
    row = Connection.objects.get()
    assert (row.state, row.refresh, row.access) == ("linked", before.refresh, before.access)
    assert row.retry_at is not None
    assert row.trouble
    with pytest.raises(NotNow):  # nobody asks again before a minute is over
        fresh_token(linked.pk)
    Connection.objects.update(retry_at=timezone.now())
    assert fresh_token(linked.pk)
    assert Connection.objects.get().trouble == ""


@pytest.mark.django_db
def test_while_the_network_is_in_trouble_the_old_token_serves_to_its_end(linked: Account, app: SandboxCopy) -> None:
    token = fresh_token(linked.pk)
    age(linked, minutes=5)
    app.fault(endpoint="token", status=500)
    assert fresh_token(linked.pk) == fresh_token(linked.pk) == token


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}),
        (401, {"error": "invalid_client"}),
        (400, {"error": "invalid_request", "error_description": "Missing required parameter [refresh_token]."}),
        (400, {"error": "invalid_scope"}),
        (400, {}),
        (403, {"title": "Forbidden"}),
    ],
)
def test_a_refusal_that_is_about_something_else_ends_no_link(
    linked: Account, settings: Settings, status: int, body: dict[str, str]
) -> None:
    age(linked)
    with responses.RequestsMock() as mocked:
        mocked.post(f"{settings.X_API_BASE}/2/oauth2/token", status=status, json=body)
        with pytest.raises(NotNow):
            fresh_token(linked.pk)
    assert Connection.objects.get().state == "linked"


@pytest.mark.django_db
def test_an_answer_without_a_refresh_token_leaves_the_one_that_is_there(linked: Account, settings: Settings) -> None:
    before = opened(Connection.objects.get(), "refresh")
    age(linked)
    with responses.RequestsMock() as mocked:
        said = {"token_type": "bearer", "access_token": "new-access", "expires_in": 7200, "scope": "tweet.read"}
        mocked.post(f"{settings.X_API_BASE}/2/oauth2/token", json=said)
        assert fresh_token(linked.pk) == "new-access"
    assert opened(Connection.objects.get(), "refresh") == before


@pytest.mark.django_db
def test_a_certain_no_ends_the_link_and_the_person_is_told(
    linked: Account, app: SandboxCopy, ingrid: Walker, mailoutbox: list[object]
) -> None:
    app.disallow(handle="ingrid")
    age(linked)
    with pytest.raises(Reconnect):
        fresh_token(linked.pk)
    row = Connection.objects.get()
    assert (row.state, row.access, row.refresh, row.previous) == ("broken", "", "", "")
    assert not connecting.healthy(linked.pk)
    app.fault(endpoint="token", status=500)  # nobody asks again: this would say so
    with pytest.raises(Reconnect):
        fresh_token(linked.pk)
    assert link_ends.write_due() == 1
    assert link_ends.write_due() == 0
    (letter,) = mailoutbox
    assert letter.to == [ingrid.user.email]  # type: ignore[attr-defined]
    assert letter.subject == "Your account on X must be linked again"  # type: ignore[attr-defined]
    assert "http://testserver/desk/accounts/" in letter.body  # type: ignore[attr-defined]
    page = ingrid.client.get("/desk/accounts/").content.decode()
    assert "Must be linked again" in page
    assert AuditEvent.objects.filter(verb="account.link_broken", subject=f"account:{linked.pk}").count() == 1


@pytest.mark.django_db
def test_an_account_that_is_not_linked_has_no_token(ingrid: Walker, linked: Account) -> None:
    connecting.unlink(account=linked, actor=ingrid.user)
    with pytest.raises(Reconnect):
        fresh_token(linked.pk)
    with pytest.raises(Reconnect):
        sending.writer_for(linked, renew=True)


@pytest.mark.django_db
def test_a_value_copied_to_another_row_does_not_open(linked: Account, app: SandboxCopy) -> None:
    other = walker(app, "Oskar Lund").link("oskar")
    stolen = Connection.objects.get(pk=linked.pk)
    Connection.objects.filter(pk=other.pk).update(access=stolen.access, refresh=stolen.refresh)
    with pytest.raises(NotNow):
        fresh_token(other.pk)
    swapped = Connection.objects.get(pk=linked.pk)
    swapped.access, swapped.refresh = swapped.refresh, swapped.access
    for column in ("access", "refresh"):
        with pytest.raises(crypto.CannotOpen):
            opened(swapped, column)


@pytest.mark.django_db
def test_rotatekeys_seals_every_token_anew(linked: Account, settings: Settings, ingrid: Walker) -> None:
    age(linked)
    token = fresh_token(linked.pk)
    ingrid.arrived("oskar")
    settings.ENCRYPTION_KEYS = [new_key(), *settings.ENCRYPTION_KEYS]
    out = StringIO()
    call_command("rotatekeys", stdout=out)
    assert "linked accounts: 3 sealed anew, 0 had the newest key, 0 do not open" in out.getvalue()
    assert "links being made: 2 sealed anew" in out.getvalue()
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert fresh_token(linked.pk) == token
    settings.ENCRYPTION_KEYS = [new_key()]
    with pytest.raises(NotNow):  # a lost key is the operator's trouble: the link is not ended
        fresh_token(linked.pk)
    assert Connection.objects.get().state == "linked"


@pytest.mark.django_db
@pytest.mark.parametrize(("left", "stage"), [(13.9, 14), (4.9, 5), (0.9, 1)])
def test_an_end_that_comes_near_is_told_by_mail_and_at_the_desk(
    linked: Account, ingrid: Walker, mailoutbox: list[object], left: float, stage: int
) -> None:
    Connection.objects.update(ends_at=timezone.now() + dt.timedelta(days=left))
    assert link_ends.warn_due() == 1
    assert Connection.objects.get().warned_days == stage
    link_ends.tend()
    link_ends.tend()
    (letter,) = mailoutbox
    assert "may end about" in letter.subject  # type: ignore[attr-defined]
    assert "The link may end about" in ingrid.client.get("/desk/accounts/").content.decode()
    age(linked)
    fresh_token(linked.pk)  # using it moves the end away
    row = Connection.objects.get()
    assert row.ends_at is not None
    assert row.ends_at > timezone.now() + dt.timedelta(days=180)
    assert row.warned_days is None
    assert "The link may" not in ingrid.client.get("/desk/accounts/").content.decode()


@pytest.mark.django_db
def test_three_warnings_come_and_no_more(linked: Account, mailoutbox: list[object]) -> None:
    for left in (15, 13, 12, 5, 4, 1, 0.5, 0.1):
        Connection.objects.update(ends_at=timezone.now() + dt.timedelta(days=left))
        link_ends.tend()
    assert len(mailoutbox) == 3


@pytest.fixture
def many(transactional_db: None, ingrid: Walker) -> Account:
    """An account whose token has ended, in a database that threads share."""
    account = ingrid.link()
    age(account)
    return account


def test_two_hundred_runs_at_the_end_of_a_token_make_one_refresh(many: Account, app: SandboxCopy) -> None:
    count = 200 if database.vendor == "postgresql" else 20  # SQLite has one writer at a time
    found: list[str] = []
    failed: list[str] = []
    gate, room = threading.Event(), threading.Semaphore(25)

    def run() -> None:
        gate.wait()
        with room:
            try:
                found.append(fresh_token(many.pk))
            except Exception as error:  # noqa: BLE001 - whatever happens in a thread must be seen
                failed.append(repr(error))
            finally:
                database.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert (len(found), len(set(found))) == (count, 1)
    assert [(one["refreshes"], one["ended"]) for one in app.allowed(handle="ingrid")] == [(1, "")]


def test_a_link_that_is_ended_while_its_token_is_renewed_is_ended(
    many: Account, app: SandboxCopy, ingrid: Walker
) -> None:
    app.fault(endpoint="token", delay=0.7, times=1)
    said: list[str] = []

    def run() -> None:
        try:
            said.append(fresh_token(many.pk))
        except (NotNow, Reconnect) as failure:
            said.append(type(failure).__name__)
        finally:
            database.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.3)
    assert connecting.unlink(account=many, actor=ingrid.user)
    thread.join(30)
    assert len(said) == 1
    assert not Connection.objects.exists()
    while Revocation.objects.exists():
        link_ends.revoke_due()
    assert [one["ended"] for one in app.allowed(handle="ingrid")] == ["revoked"]
