"""Pictures of posts go with their posts, at once; a sweep is the net below."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from people import accounts, post_pictures, profiles
from people.models import Account, Post, PostPicture
from people.syncing import lookups, store
from tests.advocacy.outside import Outside
from tests.factories import make_post
from tests.people.pictured import files, fresh, medium, pictured, png, served, states, two

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

Committed = Callable[[], Any]


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


# accounts that nobody proved to be theirs


def seen(client: Client, url: str) -> bool:
    answer = client.get(url)
    return answer.status_code == 200 and b"".join(answer) != b""  # type: ignore[arg-type]


def test_pictures_of_an_unproven_account_are_neither_fetched_nor_served_nor_kept(
    client: Client, network: Outside, media: Path, committed: Committed
) -> None:
    post, other = pictured(None, *served(network, "teal")), pictured(None, *served(network, "plum"))
    post_pictures.fetch_due()
    urls = [post_pictures.url_of(one.pictures.get().stem, "600") for one in (post, other)]
    accounts_of = Account.objects.filter(pk=post.account_id)
    accounts_of.update(named_by_operator=False)
    assert [seen(client, url) for url in urls] == [False, True]
    with committed():
        post_pictures.tidy()
    assert (states(post), files(media)) == ([(0, False, 0)], two(other.pictures.get()))
    assert post_pictures.fetch(post.pictures.get()) is False
    assert post_pictures.fetch_due() == 0
    accounts_of.update(confirmed_at=timezone.now())
    assert post_pictures.fetch_due() == 1
    assert [seen(client, url) for url in urls] == [True, True]
