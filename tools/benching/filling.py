"""Synthetic people and posts: seeded, of realistic lengths, written by COPY. Nobody real is in them.

8,000 people with 50 posts each, in four brands: small (182 of them), middle (2,000), large (all) and silent (182 who
have said nothing for a year). Whoever runs the same code gets the same rows, but for the day on which it starts.
"""

import csv
import datetime as dt
import hashlib
import io
import itertools
import json
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from brands.models import Brand, BrandPost, Enrolment, ShownAccount, Team, Topic
from brands.wording import words_of
from people.models import BACKDROPS, Account, Person, Post, PostPicture, SyncState
from people.networks.types import Entity, Media
from people.rendering import words_html

ROOT = Path(__file__).resolve().parent.parent.parent
TEXTS = 20_000  # different ones; people say the same things again
FIRST_REMOTE_ID = 1_790_000_000_000_000_000
POSTS_EACH = 50
SYLLABLES = [
    "ba",
    "ke",
    "lo",
    "mi",
    "nu",
    "ra",
    "se",
    "ti",
    "vo",
    "wa",
    "en",
    "al",
    "or",
    "is",
    "ur",
    "che",
    "lan",
    "ker",
    "mont",
    "gra",
    "del",
    "fin",
    "tor",
    "ves",
    "per",
]
TOPIC_WORDS = [
    "snow",
    "signals",
    "timetables",
    "bread",
    "brakes",
    "bicycles",
    "dining",
    "sleep",
    "bridges",
    "tickets",
    "weather",
    "languages",
]


@dataclass(frozen=True)
class Size:
    """How many people the brands have."""

    small: int = 182
    middle: int = 2_000
    large: int = 8_000
    silent: int = 182

    def members(self) -> dict[str, range]:
        """Return the numbers of the people of each brand."""
        return {
            "small": range(self.small),
            "middle": range(self.middle),
            "large": range(self.large),
            "silent": range(self.large - self.silent, self.large),
        }


FULL = Size()
QUICK = Size(small=60, middle=300, large=900, silent=60)


def key(size: Size) -> str:
    """Return the key of the kept database: its size, and what changes with the tables and with this code."""
    sources = [*sorted(ROOT.glob("*/migrations/*.py")), Path(__file__), ROOT / "brands" / "wording.py"]
    sources += [ROOT / "people" / "rendering.py"]
    content = b"".join(source.read_bytes() for source in sources) + repr(size).encode()
    return f"{'full' if size == FULL else 'quick'}-{hashlib.sha256(content).hexdigest()[:12]}"


