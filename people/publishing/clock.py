"""The one clock of publishing is the database's: workers' clocks may be wrong, and differ."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now
from django.utils import timezone

FROZEN = timedelta(seconds=20)  # a claim, which calls nobody, takes a fraction of a second


class DbNow(Now):
    """The database's time at the moment of asking, also inside a long transaction."""

    def as_postgresql(self, compiler: Any, connection: Any, **words: Any) -> Any:
        return self.as_sql(compiler, connection, template="CLOCK_TIMESTAMP()", **words)


def now() -> datetime:
    """Ask the database what time it is."""
    if connection.vendor == "sqlite":
        return timezone.now()  # the database is in this process
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def seconds(name: str) -> timedelta:
    """Return one of the protocol's times (settings.PUBLISHING_SECONDS)."""
    return timedelta(seconds=settings.PUBLISHING_SECONDS[name])


def after(*names: str) -> CombinedExpression:
    """Return the database's time plus these times, for a column."""
    return DbNow() + sum((seconds(name) for name in names), timedelta())


def unfrozen(*, disk: bool = True) -> None:
    """Let the database end this transaction if nothing comes of it: a frozen worker keeps no row from the others.

    disk=False: nor does its end wait for the disk. For what may be lost, as the mark that is committed after it is not.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            words = "" if disk else "; SET LOCAL synchronous_commit TO off"
            milliseconds = int(FROZEN.total_seconds() * 1000)
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout TO %s{words}", [milliseconds])


def durable() -> None:
    """Let what this connection commits survive a power cut. Inside a transaction SQLite stays as it was."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO on")
