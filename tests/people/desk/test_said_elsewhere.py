"""Something I said elsewhere: a link with own words and a picture, on pages as any post, and never read by anybody."""

from pathlib import Path

import pytest
from django.test import Client

from advocacy.models import AuditEvent
from brands.models import Enrolment
from brands.outlets import addresses
from people import post_pictures, saying
from people.models import Account, Post, SyncState
from people.networks.registry import PATHS
from people.networks.types import ELSEWHERE, NETWORKS
from people.syncing import lookups, plan
from tests.brands.pages import enrol, read, words
from tests.brands.test_outlets_page import shown_on
from tests.factories import make_brand, make_person, make_post, make_user
from tests.people.desk.test_my_page import picture

pytestmark = pytest.mark.django_db
SAID = "/desk/said/"
OWN_OUTLETS = {"person page", "post page", "person feed", "API person posts", "API post"}
BRAND_OUTLETS = {"brand page", "brand feed", "API brand posts"}
TALK = {"words": "We spoke about snow.\n\nFor an hour.", "link": "https://www.podcasts.example.org/snow?a=1&b=2"}


@pytest.fixture(autouse=True)
def _media(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def mine() -> Enrolment:
    enrolment = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk")
    enrolment.person.user = make_user("ingrid@example.org")
    enrolment.person.save()
    return enrolment


@pytest.fixture
def desk(mine: Enrolment) -> Client:
    client = Client()
    assert mine.person.user is not None
    client.force_login(mine.person.user)
    return client


def status(client: Client, picture_url: str) -> int:
    answer = client.get(f"/{picture_url.lstrip('/')}")
    if answer.streaming:
        assert b"".join(answer)  # type: ignore[arg-type] # read to its end, the file is closed
    return answer.status_code


def test_it_stands_on_my_page_with_its_link_and_site(desk: Client, client: Client, mine: Enrolment) -> None:
    assert desk.post(f"{SAID}new/", {**TALK, "picture": picture(), "alt": "Two colours"}).status_code == 302
    post = Post.objects.get()
    page = read(client, f"/people/{mine.person.slug}/")
    assert 'href="https://www.podcasts.example.org/snow?a=1&amp;b=2" rel="nofollow noopener ugc"' in page
    assert "Ingrid said this elsewhere podcasts.example.org" in words(page)
    assert 'alt="Two colours"' in page
    assert "@elsewhere" not in page
    assert "For an hour." in words(read(client, f"/posts/{post.pk}/"))


def test_words_are_shown_as_words(desk: Client, client: Client, mine: Enrolment) -> None:
    desk.post(f"{SAID}new/", {**TALK, "words": "<script>alert(1)</script>"})
    assert "<script>alert" not in read(client, f"/people/{mine.person.slug}/")


def test_a_brand_shows_it_only_once_i_say_so(desk: Client, client: Client, mine: Enrolment) -> None:
    desk.post(f"{SAID}new/", TALK)
    post = Post.objects.get()
    assert shown_on(client, addresses(post), "about snow") == OWN_OUTLETS
    desk.post(f"/desk/appearances/{mine.pk}/accounts/{post.account_id}/", {"shows": "picked"})
    desk.post(f"/desk/appearances/{mine.pk}/posts/{post.pk}/", {"choice": "show"})
    assert shown_on(client, addresses(post), "about snow") == OWN_OUTLETS | BRAND_OUTLETS
    text = words(read(desk, "/desk/appearances/"))
    assert "What you said elsewhere" in text
    for page in ("/brands/vesper/", "/brands/vesper/people/", "/brands/vesper/people/?network=x"):
        assert "@elsewhere" not in read(client, page)


def test_nothing_ever_asks_a_network_about_it(desk: Client, mine: Enrolment) -> None:
    desk.post(f"{SAID}new/", TALK)
    account = Account.objects.get(network=ELSEWHERE)
    desk.post(f"/desk/appearances/{mine.pk}/accounts/{account.pk}/", {"shows": "all"})
    account.refresh_from_db()
    assert (ELSEWHERE in PATHS, ELSEWHERE in NETWORKS) == (False, False)
    assert (account.read_from, SyncState.objects.filter(account=account).exists()) == (None, False)
    assert (plan.claim(account.pk), lookups._due("x", None, [account.pk]).exists()) == (None, False)


def test_it_can_be_changed_and_keeps_its_picture(desk: Client, client: Client, mine: Enrolment) -> None:
    desk.post(f"{SAID}new/", {**TALK, "picture": picture(), "alt": "Two colours"})
    post = Post.objects.get()
    assert 'value="https://www.podcasts.example.org/snow' in read(desk, f"{SAID}{post.pk}/")
    desk.post(f"{SAID}{post.pk}/", {"words": "Other words.", "link": "https://example.org/", "alt": "Red and blue"})
    post.refresh_from_db()
    assert (post.text, post.link, post.media[0]["alt"]) == ("Other words.", "https://example.org/", "Red and blue")
    assert post.pictures.count() == 1
    desk.post(f"{SAID}{post.pk}/", {"remove-picture": "1"})
    post.refresh_from_db()
    assert (post.pictures.count(), post.media) == (0, [])
    noted = AuditEvent.objects.filter(verb="elsewhere.picture_removed")
    assert [(row.actor, row.subject, row.details) for row in noted] == [(post.person.user, f"post:{post.pk}", {})]


def test_deleting_takes_it_and_its_picture_off_every_outlet(
    desk: Client, client: Client, mine: Enrolment, django_capture_on_commit_callbacks: object
) -> None:
    desk.post(f"{SAID}new/", {**TALK, "picture": picture()})
    post = Post.objects.get()
    places, url = addresses(post), post_pictures.url_of(post.pictures.get().stem, "600")
    assert status(client, url) == 200
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert desk.post(f"{SAID}{post.pk}/delete/").status_code == 302
    assert shown_on(client, places, "about snow") == set()
    assert status(client, url) == 404


def test_a_quiet_one_hides_its_picture_and_keeps_it_for_later(desk: Client, client: Client, mine: Enrolment) -> None:
    desk.post(f"{SAID}new/", {**TALK, "picture": picture()})
    post = Post.objects.get()
    url = post_pictures.url_of(post.pictures.get().stem, "600")
    desk.post(f"/desk/posts/{post.pk}/quiet/", {"choice": "quiet"})
    post_pictures.tidy()
    assert shown_on(client, addresses(post), "about snow") == set()
    assert status(client, url) == 404
    assert "Quiet: it is shown nowhere on this site." in words(read(desk, "/desk/posts/"))
    desk.post(f"/desk/posts/{post.pk}/quiet/", {"choice": "end-quiet"})
    assert status(client, url) == 200
    assert shown_on(client, addresses(post), "about snow") == OWN_OUTLETS


@pytest.mark.parametrize("wrong", [{"words": ""}, {"link": "http://example.org/"}, {"link": ""}, {"words": "x" * 1001}])
def test_what_is_missing_or_wrong_is_told_and_nothing_is_kept(desk: Client, wrong: dict[str, str]) -> None:
    answer = desk.post(f"{SAID}new/", {**TALK, **wrong})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Post.objects.exists()


def test_nobody_else_may_change_it(desk: Client, client: Client, mine: Enrolment) -> None:
    desk.post(f"{SAID}new/", TALK)
    post = Post.objects.get()
    client.force_login(make_person(user=make_user()).user)
    for address in (f"{SAID}{post.pk}/", f"{SAID}{post.pk}/delete/", f"/desk/posts/{post.pk}/quiet/"):
        assert client.post(address, {**TALK, "choice": "quiet"}).status_code == 404
    assert "snow" not in read(client, SAID)
    client.logout()
    assert client.post(f"{SAID}{post.pk}/delete/").status_code == 302
    assert Post.objects.get().quiet_at is None


def test_what_a_network_has_is_not_mine_to_rewrite_here(desk: Client, mine: Enrolment) -> None:
    post = make_post(mine.person.accounts.get())
    assert desk.post(f"{SAID}{post.pk}/delete/").status_code == 404
    assert Post.objects.filter(pk=post.pk).exists()


@pytest.mark.parametrize("many", [1, 3, 30])
def test_the_lists_take_the_same_queries_however_long(
    desk: Client, mine: Enrolment, django_assert_num_queries: object, many: int
) -> None:
    assert mine.person.user is not None
    for number in range(many):
        said = saying.Said(words=f"Said {number}.", link="https://example.org/")
        saying.say_elsewhere(person=mine.person, said=said, actor=mine.person.user)
    desk.get(SAID)
    for address in (SAID, "/desk/posts/"):
        with django_assert_num_queries(8):  # type: ignore[operator]
            desk.get(address)
