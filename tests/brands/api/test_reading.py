"""What the API says: what the public pages show, and not more."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from brands.feed import rebuild_feed
from brands.models import Brand, Enrolment, PostChoice, Removal
from people.models import Account, Person, Post
from people.models.person import OldSlug
from tests.brands.api.house import get, pages, vesper
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post

__all__ = ["vesper"]

LISTS = ("brands/", "brands/vesper/people/", "brands/vesper/posts/", "people/ingrid/posts/")


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


def everything(client: Client) -> str:
    """Return all that the API says, as one text."""
    single = ["brands/vesper/", "people/oskar/"]
    paths = [*LISTS, "people/oskar/posts/", "people/ingrid/posts/?show=answers", "people/ingrid/posts/?show=shared"]
    said = [pages(client, path) for path in paths] + [get(client, path) for path in single]
    ids = Post.objects.values_list("pk", flat=True)
    said += [answer.json() for pk in ids if (answer := client.get(f"/api/v1/posts/{pk}/")).status_code == 200]
    if (answer := client.get("/api/v1/people/ingrid/")).status_code == 200:
        said.append(answer.json())
    return json.dumps(said)


def test_a_brand_is_said_with_the_size_of_its_list(client: Client, vesper: Brand) -> None:
    make_enrolment(vesper, make_person("Not Yet", page_open=False, slug=None), state="invited")
    expected = {
        "slug": "vesper",
        "url": "http://localhost:8000/brands/vesper/",
        "name": "Vesper",
        "tagline": "the night train",
        "colour": "#1d6b72",
        "colour_dark": "#6cc2c9",
        "people": 2,
    }
    assert get(client, "brands/vesper/") == expected
    assert [row for row in pages(client, "brands/?limit=1") if row["slug"] == "vesper"] == [expected]
    assert [row["slug"] for row in pages(client, "brands/?limit=1")] == ["nightjar", "vesper"]


def test_a_site_with_one_first_page_lists_no_other_brand(client: Client, vesper: Brand, settings: Settings) -> None:
    settings.HOME_BRAND = "vesper"
    assert names(pages(client, "brands/")) == ["Vesper"]
    assert get(client, "brands/nightjar/")["name"] == "Nightjar"  # its page is there too


def test_the_people_of_a_brand_are_said_as_its_list_shows_them(client: Client, vesper: Brand) -> None:
    oskar, ingrid = pages(client, "brands/vesper/people/")
    assert oskar["name"] == "Oskar Brandl"
    initials = "http://localhost:8000/faces/initials/slate/IS.svg"
    assert ingrid == {
        "slug": "ingrid",
        "url": "http://localhost:8000/people/ingrid/",
        "name": "Ingrid Solbakk",
        "title": "Driver",
        "place": "Köln",
        "team": {"slug": "cab", "name": "The cab"},
        "topics": [{"slug": "snow", "name": "Snow"}],
        "languages": ["no", "de"],
        "line": "drives.",
        "since": None,
        "on_a_break": False,
        "back_on": None,
        "portrait": {"small": initials, "large": initials, "alt": ""},
        "accounts": [
            {"network": "x", "handle": "ingrid_rail", "url": "http://localhost:8000/sandbox/ingrid_rail/"},
        ],
    }


def test_a_person_is_said_as_their_own_page_shows_them(client: Client, vesper: Brand) -> None:
    said = get(client, "people/ingrid/")
    place = {"title": "Driver", "place": "Köln", "since": None}
    assert said["appears_at"] == [{"brand": "Vesper", "url": "http://localhost:8000/brands/vesper/", **place}]
    assert (said["about"], said["links"], said["first_name"]) == ("In the cab.", [], "Ingrid")
    assert [account["handle"] for account in said["accounts"]] == ["ingrid_rail"]


def test_a_post_on_x_leaves_as_author_and_link_and_one_from_elsewhere_whole(client: Client, vesper: Brand) -> None:
    on_x, talk, _ = pages(client, "brands/vesper/posts/")
    post = Post.objects.get(text="Forty centimetres of snow")
    author = {"slug": "ingrid", "name": "Ingrid Solbakk", "url": "http://localhost:8000/people/ingrid/"}
    assert on_x == {
        "id": post.pk,
        "url": f"http://localhost:8000/posts/{post.pk}/",
        "network": "x",
        "permalink": f"http://localhost:8000/sandbox/ingrid_rail/status/{post.remote_id}/",
        "published_at": post.published_at.isoformat().replace("+00:00", "Z"),
        "author": {**author, "handle": "ingrid_rail"},
        "text": None,
        "language": None,
        "pictures": None,
    }
    assert (talk["text"], talk["language"], talk["pictures"]) == ("My talk about snow", "en", [])
    assert (talk["permalink"], talk["author"]) == ("https://talks.example/snow", {**author, "handle": ""})
    for one in (on_x, talk):
        assert get(client, f"posts/{one['id']}/") == one
    assert pages(client, "people/ingrid/posts/") == [on_x, talk]
    assert "centimetres" not in everything(client)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_hold_every_row_once_and_link_to_the_next(client: Client, vesper: Brand, limit: int) -> None:
    same = timezone.now()
    for number in range(5):  # rows that only their ids tell apart
        account = make_account(make_person("Same Name", slug=f"same-{number}"))
        make_enrolment(vesper, account.person, account=account)
        make_post(account, published_at=same)
        make_post(Account.objects.get(handle="ingrid_rail"), published_at=same)
    rebuild_feed(vesper)
    for path, rows in zip(LISTS, (2, 7, 13, 7), strict=True):
        whole = pages(client, path)
        ids = [row.get("id") or row["slug"] for row in whole]
        assert (len(ids), len(set(ids))) == (rows, rows), path
        assert pages(client, f"{path}?limit={limit}") == whole, path
    answer = client.get(f"/api/v1/brands/vesper/posts/?limit={limit}")
    assert answer["Link"] == f'<{answer.json()["next"]}>; rel="next"'
    assert "Link" not in client.get("/api/v1/brands/vesper/posts/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("team=cab", ["Ingrid Solbakk"]),
        ("topic=snow", ["Ingrid Solbakk"]),
        ("place=koln", ["Ingrid Solbakk"]),
        ("place=KÖLN", ["Ingrid Solbakk"]),
        ("language=de", ["Oskar Brandl", "Ingrid Solbakk"]),
        ("language=de&network=x&limit=1", ["Oskar Brandl", "Ingrid Solbakk"]),
        ("q=shoveller", ["Oskar Brandl"]),
        ("q=broom", ["Oskar Brandl"]),  # he said it
        ("team=cab&q=broom", []),
        ("team=cab&q=oskar", []),
        ("team=nobody", []),
        ("q=outside", []),
        ("q=%20+shoveller%20", ["Oskar Brandl"]),
        ("q=+%20", ["Oskar Brandl", "Ingrid Solbakk"]),  # nothing is asked for
    ],
)
def test_people_are_sifted_as_on_the_page(client: Client, vesper: Brand, query: str, found: list[str]) -> None:
    assert names(pages(client, f"brands/vesper/people/?{query}")) == found


def test_a_persons_posts_can_be_narrowed_as_on_their_page(client: Client, vesper: Brand) -> None:
    account = Account.objects.get(handle="ingrid_rail")
    kinds = {"answers": make_post(account, kind="reply"), "shared": make_post(account, kind="repost")}
    kinds["pictures"] = make_post(account, media=[{"kind": "photo", "url": None, "alt": "Snow"}])
    for show, post in kinds.items():
        assert [row["id"] for row in pages(client, f"people/ingrid/posts/?show={show}")] == [post.pk]
    assert len(pages(client, "people/ingrid/posts/?limit=1")) == 3


def test_an_old_address_of_a_person_leads_to_the_new_one(client: Client, vesper: Brand) -> None:
    OldSlug.objects.create(slug="inga", person=Person.objects.get(slug="ingrid"))
    for tail in ("", "posts/", "posts/?show=shared&limit=3"):
        answer = client.get(f"/api/v1/people/inga/{tail}")
        assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/people/ingrid/{tail}")
    Person.objects.update(page_open=False)
    get(client, "people/inga/", 404)


def _unproven(ingrid: Enrolment) -> None:
    Account.objects.filter(person=ingrid.person_id).update(named_by_operator=False)


def _protected(ingrid: Enrolment) -> None:
    Account.objects.filter(person=ingrid.person_id).update(state=Account.State.PROTECTED)


def _closed(ingrid: Enrolment) -> None:
    Person.objects.filter(pk=ingrid.person_id).update(page_open=False)


@pytest.mark.parametrize(("hide", "of_the_name"), [(_unproven, True), (_protected, True), (_closed, False)])
def test_what_pages_hide_the_api_hides_at_once(client: Client, vesper: Brand, hide: Any, of_the_name: bool) -> None:
    ingrid = Enrolment.objects.get(person__slug="ingrid")
    assert "ingrid_rail" in everything(client)
    hide(ingrid)
    if not of_the_name:
        get(client, "people/ingrid/posts/", 404)
        Person.objects.filter(pk=ingrid.person_id).update(slug="ingrid-gone")  # everything() reads what is left
        make_person("Somebody Else", slug="ingrid")
    said = everything(client)
    assert "ingrid_rail" not in said
    assert "talks.example" not in said
    assert ("Ingrid Solbakk" in said) is of_the_name


def test_posts_that_were_taken_off_or_are_quiet_are_not_said(client: Client, vesper: Brand) -> None:
    ingrid = Enrolment.objects.get(person__slug="ingrid")
    first, talk = Post.objects.filter(person__slug="ingrid").order_by("pk")
    Removal.objects.create(brand=vesper, post=first, reason="Names a passenger.")
    PostChoice.objects.create(enrolment=ingrid, post=talk, shown=False)
    rebuild_feed(vesper)
    assert [row["author"]["slug"] for row in pages(client, "brands/vesper/posts/")] == ["oskar"]
    assert len(pages(client, "people/ingrid/posts/")) == 2  # their own page is theirs
    Post.objects.update(quiet_at=timezone.now())
    assert pages(client, "people/ingrid/posts/") == pages(client, "brands/vesper/posts/") == []
    get(client, f"posts/{first.pk}/", 404)


@pytest.mark.parametrize("state", ["invited", "declined", "left", "suspended"])
def test_only_who_is_listed_is_said_of_a_brand(client: Client, vesper: Brand, state: str) -> None:
    Enrolment.objects.filter(person__slug="ingrid").update(state=state)
    rebuild_feed(vesper)
    assert names(pages(client, "brands/vesper/people/")) == ["Oskar Brandl"]
    assert get(client, "brands/vesper/")["people"] == 1
    assert {row["author"]["slug"] for row in pages(client, "brands/vesper/posts/")} == {"oskar"}


def test_nothing_private_is_said(client: Client, vesper: Brand) -> None:
    secrets = {"email": "ingrid@vesper.example", "external_id": "P-4711", "consent_reference": "Folder 12"}
    Enrolment.objects.filter(person__slug="ingrid").update(**secrets)
    Person.objects.filter(slug="ingrid").update(login_address="me@home.example", listing_hash="f" * 64)
    Post.objects.update(metrics={"likes": "a love of bread", "replies": "a love of bread"})
    said = everything(client)
    for word in (*secrets.values(), "me@home.example", "f" * 64, "a love of bread", "likes", "followers"):
        assert word not in said, word


def test_nothing_is_there_for_those_who_guess(client: Client, vesper: Brand) -> None:
    hidden = make_post(make_account(page_from=None))  # no yes shows it
    for path in ("brands/nobody/", "brands/nobody/people/", "brands/nobody/posts/", "people/nobody/", "posts/0/"):
        get(client, path, 404)
    for path in (
        f"posts/{hidden.pk}/",
        "people/nobody/posts/",
        f"posts/{2**63}/",
        f"posts/{'9' * 400}/",
        "x",
        "a/b/",
        "a%0Ab/",
        "brands/a%00b/",
    ):
        get(client, path, 404)
    make_brand("Empty", slug="empty")
    assert pages(client, "brands/empty/people/") == pages(client, "brands/empty/posts/") == []


def test_reading_writes_nothing(client: Client, vesper: Brand) -> None:
    with CaptureQueriesContext(connection) as asked:
        everything(client)
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []
