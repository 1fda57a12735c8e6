"""Whichever way /home/ asks the database, it gets the same posts: person by person, along the times, or plainly."""

import datetime as dt
import random

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from people.models import Fan, Follow, Post
from people.queries import home
from people.queries.home import Readable, Wish
from people.queries.paging import Mark
from people.queries.posts import SHOWS, visible
from tests.factories import make_account, make_person, make_post, make_user

pytestmark = pytest.mark.django_db
PEOPLE = 12
KINDS = ("post", "post", "quote", "reply", "repost")


def crowd() -> list[int]:
    """Make people who speak at the same moments, some of them not to be shown; return their ids."""
    chance, now = random.Random(6), timezone.now().replace(microsecond=0)  # noqa: S311 - the same crowd each time
    ids = []
    for number in range(PEOPLE):
        person = make_person(page_open=number != 3)
        ids.append(person.pk)
        for state in ("active", "suspended" if number == 4 else "active"):
            account = make_account(person, state=state, page_from=now - dt.timedelta(days=40))
            for _ in range(chance.choice((0, 2, 12))):
                age = dt.timedelta(days=chance.choice((0, 1, 1, 5, 20, 39, 60)), hours=chance.randrange(3))
                quiet = now if chance.random() < 0.1 else None
                make_post(account, published_at=now - age, kind=chance.choice(KINDS), quiet_at=quiet)
    return ids


def expected(followed: set[int], muted: set[int]) -> list[int]:
    """Return the posts that a fan of these people reads, sorted by hand."""
    shown = visible().filter(SHOWS[""]).values_list("published_at", "pk", "person_id")
    return [pk for _, pk, person in sorted(shown, reverse=True) if person in followed - muted]


def walked(people: Readable) -> list[int]:
    """Return the ids of all pages, one after the other."""
    found: list[int] = []
    mark: Mark | None = None
    while True:
        posts, mark = home.page(people, Wish(), mark)
        found += [post.pk for post in posts]
        if mark is None:
            return found


def test_every_way_gives_the_same_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = crowd()
    assert len(expected(set(ids), set())) > 30
    everybody = st.sets(st.sampled_from(ids), min_size=1)

    @example(set(ids), set(), 1, 0, 0)
    @example(set(ids), set(), 1, 0, PEOPLE)
    @settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
    @given(everybody, everybody, st.integers(1, 7), st.integers(0, 60), st.sampled_from([0, PEOPLE]))
    def same(followed: set[int], muted: set[int], size: int, days: int, few: int) -> None:
        monkeypatch.setattr(home, "PAGE", size)
        monkeypatch.setattr(home, "LOOKED_THROUGH", dt.timedelta(days=days))
        monkeypatch.setattr(home, "FEW", few)  # 0: along the times, and where that is not enough person by person
        fan = Fan.objects.create(user=make_user())
        Follow.objects.bulk_create([Follow(fan=fan, person_id=pk, muted=pk in muted) for pk in followed])
        people, wanted = home.readable(fan), expected(followed, muted)
        assert walked(people) == wanted
        if wanted:
            newest = Post.objects.get(pk=wanted[len(wanted) // 2])
            than = Mark(newest.published_at, newest.pk)
            assert home.newer(people, Wish(), than) == min(len(wanted) // 2, size + 1)

    same()


@pytest.mark.parametrize("few", [0, 60])
def test_a_name_finds_its_person_among_few_and_among_many(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    people = [make_person(name) for name in ("Tomáš Řeháček", "Tomas Berg", "Ingrid Solbakk")]
    for person, folded in zip(people, ("rehacek tomas", "berg tomas", "solbakk ingrid"), strict=True):
        type(person).objects.filter(pk=person.pk).update(sort_name=folded)
    posts = [make_post(make_account(person)) for person in people]
    make_post(make_account(make_person("Tomáš Stranger", sort_name="stranger tomas")))
    fan = Fan.objects.create(user=make_user())
    Follow.objects.bulk_create([Follow(fan=fan, person=person) for person in people])
    monkeypatch.setattr(home, "FEW", few)
    for who, wanted in (
        ("Tomáš", posts[:2]),
        ("řehá TOM", posts[:1]),
        (people[2].slug or "", posts[2:]),
        ("stranger", []),
        ("%", []),
    ):
        found, _ = home.page(home.chosen(home.readable(fan), who), Wish(who), None)
        assert {post.pk for post in found} == {post.pk for post in wanted}, who


@pytest.mark.parametrize("few", [0, 60])
def test_a_mark_from_before_there_were_posts_is_none(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    post = make_post(make_account(make_person()))
    fan = Fan.objects.create(user=make_user())
    Follow.objects.create(fan=fan, person=post.person)
    monkeypatch.setattr(home, "FEW", few)
    for year in ("0001", "1969"):
        found, _ = home.page(home.readable(fan), Wish(), Mark.read(f"{year}-01-01T00:00:00~1"))
        assert found == [post]
    assert Mark.read("1970-01-01T00:00:00~1") is not None
