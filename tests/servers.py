"""A pytest plugin that starts PostgreSQL and Valkey before pytest-django reads the settings.

DATABASE_URL or REDIS_URL in the environment are used instead; REQUIRE_SERVERS=1 makes a missing server a failure;
TEST_DATABASE=sqlite runs the suite on SQLite.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from advocacy import localservers

_started: list[localservers.Postgres | localservers.Valkey] = []
_data_dir = tempfile.mkdtemp(prefix="chorus-test-")
_notes: list[str] = []
_left_out: list[str] = []


def _start() -> None:
    began = time.monotonic()
    os.environ["PROFILE"] = "test"
    os.environ["DATA_DIR"] = _data_dir
    for name in ("static", "media", "mail"):
        Path(_data_dir, name).mkdir()
    if os.environ.get("TEST_DATABASE") == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{_data_dir}/chorus.sqlite3"
        _notes.append("SQLite (asked for)")
    elif "DATABASE_URL" in os.environ:
        _notes.append("the database of DATABASE_URL")
    else:
        _try("DATABASE_URL", "embedded PostgreSQL", localservers.Postgres, "SQLite")
    if "REDIS_URL" in os.environ:
        _notes.append("the server of REDIS_URL")
    else:
        _try("REDIS_URL", "embedded Valkey", localservers.Valkey, "no Valkey")
    _notes.append(f"ready in {time.monotonic() - began:.1f} s")


def _try(
    variable: str, name: str, server: type[localservers.Postgres] | type[localservers.Valkey], instead: str
) -> None:
    try:
        started = server()
    except localservers.Unavailable as error:
        if os.environ.get("REQUIRE_SERVERS"):
            raise
        _notes.append(f"{instead} ({error})")
    else:
        _started.append(started)
        os.environ[variable] = started.url
        _notes.append(name)


_start()


def pytest_report_header() -> str:
    """Say which servers this run had."""
    return "servers: " + ", ".join(_notes)


def _may_be_left_out(reason: str) -> bool:
    """Return whether CI puts up with a test that was left out for this reason."""
    if "PostgreSQL" in reason:
        return os.environ.get("TEST_DATABASE") == "sqlite"
    of_real_data = any(words in reason for words in ("real data", "real posts", "recorded answers"))
    return of_real_data and not os.environ.get("REQUIRE_REAL_DATA")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a test that was left out though CI must run it."""
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not _may_be_left_out(reason):
            _left_out.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of CI that left out a test."""
    if _left_out:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what CI should have run."""
    for line in _left_out:
        terminalreporter.write_line(f"LEFT OUT, but CI must run it: {line}", red=True)


def pytest_unconfigure() -> None:
    """Stop what was started."""
    while _started:
        _started.pop().stop()
    shutil.rmtree(_data_dir, ignore_errors=True)
