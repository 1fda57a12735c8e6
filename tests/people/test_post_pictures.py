"""Pictures of posts: which are wanted, how they are fetched, and that they go with their posts."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from people import accounts, post_pictures, profiles
from people.models import Account, Post, PostPicture
from people.syncing import lookups, store
from tests.advocacy.outside import Outside, answer
from tests.factories import make_account, make_person, make_post
from tests.people.pictured import files, fresh, png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

Committed = Callable[[], Any]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Committed:
    """Do what comes after a commit, though a test's transaction never commits."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def medium(url: str | None, kind: str = "photo", alt: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "url": url, "alt": alt, "width": 800, "height": 450}


def pictured(account: Account | None, *urls: str | None, **fields: Any) -> Post:
    """Make a post with pictures at these addresses, as a reading stores it."""
    post = make_post(account, media=[medium(url) for url in urls], **fields)
    post_pictures.want([post])
    return post


def served(network: Outside, *names: str, size: tuple[int, int] = (800, 450)) -> list[str]:
    """Let the network have a picture of each of these colours; return their addresses."""
    return [network.page(f"/{name}.png", answer(png(name, size), kind="image/png")) for name in names]


def two(*rows: PostPicture) -> list[str]:
    """Return the names of the files of these rows."""
    return sorted(f"{row.stem}-{size}.avif" for row in rows for size in ("1200", "600"))


def states(post: Post) -> list[tuple[int, bool, int]]:
    return [(row.position, bool(row.stem), row.tries) for row in post.pictures.order_by("position")]


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


# gone


def test_a_deleted_post_takes_its_files_along_at_once(
    client: Client, network: Outside, media: Path, committed: Committed
) -> None:
    gone, other = pictured(None, *served(network, "teal")), pictured(None, *served(network, "plum"))
    post_pictures.fetch_due()
    url = post_pictures.url_of(gone.pictures.get().stem, "600")
    assert b"".join(client.get(url)) == post_pictures.file_of(gone.pictures.get().stem, "600").read_bytes()  # type: ignore[arg-type]
    with committed():
        assert store.remove_posts("x", [gone.remote_id]) == 1
    assert client.get(url).status_code == 404
    assert files(media) == two(other.pictures.get())


def test_a_protected_account_takes_its_files_along_at_once(
    client: Client, network: Outside, media: Path, committed: Committed
) -> None:
    gone, other = pictured(None, *served(network, "teal", "gold")), pictured(None, *served(network, "plum"))
    post_pictures.fetch_due()
    urls = [post_pictures.url_of(row.stem, "1200") for row in gone.pictures.all()]
    with committed():
        lookups.turn(gone.account, Account.State.PROTECTED)
    assert [client.get(url).status_code for url in urls] == [404, 404]
    assert files(media) == two(other.pictures.get())


@pytest.mark.parametrize("whose", ["post", "account", "person"])
def test_whatever_is_deleted_the_files_go_with_it(
    whose: str, network: Outside, media: Path, committed: Committed
) -> None:
    post = pictured(None, *served(network, "teal"))
    post_pictures.fetch_due()
    with committed():
        {"post": post, "account": post.account, "person": post.person}[whose].delete()
    assert files(media) == []


def test_a_deletion_that_is_rolled_back_leaves_the_files(network: Outside, media: Path, committed: Committed) -> None:
    post = pictured(None, *served(network, "teal"))
    post_pictures.fetch_due()
    with committed(), transaction.atomic():
        Post.objects.all().delete()
        transaction.set_rollback(True)
    assert files(media) == two(post.pictures.get())


def test_two_posts_with_the_same_picture_share_its_files_until_both_are_gone(
    network: Outside, media: Path, committed: Committed
) -> None:
    (url,) = served(network, "teal")
    posts = [pictured(None, url) for _ in range(2)]
    post_pictures.fetch_due()
    assert files(media) == two(posts[0].pictures.get()) == two(posts[1].pictures.get())
    for post, left in zip(posts, (2, 0), strict=True):
        with committed():
            post.delete()
        assert len(files(media)) == left


def test_an_edit_changes_the_pictures(network: Outside, media: Path, committed: Committed) -> None:
    urls = served(network, "teal", "plum", "navy")
    post = pictured(None, *urls[:2])
    post_pictures.fetch_due()
    first = post.pictures.get(position=0)
    post.media = [medium(urls[0], alt="now in words"), medium(urls[2])]
    with committed():
        post_pictures.want([post])
    assert states(post) == [(0, True, 1), (1, False, 0)]
    assert files(media) == two(first)
    post_pictures.fetch_due()
    assert files(media) == two(*post.pictures.all())
    assert [request.path for request in network.requests] == ["/teal.png", "/plum.png", "/navy.png"]
    post.media = []
    with committed():
        post_pictures.want([post])
    assert (states(post), files(media)) == ([], [])


def test_new_figures_of_an_old_post_leave_its_pictures(network: Outside) -> None:
    post = pictured(None, *served(network, "teal"))
    post_pictures.fetch_due()
    post.published_at = timezone.now() - timedelta(days=300)
    post_pictures.want([post])
    assert states(post) == [(0, True, 1)]


@pytest.mark.parametrize(
    "ends",
    [
        lambda post: accounts.stop_reading(post.account, on_page=False),
        lambda post: profiles.close_page(post.person),
    ],
)
def test_with_the_last_yes_the_files_go_and_with_a_new_one_they_come_back(
    ends: Callable[[Post], None], network: Outside, media: Path, committed: Committed
) -> None:
    post, other = pictured(None, *served(network, "teal")), pictured(None, *served(network, "plum"))
    since = post.account.read_from
    assert since is not None
    post_pictures.fetch_due()
    with committed():
        ends(post)
    assert (states(post), files(media)) == ([(0, False, 0)], two(other.pictures.get()))
    fresh(post.person)
    post.person.page_open = True
    post.person.save()
    accounts.read_account(fresh(post.account), since=since, on_page=True)
    assert post_pictures.fetch_due() == 1
    assert states(post) == [(0, True, 1)]


def test_whose_own_page_goes_on_keeps_the_pictures(network: Outside, media: Path, committed: Committed) -> None:
    post = pictured(None, *served(network, "teal"))
    post_pictures.fetch_due()
    with committed():
        accounts.stop_reading(post.account, on_page=True)
        post_pictures.tidy()
    assert files(media) == two(post.pictures.get())


# the sweep


def age(media: Path, hours: float) -> None:
    for path in media.rglob("*.*"):
        os.utime(path, (time.time() - hours * 3600,) * 2)


def test_files_that_no_row_names_are_swept_away_after_an_hour(network: Outside, media: Path) -> None:
    post = pictured(None, *served(network, "teal"))
    post_pictures.fetch_due()
    post_pictures.keep(png("plum"))
    (media / "pictures" / "tm").mkdir()
    (media / "pictures" / "tm" / "tmpabc.part").write_bytes(b"half")
    post_pictures.tidy()
    assert len(files(media)) == 5
    age(media, 2)
    post_pictures.tidy()
    assert files(media) == two(post.pictures.get())


def test_pictures_that_no_page_shows_any_more_are_swept_away(
    network: Outside, media: Path, committed: Committed
) -> None:
    posts = [pictured(None, url) for url in served(network, "teal", "plum", "navy", "gold")]
    post_pictures.fetch_due()
    later = timezone.now() + timedelta(hours=1)
    Account.objects.filter(pk=posts[0].account_id).update(read_from=later, page_from=later)
    Account.objects.filter(pk=posts[1].account_id).update(state=Account.State.SUSPENDED)
    Post.objects.filter(pk=posts[2].pk).update(quiet_at=later)
    with committed():
        post_pictures.tidy()
    assert files(media) == two(posts[3].pictures.get())


def test_a_picture_whose_files_are_gone_is_asked_for_again(network: Outside, media: Path, committed: Committed) -> None:
    post = pictured(None, *served(network, "teal"))
    post_pictures.fetch_due()
    post_pictures.file_of(post.pictures.get().stem, "600").unlink()
    with committed():
        post_pictures.tidy()
    assert (states(post), files(media)) == ([(0, False, 0)], [])
    assert post_pictures.fetch_due() == 1
    assert files(media) == two(post.pictures.get())


def test_posts_stored_without_rows_get_them_within_the_hour(network: Outside) -> None:
    (url,) = served(network, "teal")
    old = timezone.now() - timedelta(days=91)
    kinds: list[dict[str, Any]] = [{}, {"kind": "repost"}, {"published_at": old}]
    new, *others = [make_post(media=[medium(url)], **fields) for fields in kinds]
    plain = make_post()
    assert (post_pictures.fetch_due(), post_pictures.fetch_due()) == (0, 1)  # the first tick swept
    assert [states(post) for post in (new, *others, plain)] == [[(0, True, 1)], [], [], []]


def test_whoever_wants_no_pictures_any_more_has_none(
    network: Outside, media: Path, settings: Settings, committed: Committed
) -> None:
    pictured(None, *served(network, "teal"))
    post_pictures.fetch_due()
    settings.POST_PICTURES_DAYS = 0
    with committed():
        post_pictures.tidy()
    assert (PostPicture.objects.count(), files(media)) == (0, [])


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_asking_what_is_due_takes_one_question_however_much_there_is(rows: int, django_assert_num_queries: Any) -> None:
    account = make_account()
    posts = [make_post(account, media=[medium("http://127.1/")]) for _ in range(rows)]
    with django_assert_num_queries(2):
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