def fill(size: Size) -> None:
    """Fill an empty, migrated database."""
    chance = random.Random(4)  # noqa: S311 - the same rows each time
    now = timezone.now().replace(microsecond=0)
    words = _vocabulary(chance)
    with connection.cursor() as cursor, _light():
        # foreign keys hold by the way the rows are made: looking each of them up would take longer than writing
        cursor.execute("SET session_replication_role = replica")
        _people(size, chance, words, now)
        _posts(size, chance, words, now)
        _feeds(size)
        cursor.execute("SET session_replication_role = DEFAULT")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _light() -> Iterator[None]:
    """Take the indexes of the large tables away while they are filled, and make them again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique",
            [[Post._meta.db_table, BrandPost._meta.db_table]],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for _, words in indexes:
            cursor.execute(words)


def _vocabulary(chance: random.Random) -> list[str]:
    made = {"".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 3)))) for _ in range(6_000)}
    return [*TOPIC_WORDS, *sorted(made)]


def _people(size: Size, chance: random.Random, words: list[str], now: dt.datetime) -> None:
    brands = {slug: Brand(slug=slug, name=f"Brand {slug}", tagline=f"the {slug} railway") for slug in size.members()}
    Brand.objects.bulk_create(brands.values())
    teams = {s: [Team(brand=b, slug=f"team-{n}", name=f"Team {n}") for n in range(12)] for s, b in brands.items()}
    Team.objects.bulk_create(itertools.chain(*teams.values()))
    topics = {s: [Topic(brand=b, slug=w, name=w.capitalize()) for w in TOPIC_WORDS] for s, b in brands.items()}
    Topic.objects.bulk_create(itertools.chain(*topics.values()))
    places = [word.capitalize() for word in chance.sample(words, 60)]
    people = [_person(n, chance, words) for n in range(size.large)]
    write(Person, people)
    write(Account, (_account(n, now) for n in range(size.large)))
    write(SyncState, ({"account_id": n + 1, "due_at": now + dt.timedelta(days=1)} for n in range(size.large)))
    enrolments, shown, about = [], [], []
    for slug, members in size.members().items():
        for n in members:
            enrolments.append(
                {
                    "id": len(enrolments) + 1,
                    "brand_id": brands[slug].pk,
                    "person_id": n + 1,
                    "state": "active" if n % 50 else "paused",
                    "state_changed_at": now if n % 50 == 0 else now - dt.timedelta(days=400),
                    "title": f"{chance.choice(words).capitalize()} {chance.choice(('lead', 'fitter', 'planner'))}",
                    "place": chance.choice(places),
                    "team_id": chance.choice(teams[slug]).pk,
                    "email": f"person{n}@staff.example",
                    "external_id": str(n),
                    "consented_at": now - dt.timedelta(days=900),
                    "created_at": now - dt.timedelta(days=900),
                }
            )
            since = now - dt.timedelta(days=900)
            shown.append({"enrolment_id": len(enrolments), "account_id": n + 1, "shows": "all", "since": since})
            about += [
                {"enrolment_id": len(enrolments), "topic_id": topic.pk}
                for topic in chance.sample(topics[slug], chance.choice((0, 1, 2)))
            ]
    write(Enrolment, enrolments)
    write(ShownAccount, shown)
    write(Enrolment.topics.through, about)


def _person(n: int, chance: random.Random, words: list[str]) -> dict[str, Any]:
    first, last = chance.choice(words).capitalize(), f"{chance.choice(words)}{chance.choice(words)}".capitalize()
    return {
        "id": n + 1,
        "slug": f"person-{n}",
        "name": f"{first} {last}",
        "sort_name": f"{last} {first}".casefold(),
        "first_name": first,
        "backdrop": BACKDROPS[n % len(BACKDROPS)],
        "portrait": hashlib.md5(b"%d" % n).hexdigest() if n % 5 < 3 else "",  # noqa: S324 - names a file
        "portrait_alt": f"{first} at work" if n % 5 < 3 else "",
        "languages": chance.sample(["en", "de", "fr", "nl", "pl"], chance.choice((1, 1, 2))),
        "line": f"knows about {chance.choice(TOPIC_WORDS)}" if n % 4 else "",
        "about": " ".join(chance.choices(words, k=9)).capitalize() + "." if n % 3 else "",
        "page_open": True,
    }


def _account(n: int, now: dt.datetime) -> dict[str, Any]:
    since = now - dt.timedelta(days=900)
    return {
        "id": n + 1,
        "person_id": n + 1,
        "network": "x",
        "remote_id": str(FIRST_REMOTE_ID + n),
        "handle": f"person_{n}",
        "display_name": f"Person {n}",
        "state": "active",
        "read_from": since,
        "page_from": since,
        "named_by_operator": True,
    }


def text(chance: random.Random, words: list[str]) -> tuple[str, list[Entity]]:
    """Return a post's words and what in them links somewhere: 20 to 280 characters, half of them below 130."""
    length = max(20, min(280, int(chance.lognormvariate(4.85, 0.6))))
    said, links = "", []
    while len(said) < length:
        word = chance.choice(words)
        roll = chance.random()
        if roll < 0.03:
            links.append(Entity("hashtag", len(said), len(said) + len(word) + 1, f"/sandbox/tag/{word}", f"#{word}"))
            word = f"#{word}"
        elif roll < 0.04:
            links.append(Entity("url", len(said), len(said) + 23, f"https://{word}.example/x", f"{word}.example/x"))
            word = "https://short.example/" + "a"
        elif roll < 0.06:
            word += " &"
        said += word + (". " if roll > 0.9 else " ")
    return said.strip(), links


def said_columns(chance: random.Random, words: list[str]) -> dict[str, Any]:
    """Return what one text makes of the columns of a post."""
    said, links = text(chance, words)
    links = [link for link in links if link.end <= len(said)]
    found: dict[str, Any] = {"text": said, "html": str(words_html(said, links)), "lang": chance.choice(("en", "de"))}
    found["entities"] = json.dumps([asdict(link) for link in links])
    found["media"] = "[]"
    if chance.random() < 0.15:
        found["media"] = json.dumps([asdict(Media("photo", "https://pictures.example/1", "A train", 1200, 900))])
    return found


