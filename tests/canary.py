"""A pytest plugin: every token of the sandbox begins with a mark, and the mark must turn up nowhere.

Looked through: each line that is logged in the whole run; after each test that linked something the database, the
mails and the cache; at the end Valkey and the files of DATA_DIR (mails, parcels, SQLite itself).
"""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

MARK = "pretend-token-"  # advocacy/sandbox/grants.py; written out here, since tests must not depend on what they test
LARGEST = 200_000_000


class Ear(logging.Handler):
    """Hears everything that is logged, and remembers what holds the mark."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at the line as it would be written, with its traceback and what hangs on it."""
        if MARK in self.format(record) or MARK in str(record.__dict__):
            self.heard.append(f"{record.name}: {record.msg}")


EAR = Ear()
found: list[str] = []


def in_database() -> list[str]:
    """Return where in the database the mark stands: table and column."""
    from django.apps import apps  # noqa: PLC0415 - the plugin is there before Django is set up

    places = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label == "sandbox":
            continue  # the network knows its own tokens
        for row in model._default_manager.values().iterator(chunk_size=200):
            places += [f"{model._meta.db_table}.{name}" for name, value in row.items() if MARK in _text(value)]
    return places


def _text(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def in_mails() -> list[str]:
    """Return the subjects of mails of this test that hold the mark."""
    from django.core import mail  # noqa: PLC0415

    return [letter.subject for letter in getattr(mail, "outbox", []) if MARK in letter.message().as_string()]


def in_valkey(address: str) -> list[str]:
    """Return the keys of a Valkey server under which the mark stands, or whose name holds it."""
    keys = []
    for number in (0, 1):
        server = redis.Redis(unix_socket_path=address.removeprefix("redis+socket://"), db=number)
        for key in server.scan_iter(count=1000):
            kind = server.type(key)
            value = server.lrange(key, 0, -1) if kind == b"list" else server.dump(key)
            if MARK in f"{key!r} {value!r}":
                keys.append(f"{number}: {key!r}")
    return keys


def in_files(folder: Path) -> list[str]:
    """Return the files below a folder that hold the mark."""
    names = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size < LARGEST and MARK.encode() in path.read_bytes():
            names.append(str(path.relative_to(folder)))
    return names


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Listen during a test, and look around after one that linked something."""
    if EAR not in logging.getLogger().handlers:
        logging.getLogger().addHandler(EAR)
    yield
    names = getattr(item, "fixturenames", ())
    if "db" not in names and "transactional_db" not in names and not item.get_closest_marker("django_db"):
        return
    if not {"sandbox", "x"} & set(names):
        return
    from people.models import Connection, PendingLink, Revocation  # noqa: PLC0415

    if any(model._default_manager.exists() for model in (Connection, PendingLink, Revocation)):
        places = in_database() + in_mails() + EAR.heard
        assert places == [], f"a token stands in {places}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look through what outlives the tests."""
    found.extend(f"log line of {line}" for line in EAR.heard)
    data_dir = os.environ.get("DATA_DIR", "")
    if data_dir and Path(data_dir).name.startswith("chorus-test-"):
        found.extend(f"file {name}" for name in in_files(Path(data_dir)))
    address = os.environ.get("REDIS_URL", "")
    if address.startswith("redis+socket://"):
        with contextlib.suppress(redis.ConnectionError):  # it was stopped already
            found.extend(f"Valkey {key}" for key in in_valkey(address))
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name where a token was found."""
    for place in found:
        terminalreporter.write_line(f"A TOKEN WAS FOUND: {place}", red=True)
