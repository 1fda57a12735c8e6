"""A pytest plugin that starts PostgreSQL and Valkey before pytest-django reads the settings.

DATABASE_URL or REDIS_URL in the environment are used instead; REQUIRE_SERVERS=1 makes a missing server a failure;
TEST_DATABASE=sqlite runs the suite on SQLite.
"""

import os
import shutil
import tempfile
import time

from advocacy import localservers

_started: list[localservers.Postgres | localservers.Valkey] = []
_data_dir = tempfile.mkdtemp(prefix="chorus-test-")
_notes: list[str] = []


def _start() -> None:
    began = time.monotonic()
    os.environ["PROFILE"] = "test"
    os.environ["DATA_DIR"] = _data_dir
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


def pytest_unconfigure() -> None:
    """Stop what was started."""
    while _started:
        _started.pop().stop()
    shutil.rmtree(_data_dir, ignore_errors=True)
