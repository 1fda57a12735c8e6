"""What somebody picked for a brand's page stands on their own page too, as long as the yes holds."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brands import tending
from brands.consenting import leave
from brands.feed import place_posts
from brands.models import BrandPost, Enrolment, PostChoice
from brands.removing import remove_post
from people.models import Account, Person, Post
from people.queries.posts import visible
from tests.brands.pages import read
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def mine() -> Enrolment:
    """Somebody with a login who lets a brand show only what she picks; their page shows nothing by itself."""
    person = make_person("Ingrid Solbakk", slug="ingrid", user=make_user())
    account = make_account(person, page_from=None)
    return make_enrolment(make_brand("Vesper", slug="vesper"), account=account, shows="picked")


def pick(enrolment: Enrolment, words: str, *, shown: bool = True, **fields: object) -> Post:
    """Let the person say something, and pick it or keep it back."""
    post = make_post(enrolment.person.accounts.get(), words, **fields)
    PostChoice.objects.create(enrolment=enrolment, post=post, shown=shown)
    place_posts([post.pk])
    return post


def seen(client: Client) -> list[str]:
    """Return which of the words used here the person's own page has."""
    page = read(client, "/people/ingrid/")
    return [words for words in ("Picked.", "Kept back.", "Not picked.", "A stranger’s.") if words in page]


def test_a_picked_post_is_on_the_brands_page_its_own_and_the_persons_and_no_other_post_is(
    client: Client, mine: Enrolment
) -> None:
    post = pick(mine, "Picked.", published_at=timezone.now() - 900 * DAY)
    pick(mine, "Kept back.", shown=False)
    make_post(post.account, "Not picked.")
    stranger = make_account(make_person("Oskar Lund", slug="oskar"), page_from=None)
    theirs = make_post(stranger, "A stranger’s.")
    PostChoice.objects.create(enrolment=mine, post=theirs, shown=True)  # a pick of somebody else's post counts nowhere
    assert seen(client) == ["Picked."]
    assert "A stranger’s." not in read(client, "/people/oskar/")
    for page in ("/brands/vesper/", f"/posts/{post.pk}/"):
        assert "Picked." in read(client, page)
    read(client, f"/posts/{theirs.pk}/", 404)


@pytest.mark.parametrize("state", ["invited", "declined", "left"])
def test_a_pick_counts_only_while_a_yes_holds(client: Client, mine: Enrolment, state: str) -> None:
    post = pick(mine, "Picked.")
    Enrolment.objects.update(state=state)
    place_posts([post.pk])
    assert seen(client) == []
    read(client, f"/posts/{post.pk}/", 404)


def test_leaving_ends_what_was_picked(client: Client, mine: Enrolment) -> None:
    post = pick(mine, "Picked.")
    leave(enrolment=mine, actor=mine.person.user)
    assert seen(client) == []
    read(client, f"/posts/{post.pk}/", 404)


def test_what_a_brand_takes_off_its_pages_stays_on_the_persons(client: Client, mine: Enrolment) -> None:
    post = pick(mine, "Picked.")
    remove_post(brand=mine.brand, post=post, reason="It names a customer.", actor=None)
    assert ("Picked." in read(client, "/brands/vesper/"), seen(client)) == (False, ["Picked."])
    tending.take_off(enrolment=mine, reason="It names a customer.", actor=None)
    assert seen(client) == ["Picked."]
    assert "Picked." in read(client, f"/posts/{post.pk}/")


@pytest.mark.parametrize("why", ["quiet", "not confirmed", "protected", "page closed", "no longer covered"])
def test_quiet_proof_and_the_persons_own_closing_still_rule(client: Client, mine: Enrolment, why: str) -> None:
    post = pick(mine, "Picked.")
    if why == "quiet":
        Post.objects.update(quiet_at=timezone.now())
    elif why == "not confirmed":
        Account.objects.update(named_by_operator=False, confirmed_at=None)
    elif why == "protected":
        Account.objects.update(state=Account.State.PROTECTED)
    elif why == "page closed":
        Person.objects.update(page_open=False)
    else:
        mine.shown_accounts.all().delete()
        BrandPost.objects.all().delete()
    place_posts([post.pk])
    assert visible().count() == 0
    read(client, f"/posts/{post.pk}/", 404)


@pytest.mark.postgres
def test_many_picks_are_asked_in_one_query_that_walks_the_index_of_the_persons_posts(mine: Enrolment) -> None:
    account = mine.person.accounts.get()
    posts = [make_post(account, f"Word {number}.") for number in range(300)]
    PostChoice.objects.bulk_create(PostChoice(enrolment=mine, post=post, shown=True) for post in posts[::2])
    newest = visible().filter(person=mine.person).order_by("-published_at", "-id")[:21]
    with CaptureQueriesContext(connection) as asked:
        assert len(newest) == 21
    assert len(asked) == 1
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")  # few rows here: the question is whether the indexes serve
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = visible().filter(person=mine.person).order_by("-published_at", "-id")[:21].explain()
    assert "post_person_newest" in plan, plan
    assert "Sort" not in plan, plan
    assert "hashed" not in plan, plan
