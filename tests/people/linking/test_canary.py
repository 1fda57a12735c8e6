"""Tokens turn up nowhere; and whoever looks for them would find them."""

import json
import logging
import os
import sys
import zipfile
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from advocacy.loglines import Line
from advocacy.sandbox.grants import MARK
from people import taking_along
from people.models import Connection
from people.networks import x_oauth
from people.tokens import fresh_token
from tests import canary
from tests.people.linking.walking import Walker

pytestmark = pytest.mark.django_db


def test_the_mark_is_the_sandboxs() -> None:
    assert canary.MARK == MARK


def test_the_search_finds_what_is_planted(ingrid: Walker, tmp_path: Path) -> None:
    account = ingrid.link()
    token = fresh_token(account.pk)
    assert token.startswith(MARK)
    assert canary.in_database() == []
    Connection.objects.update(trouble=token)
    assert canary.in_database() == ["people_connection.trouble"]
    Connection.objects.update(trouble="")
    ear = canary.Ear()
    ear.emit(logging.LogRecord("x", logging.INFO, "f", 1, "sent with %s", (token,), None))
    ear.emit(logging.LogRecord("x", logging.INFO, "f", 1, "sent", (), None))
    assert ear.heard == ["x: sent with %s"]
    mail.outbox.append(mail.EmailMessage("Planted", f"It is {token}", to=["a@example.org"]))
    assert canary.in_mails() == ["Planted"]
    mail.outbox.clear()
    (tmp_path / "file").write_text(token)
    assert canary.in_files(tmp_path) == ["file"]
    if os.environ.get("REDIS_URL", "").startswith("redis+socket://"):
        cache.set("planted", token)
        assert len(canary.in_valkey(os.environ["REDIS_URL"])) == 1
        cache.delete("planted")
        assert canary.in_valkey(os.environ["REDIS_URL"]) == []


def test_what_a_person_takes_along_has_their_links_and_no_token(
    ingrid: Walker, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    account = ingrid.link()
    fresh_token(account.pk)
    parcel = taking_along.ask(person=ingrid.person, actor=ingrid.user)
    assert taking_along.pack_due() == 1
    row = Connection.objects.get()
    with zipfile.ZipFile(taking_along.file_of(parcel)) as box:
        for name in box.namelist():
            body = box.read(name)
            for secret in (MARK, row.access, row.refresh):
                assert secret.encode() not in body
        (said,) = json.loads(box.read("me.json"))["accounts"]
    assert said["linked"] == row.linked_at.isoformat()
    assert said["may"] == row.scopes


def test_no_report_of_an_error_holds_a_token(ingrid: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    account = ingrid.link()
    token = fresh_token(account.pk)
    Connection.objects.update(access_ends_at=timezone.now())

    def broken(*args: object, **words: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(x_oauth, "_read", broken)
    report = ""
    try:
        fresh_token(account.pk, refused=token)
    except RuntimeError:
        report = ExceptionReporter(None, *sys.exc_info()).get_traceback_text()
    assert "broken" in report
    # the frames of this test hold the token, as no product code would
    ours = report.partition("/people/tokens.py")[2]
    assert ours
    assert MARK not in ours


def test_no_log_line_tells_what_came_to_the_callback() -> None:
    line = Line("%(message)s")
    words = [
        'GET "/desk/accounts/callback/x/?state=abc-DEF_1&code=xyz&lang=de" 302',
        "/sign-in/?next=/desk/accounts/callback/x/%3Fstate%3Dabc-DEF_1%26code%3Dxyz%26lang%3Dde",
        "/brands/vesper/people/?zip_code=1010",
    ]
    records = [logging.LogRecord("x", logging.INFO, "f", 1, text, (), None) for text in words]
    assert [line.format(record) for record in records] == [
        'GET "/desk/accounts/callback/x/?state=...&code=...&lang=de" 302',
        "/sign-in/?next=/desk/accounts/callback/x/%3Fstate%3D...%26code%3D...%26lang%3Dde",
        "/brands/vesper/people/?zip_code=1010",
    ]
