"""Pictures of posts: which are wanted, how they are fetched, and that they go with their posts."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from people import accounts, post_pictures
from people.models import Account, Post, PostPicture
from tests.advocacy.outside import Outside, answer
from tests.factories import make_account, make_person, make_post
from tests.people.pictured import files, medium, pictured, served, states, two

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


# which


def test_each_picture_of_a_post_is_fetched_once(network: Outside, media: Path) -> None:
    post = pictured(None, *served(network, "teal", "plum"))
    assert post_pictures.fetch_due() == 2
    assert states(post) == [(0, True, 1), (1, True, 1)]
    assert files(media) == two(*post.pictures.all())
    assert [(row.width, row.height) for row in post.pictures.all()] == [(800, 450)] * 2
    assert post_pictures.fetch_due() == 0
    assert len(network.requests) == 2


def test_of_five_pictures_the_first_four_are_wanted() -> None:
    post = pictured(None, *"abcde")
    assert [row.source_url for row in post.pictures.order_by("position")] == ["a", "b", "c", "d"]


def test_of_a_film_the_picture_it_begins_with_is_wanted_if_the_network_gives_one() -> None:
    post = make_post(media=[medium("a", "video"), medium(None, "video"), medium("b", "gif"), medium("c" * 1001)])
    post_pictures.want([post])
    assert [(row.position, row.source_url) for row in post.pictures.order_by("position")] == [(0, "a"), (2, "b")]


def test_pictures_that_somebody_else_made_are_not_wanted() -> None:
    assert states(pictured(None, "a", kind="repost")) == []
    assert states(pictured(None, "a", kind="quote")) == [(0, False, 0)]


def test_only_pictures_of_the_last_days_are_wanted(settings: Settings) -> None:
    settings.POST_PICTURES_DAYS = 90
    now = timezone.now()
    assert states(pictured(None, "a", published_at=now - timedelta(days=90, minutes=1))) == []
    assert states(pictured(None, "a", published_at=now - timedelta(days=89, hours=23))) == [(0, False, 0)]
    settings.POST_PICTURES_DAYS = 0
    assert states(pictured(None, "a")) == []
    assert post_pictures.fetch_due() == 0


def test_the_newest_come_first_and_no_more_than_asked_for() -> None:
    now = timezone.now()
    posts = [pictured(None, "a", "b", published_at=now - timedelta(hours=hours)) for hours in (3, 1, 2)]
    assert [(posts.index(row.post), row.position) for row in post_pictures.due(3)] == [(1, 0), (1, 1), (2, 0)]


def test_nobody_without_a_yes_is_fetched(network: Outside, media: Path) -> None:
    (url,) = served(network, "teal")
    hidden = make_person("Hidden Person", page_open=False)
    pictured(make_account(read_from=None), url)
    pictured(make_account(read_from=timezone.now()), url, published_at=timezone.now() - timedelta(hours=1))
    pictured(make_account(hidden), url)
    pictured(None, url, quiet_at=timezone.now())
    for state in Account.State:
        pictured(make_account(state=state), url)
    assert [row.post.account.state for row in post_pictures.due(50)] == ["active"]
    assert [row.post.account.state for row in PostPicture.objects.all() if post_pictures.fetch(row)] == ["active"]
    assert PostPicture.objects.exclude(stem="").get().post.account.state == "active"
    assert len(network.requests) == 1


# fetching


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/html", b"<html>", 200),
        ("image/svg+xml", b"<svg/>", 200),
        ("image/png", b"<svg/>", 200),
        ("image/png", b"", 200),
        ("image/png", b"\x01" * 8_000_001, 200),
        ("image/png", b"", 404),
        ("image/png", b"", 500),
    ],
)
def test_a_picture_that_cannot_be_had_is_asked_for_again_on_three_further_days(
    kind: str, body: bytes, status: int, network: Outside, media: Path
) -> None:
    post = pictured(None, network.page("/a.png", answer(body, kind=kind, status=status)))
    for tries in range(1, 5):
        assert post_pictures.fetch_due() == 1
        assert (states(post), files(media)) == ([(0, False, tries)], [])
        assert post_pictures.fetch_due() == 0
        PostPicture.objects.update(tried_at=timezone.now() - timedelta(hours=23, minutes=59))
        assert post_pictures.fetch_due() == 0
        PostPicture.objects.update(tried_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert post_pictures.fetch_due() == 0
    assert len(network.requests) == 4


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/a.png", "http://127.1/a.png", "file:///etc/passwd", "javascript:alert(1)", "http://["],
)
def test_an_address_that_leads_inside_is_never_fetched(url: str, network: Outside) -> None:
    post = pictured(None, url)
    assert post_pictures.fetch_due() == 1
    assert states(post) == [(0, False, 1)]


def test_two_workers_never_fetch_the_same_picture(network: Outside) -> None:
    pictured(None, *served(network, "teal"))
    one, other = PostPicture.objects.get(), PostPicture.objects.get()
    assert (post_pictures.fetch(one), post_pictures.fetch(other)) == (True, False)
    assert len(network.requests) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_fetch_each_picture_once(network: Outside, media: Path) -> None:
    for name in ("teal", "plum", "navy", "gold"):
        pictured(None, *served(network, name))

    def work() -> None:
        post_pictures.fetch_due()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(request.path for request in network.requests) == ["/gold.png", "/navy.png", "/plum.png", "/teal.png"]
    assert files(media) == two(*PostPicture.objects.all())


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], Any]], None]]:
    """Let something happen while a picture is on its way."""
    keep = post_pictures.keep

    def happens(event: Callable[[], Any]) -> None:
        monkeypatch.setattr(post_pictures, "keep", lambda body: (event(), keep(body))[1])

    return happens  # type: ignore[return-value]


@pytest.mark.parametrize(
    "event",
    [
        lambda: Post.objects.all().delete(),
        lambda: accounts.stop_reading(Account.objects.get(), on_page=False),
        lambda: Account.objects.update(state="protected"),
        lambda: Post.objects.update(quiet_at=timezone.now()),
    ],
)
def test_a_picture_that_is_no_longer_wanted_when_it_comes_is_dropped(
    event: Callable[[], Any], meanwhile: Any, network: Outside, media: Path
) -> None:
    pictured(None, *served(network, "teal"))
    meanwhile(event)
    assert post_pictures.fetch_due() == 1
    assert (PostPicture.objects.exclude(stem="").count(), files(media)) == (0, [])


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_asking_what_is_due_takes_one_question_however_much_there_is(rows: int, django_assert_num_queries: Any) -> None:
    account = make_account()
    posts = [make_post(account, media=[medium("http://127.1/")]) for _ in range(rows)]
    post_pictures.want(posts)
    with django_assert_num_queries(1):
        assert len(post_pictures.due(50)) == min(rows, 50)


@pytest.mark.postgres
def test_what_is_due_is_read_from_its_index_beside_many_fetched_ones() -> None:
    now = timezone.now()
    accounts_here = [make_account() for _ in range(30)]
    posts = [make_post(accounts_here[number % 30], published_at=now) for number in range(300)]
    PostPicture.objects.bulk_create(
        PostPicture(post=post, position=place, source_url="a", published_at=now, stem="f" * 32 if place else "")
        for post in posts
        for place in range(20)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert "picture_wanted" in post_pictures.due(50).explain()
