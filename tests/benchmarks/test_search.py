"""Searching among 8,000 people and 400,000 posts: run by name on PostgreSQL, for filling takes minutes."""

import statistics
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from brands.models import Brand
from brands.queries.directory import directory
from brands.queries.search import look, search, words_page
from brands.wording import ask
from tests.benchmarks.filling_words import PAST, SHARES, fill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ROUNDS = 11
AIM = 50  # ms
MISSING = "zzzz"


def median(what: Callable[[], object]) -> float:
    """Return the median time in ms; the first call, which fills caches, is not counted."""
    what()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        what()
        times.append((time.perf_counter() - began) * 1_000)
    return statistics.median(times)


def plans(brand: Brand, word: str) -> list[str]:
    """Return how PostgreSQL carries out each question of a search for a word."""
    connection.force_debug_cursor = True
    with CaptureQueriesContext(connection) as asked:
        look(brand, ask(word))
    connection.force_debug_cursor = False
    found = []
    for query in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query['sql']}".replace("%", "%%"), [])
            found.append("\n".join(row[0] for row in cursor.fetchall()))
    return found


def show(words: str) -> None:
    """Write a line of the table."""
    print(words)  # noqa: T201 - figures are what a benchmark is for


def measured(client: Client, brand: Brand, word: str) -> tuple[int, list[float]]:
    """Return how many posts were found, and the medians of: people, what they said, dressing it, the whole page."""
    known, spoken = directory(brand), look(brand, ask(word))
    figures = [
        median(lambda: known.find(word, {})),
        median(lambda: look(brand, ask(word))),
        median(lambda: words_page(brand, spoken)),
        median(lambda: client.get(f"/brands/{brand.slug}/people/?q={word}")),
    ]
    return len(spoken.hits), figures


def test_words_are_found_by_the_index_and_in_time() -> None:
    brands, client, slow = fill(), Client(), []
    show(f"\nbrand {'word':9} posts {'people':>8} {'said':>8} {'dressed':>8} {'page':>8}  (p50, ms)")
    for brand in brands:
        for word in (*SHARES, PAST, MISSING):
            hits, figures = measured(client, brand, word)
            show(f"{brand.slug} {word:9} {hits:5} " + " ".join(f"{figure:8.1f}" for figure in figures))
            slow += [(brand.slug, word, figure) for figure in figures[:3] if figure > AIM]
        for name, figure in totals(brand).items():
            show(f"{brand.slug} {name}: {figure:.1f} ms")
        for word in ("bogie", MISSING):
            walk = plans(brand, word)
            assert all("Seq Scan on brands_brandpost" not in plan for plan in walk), walk
            assert any("brandpost_words" in plan for plan in walk), walk
    assert slow == []


def totals(brand: Brand) -> dict[str, float]:
    """Return what reading the people takes, and a search with it."""
    return {
        "reading the people": median(lambda: directory(brand)),
        "all of a search": median(lambda: search(brand, directory(brand), "snow", {})),
    }
