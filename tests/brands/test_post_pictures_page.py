"""Pictures of posts on the public pages: from this site, in words for who cannot see them, and gone with the post."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from brands.feed import rebuild_feed
from people import tasks
from people.models import Account, Post, PostPicture
from people.syncing import lookups, plan, store
from people.syncing.run import sync_account
from tests.brands.pages import enrol, read, say, words
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db

STEM = "0123456789abcdef" * 2
SIZES = "(width &lt; 60rem) 92vw, 40rem"
PAGES = ("/brands/vesper/", "/people/ingrid-solbakk/", "/people/ingrid-solbakk/?show=pictures", "/posts/{}/")


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder of pictures."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    """Do what comes after a commit, though a test's transaction never commits."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def images(page: str) -> list[str]:
    return re.findall(r'<img class="picture"[^>]*>', page)


def one(alt: str | None = None, kind: str = "photo") -> dict[str, Any]:
    return {"kind": kind, "url": "https://pbs.example/a.jpg", "alt": alt, "width": 1200, "height": 800}


def picture(post: Post, position: int = 0, size: tuple[int, int] = (1200, 800), stem: str = STEM) -> None:
    """Note that a picture was fetched."""
    row = PostPicture(post=post, position=position, source_url="https://pbs.example/a.jpg", stem=stem)
    row.published_at, (row.width, row.height) = post.published_at, size
    row.save()