def _posts(size: Size, chance: random.Random, words: list[str], now: dt.datetime) -> None:
    texts = [said_columns(chance, words) for _ in range(TEXTS if size.large > 2_000 else 2_000)]
    write(Post, _rows_of_posts(size, chance, texts, now))
    stem = hashlib.md5(b"picture").hexdigest()  # noqa: S324 - names a file
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {PostPicture._meta.db_table}"  # noqa: S608 - the table's own name
            " (post_id, position, source_url, published_at, stem, width, height, tries, tried_at)"
            " SELECT id, 0, 'https://pictures.example/1', published_at, %s, 1200, 900, 1, now()"
            " FROM people_post WHERE media <> '[]'::jsonb AND published_at > %s",
            [stem, now - dt.timedelta(days=90)],
        )


def _rows_of_posts(
    size: Size, chance: random.Random, texts: list[dict[str, Any]], now: dt.datetime
) -> Iterator[dict[str, Any]]:
    quiet = set(size.members()["silent"])
    total = size.large * POSTS_EACH
    year = 365 * 86_400
    metrics = json.dumps({"replies": 1, "reposts": 2, "likes": 11, "quotes": None})
    for n in range(total):
        author = n % size.large
        age = chance.random() * year + (year if author in quiet else 0)
        row = {
            "id": n + 1,
            "account_id": author + 1,
            "person_id": author + 1,
            "remote_id": str(FIRST_REMOTE_ID + n),
            "published_at": now - dt.timedelta(seconds=int(age)),
            "fetched_at": now,
            "metrics": metrics,
            "conversation_id": str(FIRST_REMOTE_ID + n),
            **texts[chance.randrange(len(texts))],
        }
        roll = chance.random()
        if roll < 0.12 and n:
            row |= {"kind": "reply", "reply_to_id": str(FIRST_REMOTE_ID + chance.randrange(n))}
            row["reply_to_handle"] = "somebody"
        elif roll < 0.15 and n:
            row |= {"kind": "quote", "quote_of_id": str(FIRST_REMOTE_ID + chance.randrange(n))}
        yield row


def _feeds(size: Size) -> None:
    """Place the posts as brands/feed.py would: everybody's yes covers all they say but answers to others."""
    words = {said: words_of(said) for said in Post.objects.order_by().values_list("text", flat=True).distinct()}
    posts = list(Post.objects.exclude(kind="reply").values_list("pk", "person_id", "published_at", "text", named=True))
    posts.sort(key=lambda post: post.published_at)
    brands = dict(Brand.objects.values_list("slug", "pk"))
    members = {brands[slug]: members for slug, members in size.members().items()}
    paused = set(Enrolment.objects.filter(state="paused").values_list("person_id", flat=True))
    changed = Enrolment.objects.filter(state="paused").values_list("state_changed_at", flat=True).first()
    write(
        BrandPost,
        (
            {
                "brand_id": brand,
                "post_id": post.pk,
                "person_id": post.person_id,
                "published_at": post.published_at,
                "words": words[post.text],
            }
            for brand, people in members.items()
            for post in posts
            if post.person_id - 1 in people
            and not (post.person_id in paused and changed and post.published_at >= changed)
        ),
    )


def write(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """Write rows by COPY, in chunks; columns that a row does not name get the field's default."""
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    fields = [field for field in fields if not (field.primary_key and field.column not in first)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    defaults = {field.column: _default(field) for field in fields}
    rows = itertools.chain([first], rows)
    while chunk := list(itertools.islice(rows, 20_000)):
        file = io.StringIO()
        lines = csv.writer(file)
        lines.writerows([_cell({**defaults, **row}[name]) for name in defaults] for row in chunk)
        file.seek(0)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '\\N')", file)
    with connection.cursor() as cursor:
        key_column = model._meta.pk.column if model._meta.pk else "id"
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key_column])
        if cursor.fetchone()[0]:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{key_column}'),"  # noqa: S608
                f" (SELECT max({key_column}) FROM {table}))"
            )


def _default(field: Any) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now()
    return field.get_default()


def _cell(value: Any) -> Any:
    if value is None:
        return "\\N"
    if isinstance(value, list | dict):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, dt.datetime) else value
