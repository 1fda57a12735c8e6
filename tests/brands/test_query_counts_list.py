"""Every page asks the database the same number of questions for 1, 3 and 300 rows."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import versions
from brands.feed import rebuild_feed
from brands.models import Brand, Team, Topic
from brands.outlets import OUTLETS, addresses
from people.models import Post
from people.profiles import new_listing_link
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_story, make_told

pytestmark = pytest.mark.django_db
# page -> how many questions, whatever the number of rows
EXPECTED = {
    "first page": 4,
    "brand page": 11,
    "choosing among people": 6,  # 4 where the list of people is kept
    "story page": 9,
    "people list": 6,
    "person page": 11,
    "following a person": 5,
    "reporting a post": 5,
    "post page": 6,
    "listing": 7,
    "brand feed": 3,
    "people files": 9,
    "person feed": 2,
    "contact": 5,
    "sitemap": 4,
    "API people list": 6,
    "API brand posts": 4,
    "API person": 5,
    "API person posts": 3,
    "API post": 2,
}


def fill(rows: int) -> tuple[Brand, Post]:
    """Make a brand with as many people and posts, each post answered, and a second brand with one person."""
    brand = make_brand("Vesper", slug="vesper")
    team, topic = (kind.objects.create(brand=brand, slug="a", name="A") for kind in (Team, Topic))
    posts = []
    for number in range(rows):
        account = make_account(make_person(f"Anna Name{number}", languages=["de"], line="speaks."), avatar=f"a{number}")
        make_enrolment(brand, account.person, account=account, team=team, title="Driver").topics.add(topic)
        posts.append(make_post(account))
        make_post(account, kind="reply", reply_to_id=posts[0].remote_id)
    make_enrolment(make_brand("Nightjar"), posts[0].person)
    story = make_story(brand, posts[0].person, lead=posts[0].person, words="I lead it.")
    for post in posts:
        make_told(story, post)
    rebuild_feed(brand)
    return brand, posts[0]


def more_for_one(post: Post, rows: int) -> None:
    """Let the first person say as much and appear at as many brands."""
    for number in range(rows):
        make_post(post.account, kind="reply" if number % 2 else "post", reply_to_id="9" if number % 2 else "")
        make_enrolment(make_brand(), post.person, account=post.account)


@pytest.mark.parametrize("rows", [1, 3, 300])
def test_the_number_of_questions_is_fixed(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, post = fill(rows)
    more_for_one(post, rows)
    versions.forget()
    token = new_listing_link(post.person)
    places = {name: urls[0] for name, urls in addresses(post).items()} | {"listing": f"/listing/{token}/"}
    places["brand page"], places["people list"] = "/brands/vesper/", "/brands/vesper/people/"
    places["API people list"], places["API brand posts"] = (
        "/api/v1/brands/vesper/people/",
        "/api/v1/brands/vesper/posts/",
    )
    assert set(places) == {outlet.name for outlet in OUTLETS} | {"listing"}
    for name, url in places.items():
        versions.forget()  # else the count hangs on whether a second has passed
        with django_assert_num_queries(EXPECTED[name], info=f"{name} with {rows} rows"):
            answer = client.get(url)
            assert answer.status_code == 200
            answer.getvalue()  # files are read while they are sent


def test_a_feed_turns_its_pages_without_counting_through_what_came_before(client: Client) -> None:
    account = make_account(make_person("Ingrid Solbakk", slug="ingrid"))
    other = make_account(make_person("Oskar Brandl"))
    brand = make_brand("Vesper", slug="vesper")
    for one in (account, other):
        make_enrolment(brand, one.person, account=one)
    now = timezone.now()
    for number in range(60):
        make_post((account, other)[number % 2], published_at=now - dt.timedelta(hours=number))
    rebuild_feed(brand)
    for url in ("/brands/vesper/", "/people/ingrid/"):
        page = client.get(url).content.decode()
        query = page.split('rel="next"')[0].rsplit('href="', 1)[1].split("#")[0].replace("&amp;", "&")
        with CaptureQueriesContext(connection) as asked:
            client.get(url + query)
        assert [sql["sql"] for sql in asked if "OFFSET" in sql["sql"]] == []