def shown(client: Client, *media: dict[str, Any], have: int, size: tuple[int, int] = (1200, 800)) -> str:
    """Return a brand's page with a post by Ingrid whose first pictures are here."""
    post = say(enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk"), "Look.", media=list(media))
    for position in range(have):
        picture(post, position, size)
    return read(client, "/brands/vesper/")


def test_a_picture_stands_below_the_words_as_drawn(client: Client) -> None:
    page = shown(client, one('A mug & a "kettle"'), have=1)
    url = f"/media/pictures/01/{STEM}"
    assert images(page) == [
        f'<img class="picture" src="{url}-600.avif" srcset="{url}-600.avif 600w, {url}-1200.avif 1200w" '
        f'sizes="{SIZES}" width="1200" height="800" alt="A mug &amp; a &quot;kettle&quot;" loading="lazy">'
    ]
    assert "pbs.example" not in page
    assert "Picture: A mug" not in words(page)
    assert page.index("Look.") < page.index(images(page)[0]) < page.index("Answer on X")


MEDIA_LINK = '<a href="https://t.co/Dn5SNOe2oD" rel="nofollow noopener ugc">pic.x.com/Dn5SNOe2oD</a>'


@pytest.mark.parametrize(("have", "links"), [(1, 0), (0, 1)])
def test_the_link_that_stands_for_a_picture_stands_only_where_the_picture_is_not_shown(
    client: Client, have: int, links: int
) -> None:
    ingrid = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk")
    post = say(ingrid, "Look. https://t.co/Dn5SNOe2oD", html=f"<p>Look. {MEDIA_LINK}</p>", media=[one("A mug")])
    for position in range(have):
        picture(post, position)
    for address in PAGES:
        page = read(client, address.replace("ingrid-solbakk", ingrid.person.slug).format(post.pk))
        assert (len(images(page)), page.count("pic.x.com"), "<p>Look." in page) == (have, links, True)
    post.refresh_from_db()
    assert MEDIA_LINK in post.html  # what is stored stays as the network gave it


def test_a_post_that_is_nothing_but_its_picture_has_no_empty_words(client: Client) -> None:
    ingrid = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk")
    picture(say(ingrid, "https://t.co/Dn5SNOe2oD", html=f"<p>{MEDIA_LINK}</p>", media=[one("A mug")]))
    page = read(client, "/brands/vesper/")
    assert len(images(page)) == 1
    assert 'class="words"' not in page


def test_a_picture_without_a_description_says_whose_it_is(client: Client) -> None:
    assert 'alt="Picture by Ingrid, without a description"' in images(shown(client, one(), have=1))[0]


@pytest.mark.parametrize(
    ("size", "srcset"),
    [((600, 400), None), ((40, 30), None), ((900, 600), ("600w", "900w")), ((600, 2400), ("300w", "600w"))],
)
def test_a_picture_says_its_size_and_offers_a_larger_one_only_if_there_is_one(
    client: Client, size: tuple[int, int], srcset: tuple[str, str] | None
) -> None:
    (image,) = images(shown(client, one(), have=1, size=size))
    assert f'width="{size[0]}" height="{size[1]}"' in image
    assert tuple(re.findall(r"\d+w(?=[,\"])", image)) == (srcset or ())


def test_several_pictures_lie_side_by_side_and_the_one_that_is_not_here_keeps_its_line(client: Client) -> None:
    page = shown(client, one("First"), one("Second"), one("Third"), have=2)
    (columns,) = re.findall(r'<div class="glance">(.*?)</div>', page)
    assert [re.findall(r'alt="(\w+)"', image) for image in images(columns)] == [["First"], ["Second"]]
    assert columns == "".join(images(page))
    assert "Picture: Third" in words(page)
    assert "Picture: Second" not in words(page)


@pytest.mark.parametrize(("kind", "name"), [("video", "Film"), ("gif", "Moving picture")])
def test_a_film_shows_how_it_begins_and_says_that_it_plays_at_the_network(client: Client, kind: str, name: str) -> None:
    page = shown(client, one("A tram", kind), have=1)
    assert 'alt=""' in images(page)[0]
    assert f"{name}: A tram" in words(page)


def test_a_picture_that_is_not_here_keeps_its_line(client: Client) -> None:
    page = shown(client, one("A mug"), have=0)
    assert images(page) == []
    assert "Picture: A mug" in words(page)


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_pictures_cost_one_question_however_many_there_are(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brand = make_brand("Vesper", slug="vesper")
    accounts = [make_account(make_person(f"Ingrid Solbakk{n}", slug=f"ingrid-{n}")) for n in range(2)]
    for account in accounts:
        make_enrolment(brand, account.person, account=account)
    for number in range(rows):
        post = make_post(accounts[number % 2], media=[one("A mug"), one("A kettle")])
        picture(post, 0, stem=f"{number:032x}")
        picture(post, 1)
    rebuild_feed(brand)
    for address, questions in (("/brands/vesper/", 11), ("/people/ingrid-0/", 10), (f"/posts/{post.pk}/", 5)):
        with django_assert_num_queries(questions, info=address):
            page = read(client, address)
        assert len(images(page)) >= 2


# from the network to the page


def ingrid_with_pictures(x: SandboxCopy, path: Path) -> tuple[Account, str]:
    """Let Ingrid, who is on Vesper's page, show two pictures at the network; return her account and the post's id."""
    Image.effect_noise((1500, 1000), 20).save(path / "track.jpg")
    remote_id = x.inhabitant(handle="ingrid", name="Ingrid", at=timezone.now() - dt.timedelta(days=30))
    person = make_person("Ingrid Solbakk", slug="ingrid-solbakk")
    account = make_account(person, sync=True, handle="ingrid", remote_id=remote_id, looked_up_at=timezone.now())
    make_enrolment(make_brand("Vesper", slug="vesper"), person, account=account)
    said = x.say(handle="ingrid", text="Look", picture=str(path / "track.jpg"), alt="Snow on the track")
    x.say(handle="ingrid", text="And this", picture="drawn")
    return account, said


def read_now(account: Account) -> None:
    plan.read_now(account)
    run = sync_account(account.pk)
    assert run is not None
    assert run.outcome == "ok"


def test_a_picture_comes_to_every_page_and_goes_with_its_post(
    client: Client, x: SandboxCopy, media: Path, tmp_path_factory: pytest.TempPathFactory, committed: Any
) -> None:
    account, said = ingrid_with_pictures(x, tmp_path_factory.mktemp("given"))
    read_now(account)
    assert tasks.fetch_post_pictures() == 2
    post, other = account.posts.get(remote_id=said), account.posts.exclude(remote_id=said).get()
    row = post.pictures.get()
    assert (row.width, row.height) == (1200, 800)
    for address in PAGES:
        page = read(client, address.format(post.pk))
        (image,) = [image for image in images(page) if "Snow on the track" in image]
        urls = sorted(set(re.findall(r"/media/[^ ,\"]+", image)))
        assert [url.rpartition("/")[2] for url in urls] == [f"{row.stem}-1200.avif", f"{row.stem}-600.avif"]
        assert x.site not in page
    for url in urls:
        answer = client.get(url)
        b"".join(answer)  # type: ignore[arg-type]
        assert (answer["Content-Type"], answer["Cache-Control"]) == (
            "image/avif",
            "private, max-age=86400, immutable",
        )
    with committed():
        store.remove_posts("x", [said])
    assert [client.get(url).status_code for url in urls] == [404, 404]
    assert sorted(path.name.partition("-")[0] for path in media.rglob("*.avif")) == [other.pictures.get().stem] * 2


def test_a_protected_account_has_no_picture_left(
    client: Client, x: SandboxCopy, media: Path, tmp_path_factory: pytest.TempPathFactory, committed: Any
) -> None:
    account, _ = ingrid_with_pictures(x, tmp_path_factory.mktemp("given"))
    read_now(account)
    tasks.fetch_post_pictures()
    assert len(images(read(client, "/brands/vesper/"))) == 2
    x.protect(handle="ingrid")
    Account.objects.update(looked_up_at=timezone.now() - dt.timedelta(days=8))
    with committed():
        assert lookups.look_up_due() == 1
    assert [path for path in media.rglob("*") if path.is_file()] == []
    assert images(read(client, "/brands/vesper/")) == []


def test_figures_that_change_at_the_network_fetch_nothing_anew(
    x: SandboxCopy, media: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    account, _ = ingrid_with_pictures(x, tmp_path_factory.mktemp("given"))
    for fetched in (2, 0):
        plan.read_now(account, from_start=True)
        Post.objects.update(metrics=None)
        read_now(account)
        assert tasks.fetch_post_pictures() == fetched
    assert len(list(media.rglob("*.avif"))) == 4
