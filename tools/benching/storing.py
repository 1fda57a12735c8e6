"""Stores batches of 100 new posts as sync does and as execute_values would, in turn; prints posts a second as JSON.

The raw side is the floor: one INSERT of 100 ready rows into people_post, one of 100 rows into brands_brandpost, one
commit. It leaves out: deciding what is new (reading what is stored), rendering words, the words that posts are found
by, the claim, consent and choices, pictures, the version of the brand's pages. "Two transactions" commits the posts
before the feed rows, as the store step must: the signal goes out after commit.
"""

import itertools
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg2.extras import execute_values

from brands.models import Brand, BrandPost
from brands.wording import words_of
from people.models import Account, Post, SyncState
from people.networks.types import Media, Metrics, PostRecord
from people.syncing import plan
from people.syncing.decide import columns
from people.syncing.store import store_page
from tools.benching import filling

BATCH = 100
FIRST_ID = 1_900_000_000_000_000_000
_ids = itertools.count(FIRST_ID)


def records(account: Account, chance: random.Random, words: list[str]) -> list[PostRecord]:
    """Return a page of new posts of an account, as an adapter gives them."""
    now = timezone.now()
    made = []
    for _ in range(BATCH):
        said, links = filling.text(chance, words)
        photo = Media("photo", "https://pictures.example/2", "A train", 1200, 900)
        made.append(
            PostRecord(
                remote_id=str(next(_ids)),
                author_id=account.remote_id or "",
                published_at=now.replace(microsecond=0),
                text=said,
                lang="en",
                entities=tuple(link for link in links if link.end <= len(said)),
                media=(photo,) if chance.random() < 0.15 else (),
                metrics=Metrics(1, 2, 3, 0),
            )
        )
    return made


def by_store(batches: Sequence[tuple[plan.Claim, list[PostRecord]]]) -> None:
    """Store as sync does."""
    for claim, page in batches:
        store_page(claim, page)


class Raw:
    """Ready rows, written by psycopg2 itself."""

    def __init__(self, brand: int, batches: Sequence[tuple[plan.Claim, list[PostRecord]]]) -> None:
        self.brand = brand
        now = timezone.now()
        self.names = [field.column for field in Post._meta.concrete_fields if not field.primary_key]
        self.pages = [self._rows(claim.account, page, now) for claim, page in batches]

    def _rows(self, account: Account, page: list[PostRecord], now: object) -> tuple[list[tuple[object, ...]], object]:
        person = account.person_id
        rows, feed = [], []
        for record in page:
            made = Post(account=account, person_id=person, fetched_at=now, **columns(record))
            fields = [field for field in Post._meta.concrete_fields if not field.primary_key]
            rows.append(tuple(f.get_db_prep_save(getattr(made, f.attname), connection) for f in fields))
            feed.append((person, record.published_at, words_of(record.text)))
        return rows, feed

    def write(self, *, parted: bool) -> None:
        """Write all pages, each in one transaction, or its two halves in one each."""
        connection.ensure_connection()
        raw = connection.connection
        names = ", ".join(f'"{name}"' for name in self.names)
        posts = f"INSERT INTO people_post ({names}) VALUES %s RETURNING id"  # noqa: S608 - the table's own columns
        feeds = "INSERT INTO brands_brandpost (brand_id, post_id, person_id, published_at, words) VALUES %s"
        raw.autocommit = False
        with raw.cursor() as cursor:
            for rows, feed in self.pages:
                ids = execute_values(cursor, posts, rows, page_size=BATCH, fetch=True)
                if parted:
                    raw.commit()
                placed = [(self.brand, pk, *row) for (pk,), row in zip(ids, feed, strict=True)]
                execute_values(cursor, feeds, placed, page_size=BATCH)
                raw.commit()
        raw.autocommit = True


def main(rounds: int, size: int) -> None:
    """Measure and print."""
    chance = random.Random(9)  # noqa: S311 - the same rows each time
    words = filling._vocabulary(chance)  # noqa: SLF001 - the words of the filled database
    brand = Brand.objects.get(slug="large")
    only_large = Account.objects.filter(person__enrolments__brand=brand, person__enrolments__state="active").exclude(
        person__enrolments__brand__in=Brand.objects.exclude(pk=brand.pk)
    )
    accounts = itertools.cycle(only_large.order_by("pk").values_list("pk", flat=True))
    SyncState.objects.update(due_at=timezone.now())
    rates: dict[str, list[float]] = {}
    for number in range(-1, rounds):
        for name, prepare in sides(brand.pk).items():
            batches = list(_batches(accounts, size, chance, words))
            act = prepare(batches)
            began = time.perf_counter()
            act()
            seconds = time.perf_counter() - began
            if number >= 0:
                rates.setdefault(name, []).append(size * BATCH / seconds)
    placed = BrandPost.objects.filter(brand=brand, post__remote_id__gte=str(FIRST_ID)).count()
    assert placed == 3 * (rounds + 1) * size * BATCH, placed  # noqa: S101 - every side wrote everything
    with CaptureQueriesContext(connection) as queries:
        by_store(list(_batches(accounts, 1, chance, words)))
    print(json.dumps({"rates": rates, "queries": len(queries) - CLAIMING}))


CLAIMING = 2  # queries of a claim


def sides(brand: int) -> dict[str, Callable[[list[tuple[plan.Claim, list[PostRecord]]]], Callable[[], None]]]:
    """Return the ways of storing, each as what makes its act ready."""
    return {
        "store step": lambda batches: lambda: by_store(batches),
        "execute_values": lambda batches: _raw(brand, batches, parted=False),
        "execute_values, two transactions": lambda batches: _raw(brand, batches, parted=True),
    }


def _raw(brand: int, batches: list[tuple[plan.Claim, list[PostRecord]]], *, parted: bool) -> Callable[[], None]:
    ready = Raw(brand, batches)
    return lambda: ready.write(parted=parted)


def _batches(
    accounts: Iterator[int], size: int, chance: random.Random, words: list[str]
) -> Iterator[tuple[plan.Claim, list[PostRecord]]]:
    while size:
        claim = plan.claim(next(accounts))
        if claim is not None:
            size -= 1
            yield claim, records(claim.account, chance, words)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
