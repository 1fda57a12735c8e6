"""Placing posts on a brand's page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from brands.feed import Consent, Facts, place_enrolment, place_posts, rebuild_feed, shown_here
from brands.models import BrandPost, Enrolment, PostChoice, Removal
from people.models import Post
from tests.factories import make_account, make_brand, make_enrolment, make_post

YES = datetime(2026, 11, 1, tzinfo=UTC)


def consent(**fields: Any) -> Consent:
    usual: dict[str, Any] = {"state": "active", "state_changed_at": YES, "shows": "all", "since": YES, "reposts": False}
    return Consent(**{**usual, **fields})


def post(kind: str = "post", published_at: datetime = YES + timedelta(days=1)) -> Facts:
    return Facts(1, 1, 1, kind, published_at)


def test_an_active_persons_post_since_the_yes_is_shown() -> None:
    assert shown_here(consent(), post()) is True


def test_a_post_of_the_very_moment_of_the_yes_is_shown_and_one_before_it_not() -> None:
    assert shown_here(consent(), post(published_at=YES)) is True
    assert shown_here(consent(), post(published_at=YES - timedelta(microseconds=1))) is False


@pytest.mark.parametrize("state", ["invited", "declined", "left", "suspended"])
def test_nobody_appears_without_a_yes_that_holds(state: str) -> None:
    assert shown_here(consent(state=state), post()) is False


def test_a_paused_person_keeps_what_was_shown_and_shows_nothing_new() -> None:
    paused = consent(state="paused", state_changed_at=YES + timedelta(days=5))
    assert shown_here(paused, post(published_at=YES + timedelta(days=4))) is True
    assert shown_here(paused, post(published_at=YES + timedelta(days=5))) is False


def test_only_what_i_pick_shows_nothing_by_itself() -> None:
    assert shown_here(consent(shows="picked"), post()) is False


def test_an_answer_to_somebody_is_not_shown_by_itself() -> None:
    assert shown_here(consent(), post("reply")) is False


def test_reposts_are_shown_only_to_whom_it_was_allowed() -> None:
    assert shown_here(consent(), post("repost")) is False
    assert shown_here(consent(reposts=True), post("repost")) is True


def test_a_quote_is_ones_own_words() -> None:
    assert shown_here(consent(), post("quote")) is True


def test_what_i_picked_is_shown_whatever_its_age_and_kind() -> None:
    old_reply = post("reply", published_at=YES - timedelta(days=900))
    assert shown_here(consent(shows="picked"), old_reply, choice=True) is True


def test_what_i_do_not_want_shown_here_is_not_shown() -> None:
    assert shown_here(consent(), post(), choice=False) is False


@pytest.mark.parametrize("state", ["invited", "declined", "left", "suspended"])
def test_a_pick_shows_nobody_whose_yes_does_not_hold(state: str) -> None:
    assert shown_here(consent(state=state), post(), choice=True) is False


def test_a_post_that_the_brand_took_off_or_the_author_keeps_quiet_is_not_shown_even_if_picked() -> None:
    assert shown_here(consent(), post(), choice=True, removed=True) is False
    assert shown_here(consent(), post()._replace(quiet_at=YES), choice=True) is False


def test_nothing_of_an_account_that_nobody_proved_is_shown() -> None:
    assert shown_here(consent(proven=False), post(), choice=True) is False


def feed(brand: Any) -> list[tuple[int, datetime]]:
    return sorted(BrandPost.objects.filter(brand=brand).values_list("post_id", "published_at"))


@pytest.mark.django_db
def test_a_post_is_placed_on_each_brand_that_its_author_said_yes_to_and_on_no_other() -> None:
    account = make_account()
    one, two, stranger = make_brand(), make_brand(), make_brand()
    make_enrolment(one, account=account)
    make_enrolment(two, account=account)
    make_enrolment(stranger, account=make_account())
    post = make_post(account)
    place_posts([post.pk])
    place_posts([post.pk])
    assert [feed(brand) for brand in (one, two, stranger)] == [[(post.pk, post.published_at)]] * 2 + [[]]


@pytest.mark.django_db
def test_placing_takes_away_what_is_no_longer_to_be_shown() -> None:
    account = make_account()
    enrolment = make_enrolment(account=account)
    post = make_post(account)
    place_posts([post.pk])
    Enrolment.objects.filter(pk=enrolment.pk).update(state="left")
    place_posts([post.pk])
    assert feed(enrolment.brand) == []


@pytest.mark.django_db
def test_leaving_one_brand_leaves_the_other_as_it_was() -> None:
    account = make_account()
    one, two = make_enrolment(account=account), make_enrolment(account=account)
    posts = [make_post(account) for _ in range(3)]
    place_posts(p.pk for p in posts)
    Enrolment.objects.filter(pk=one.pk).update(state="left")
    one.refresh_from_db()
    assert place_enrolment(one) == 0
    assert feed(one.brand) == []
    assert len(feed(two.brand)) == 3


@pytest.mark.django_db
def test_an_account_taken_back_takes_its_posts_from_the_page() -> None:
    account = make_account()
    enrolment = make_enrolment(account=account)
    place_posts([make_post(account).pk])
    enrolment.shown_accounts.all().delete()
    assert place_enrolment(enrolment) == 0
    assert feed(enrolment.brand) == []


@pytest.mark.django_db
def test_rebuilding_from_nothing_gives_the_same_rows() -> None:
    account, colleague = make_account(), make_account()
    brand = make_brand()
    make_enrolment(brand, account=account)
    make_enrolment(brand, account=colleague, reposts=True)
    for kind in Post.Kind.values:
        make_post(account, kind=kind)
        make_post(colleague, kind=kind)
    place_posts(Post.objects.values_list("pk", flat=True))
    before = feed(brand)
    BrandPost.objects.filter(brand=brand).delete()
    assert rebuild_feed(brand) == 5
    assert feed(brand) == before


@pytest.mark.django_db
def test_a_deleted_post_leaves_the_feed_with_it() -> None:
    account = make_account()
    enrolment = make_enrolment(account=account)
    post = make_post(account)
    place_posts([post.pk])
    post.delete()
    assert feed(enrolment.brand) == []


@pytest.mark.django_db
def test_rebuilding_takes_away_rows_that_nothing_explains() -> None:
    brand, stray = make_brand(), make_post()
    BrandPost.objects.create(brand=brand, post=stray, person=stray.person, published_at=stray.published_at)
    assert rebuild_feed(brand) == 0
    assert feed(brand) == []


@pytest.mark.django_db
def test_recomputing_one_enrolment_touches_no_other_brand() -> None:
    account = make_account()
    one, two = make_enrolment(account=account), make_enrolment(account=account)
    post = make_post(account)
    assert place_enrolment(one) == 1
    assert [feed(one.brand), feed(two.brand)] == [[(post.pk, post.published_at)], []]


@pytest.mark.django_db
def test_choice_and_removal_are_read_per_brand_and_per_post() -> None:
    account = make_account()
    one, two = make_enrolment(account=account), make_enrolment(account=account)
    first, second, third = (make_post(account) for _ in range(3))
    PostChoice.objects.create(enrolment=one, post=first, shown=False)
    Removal.objects.create(brand=two.brand, post=second, reason="Names a passenger.")
    Removal.objects.create(brand=one.brand, post=third, reason="A mistake.", put_back_at=YES)
    place_posts([first.pk, second.pk, third.pk])
    assert {row[0] for row in feed(one.brand)} == {second.pk, third.pk}
    assert {row[0] for row in feed(two.brand)} == {first.pk, third.pk}


@pytest.mark.django_db
def test_what_lies_between_the_posts_of_a_batch_is_left_alone() -> None:
    account = make_account()
    enrolment = make_enrolment(account=account)
    first, between, last = (make_post(account) for _ in range(3))
    place_posts([between.pk])
    PostChoice.objects.create(enrolment=enrolment, post=between, shown=False)
    place_posts([first.pk, last.pk])
    assert {row[0] for row in feed(enrolment.brand)} == {first.pk, between.pk, last.pk}


@pytest.mark.django_db
def test_a_batch_is_placed_with_six_questions_and_where_nobody_said_yes_with_two(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shown, silent = make_account(), make_account()
    make_enrolment(account=shown)
    theirs, others = [make_post(shown).pk for _ in range(9)], [make_post(silent).pk for _ in range(9)]
    with django_assert_num_queries(2 + 2):  # and a savepoint, which begins and ends
        place_posts(others)
    with django_assert_num_queries(6 + 2):
        place_posts(theirs)
