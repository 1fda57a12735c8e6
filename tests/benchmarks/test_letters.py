"""Letters to 100,000 fans of 8,000 people: run by name on PostgreSQL, for filling takes minutes.

Memory must not grow with the number of fans: neither while the rounds are walked nor while letters are sent.
"""

import datetime as dt
import resource
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from people.letters import due, sending
from people.models import Account, Fan, Follow, Letter, LetterRound, Person, Post, User
from tests.people.letters.conftest import make_fan, say, speaker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
FANS, PEOPLE, POSTS_EACH, FOLLOWS_EACH = 100_000, 8_000, 50, 10
SENT = 1_000
MOST_GROWTH_MB = 30
NOW = dt.datetime(2026, 11, 29, 8, 5, tzinfo=dt.UTC)


def memory() -> float:
    """Return how much memory this process has at this moment, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1_000_000


def show(words: str) -> None:
    """Write a line of the table."""
    print(words)  # noqa: T201 - figures are what a benchmark is for


def many(model: type[Model], like: Model, source: str, **columns: str) -> None:
    """Add a row for each of source, what stands after a JOIN: like this row but for these columns."""
    names = [
        str(field.column) for field in model._meta.concrete_fields if field.column in columns or not field.primary_key
    ]
    picked = ", ".join(columns.get(name, f't."{name}"') for name in names)
    table, quoted = model._meta.db_table, ", ".join(f'"{name}"' for name in names)
    key = model._meta.pk.column
    with connection.cursor() as cursor:
        words = f"INSERT INTO {table} ({quoted}) SELECT {picked} FROM {table} t JOIN {source} WHERE t.{key} = %s"  # noqa: S608 - ours
        cursor.execute(words, [like.pk])


def fill() -> None:
    """Make people, posts, fans and follows: one of each by hand, the others like it."""
    words = "Forty centimetres of new snow at the Brenner. " * 4
    account = speaker("Person Number1", slug="p0")
    person = account.person
    post, fan = say(account, words, html=f"<p>{words}</p>"), make_fan(person, at="fan@example.org")
    series = "generate_series(1, {}) n ON true"
    many(Person, person, series.format(PEOPLE - 1), slug="'p' || n", first_name="'Nr' || n", name="'Person Nr' || n")
    others = f"people_person p ON p.id <> {person.pk}"
    many(Account, account, others, person_id="p.id", remote_id="'r' || p.id", handle="'h' || p.id")
    spoken = f"people_account a ON true JOIN {series.format(POSTS_EACH)}"
    at = "timestamptz '2026-11-29 08:00+00' - n * interval '6 hours' - (a.id %% 300) * interval '1 minute'"
    said = {"account_id": "a.id", "person_id": "a.person_id", "remote_id": "a.id || '-' || n"}
    many(Post, post, spoken, **said, published_at=at, found_at=at)
    many(User, fan.user, series.format(FANS - 1), email="'fan' || n || '@example.org'")
    many(Fan, fan, f"people_user u ON u.id <> {fan.pk}", user_id="u.id")
    ranked = "(SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM people_person) p"
    chosen = f"people_fan f ON true JOIN {series.format(FOLLOWS_EACH)} JOIN {ranked}"
    chosen += f" ON p.place = (f.user_id * 7 + n * 811) %% {PEOPLE} AND p.id <> {person.pk}"
    many(Follow, Follow.objects.get(), chosen, fan_id="f.user_id", person_id="p.id")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_letters_to_a_hundred_thousand_fans_take_no_more_memory_than_to_ten_thousand(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    fill()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    due.begin_rounds(timezone.now())
    began, left, rows = time.monotonic(), 0, []
    while (one := LetterRound.objects.filter(done_at=None).first()) is not None:
        new = due._walk(one)
        left += new
        if new and left % 10_000 == 0:
            rows.append((left, time.monotonic() - began, memory()))
    for count, seconds, size in rows:
        show(f"left {count:>7,} letters after {seconds:6.1f} s, memory {size:6.1f} MB")
    assert Letter.objects.count() == FANS
    assert rows[-1][2] - rows[0][2] < MOST_GROWTH_MB
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.LETTERS_PER_MINUTE = 10**9
    Letter.objects.update(late_after=NOW + dt.timedelta(days=36_500), next_due_at=NOW - dt.timedelta(days=9))
    monkeypatch.undo()
    before, began, sent = 0.0, time.monotonic(), 0
    while sent < SENT:
        sent += sending.send_due(seconds=5)
        before = before or memory()
        show(f"sent {sent:>7,} letters after {time.monotonic() - began:6.1f} s, memory {memory():6.1f} MB")
    assert memory() - before < MOST_GROWTH_MB
