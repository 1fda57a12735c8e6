"""8,000 people with 50 posts each, for two brands: one of all of them, one of 182; rows written as fast as can be."""

import datetime as dt
import random
from collections.abc import Iterator

from django.db import connection
from django.utils import timezone
from django.utils.html import escape

from brands.models import Brand, BrandPost, Enrolment, ShownAccount, Team, Topic
from brands.wording import words_of
from people.models import Account, Person, Post

PEOPLE, POSTS, SMALL = 8_000, 50, 182
# word -> the share of posts that have it
SHARES = {"train": 0.4, "snow": 0.05, "kitchen": 0.01, "bogie": 0.0005}
PAST = "harvest"  # a tenth of the older half, nowhere else
_SYLLABLES = ("ka", "lo", "mi", "ren", "tas", "vu", "dor", "el", "fin", "gra", "hus", "jo", "pel", "qui", "sto", "wen")
_NAMES = ("Ingrid", "Tomáš", "Noor", "Mateus", "Oskar", "Zoë", "Łukasz", "Åse", "Jürgen", "Ελένη")


def fill() -> tuple[Brand, Brand]:
    """Write all rows; return the large and the small brand."""
    rng = random.Random(1)  # noqa: S311 - sample rows
    filler = ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(20_000)]
    large, small = (Brand.objects.create(slug=slug, name=slug.title()) for slug in ("large", "small"))
    persons = Person.objects.bulk_create(_persons(filler), batch_size=2_000)
    now = timezone.now()
    accounts = Account.objects.bulk_create(
        [
            Account(
                person=person, network="x", remote_id=str(10**17 + number), handle=f"h{number}", state="active",
                read_from=now - dt.timedelta(days=400), page_from=now - dt.timedelta(days=400), named_by_operator=True,
            )
            for number, person in enumerate(persons)
        ],
        batch_size=2_000,
    )  # fmt: skip
    for brand, members in ((large, accounts), (small, accounts[:: PEOPLE // SMALL][:SMALL])):
        _enrol(brand, members, now)
    for start in range(0, PEOPLE, 200):
        _speak(accounts[start : start + 200], filler, rng, now, large, small)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return large, small


def _persons(filler: list[str]) -> Iterator[Person]:
    for number in range(PEOPLE):
        first, last = _NAMES[number % len(_NAMES)], filler[number].title()
        yield Person(
            name=f"{first} {last}", sort_name=f"{last} {first}".casefold(), first_name=first, slug=f"p{number}",
            backdrop="slate", page_open=True, languages=["de", "en"], line="keeps the night moving.",
            about="I look after the couplings, the heating and whoever cannot sleep.",
        )  # fmt: skip


def _enrol(brand: Brand, accounts: list[Account], now: dt.datetime) -> None:
    teams = [Team.objects.create(brand=brand, slug=f"t{n}", name=f"Crew {n}") for n in range(12)]
    topics = [Topic.objects.create(brand=brand, slug=f"k{n}", name=f"Topic {n}") for n in range(30)]
    made = Enrolment.objects.bulk_create(
        [
            Enrolment(
                brand=brand, person_id=account.person_id, state="active", consented_at=now, title="Guard on the train",
                team=teams[number % 12], place=f"Town {number % 50}",
            )
            for number, account in enumerate(accounts)
        ],
        batch_size=2_000,
    )  # fmt: skip
    through = Enrolment.topics.through
    through.objects.bulk_create(
        [through(enrolment_id=row.pk, topic_id=topics[n % 30].pk) for n, row in enumerate(made)], batch_size=2_000
    )
    since = now - dt.timedelta(days=400)
    ShownAccount.objects.bulk_create(
        [
            ShownAccount(enrolment=row, account=account, shows="all", since=since)
            for row, account in zip(made, accounts, strict=True)
        ],
        batch_size=2_000,
    )


def _speak(
    accounts: list[Account], filler: list[str], rng: random.Random, now: dt.datetime, large: Brand, small: Brand
) -> None:
    posts = [_post(account, filler, rng, now) for account in accounts for _ in range(POSTS)]
    Post.objects.bulk_create(posts)
    here = set(Enrolment.objects.filter(brand=small).values_list("person_id", flat=True))
    rows = []
    for post in posts:
        words = words_of(post.text)
        for brand in (large, small) if post.person_id in here else (large,):
            rows.append(
                BrandPost(brand=brand, post=post, person_id=post.person_id, published_at=post.published_at, words=words)
            )
    BrandPost.objects.bulk_create(rows)


def _post(account: Account, filler: list[str], rng: random.Random, now: dt.datetime) -> Post:
    age = rng.random() * 365
    words = rng.choices(filler, k=18) + [word for word, share in SHARES.items() if rng.random() < share]
    if age > 182 and rng.random() < 0.1:
        words.append(PAST)
    rng.shuffle(words)
    text = " ".join(words)
    return Post(
        account=account, person_id=account.person_id, remote_id=str(rng.getrandbits(60)), text=text, html=escape(text),
        published_at=now - dt.timedelta(days=age), lang="en", fetched_at=now,
    )  # fmt: skip
