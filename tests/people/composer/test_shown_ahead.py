"""Shown here or not, said before a post goes out: it holds by publishing and by a sync, whichever comes first."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from brands.choosing import choose_post
from brands.models import BrandPost, Enrolment, PostChoice
from people.accounts import read_account
from people.models import Account, Delivery, Draft, Person, Post
from people.publishing import sending
from people.publishing.clock import DbNow
from people.syncing.run import sync_account
from tests.brands.pages import words
from tests.factories import make_account, make_brand, make_enrolment

pytestmark = pytest.mark.django_db
WRITE = "/desk/write/"


@pytest.fixture
def vesper(account: Account) -> Enrolment:
    """Ingrid at Vesper, whose page shows all that she says on X; it is read for that."""
    Account.objects.filter(pk=account.pk).update(named_by_operator=True)
    read_account(account, since=timezone.now() - timedelta(days=1), on_page=True)
    return make_enrolment(make_brand("Vesper", slug="vesper"), account=account)


def form(enrolment: Enrolment, account: Account, *, was: str, on: bool, **fields: Any) -> dict[str, Any]:
    """Return the composer's form with the tick for one brand's page."""
    name = f"show-{enrolment.brand_id}"
    tick = {name: "1"} if on else {}
    return {"words": "Snow on the Brenner.", "to": [account.pk], "when": "now", f"{name}-was": was, **tick, **fields}


def go_out(delivery: Delivery) -> None:
    """Let a delivery go out now."""
    Delivery.objects.filter(pk=delivery.pk).update(due_at=DbNow(), next_due_at=DbNow())
    sending.run(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.trouble) == ("published", "")


def test_what_was_left_as_it_stood_follows_the_yes_of_the_account(
    desk: Client, account: Account, vesper: Enrolment
) -> None:
    page = desk.get(WRITE).content.decode()
    assert (f'name="show-{vesper.brand_id}" value="1" checked' in page, "page of Vesper" in page) == (True, True)
    desk.post(WRITE, {"do": "send", **form(vesper, account, was="on", on=True)})
    delivery = Delivery.objects.get()
    assert delivery.shows == {}
    go_out(delivery)
    assert (BrandPost.objects.filter(brand=vesper.brand).count(), PostChoice.objects.count()) == (1, 0)


def test_not_here_keeps_it_off_that_page_alone_also_after_the_next_sync(
    desk: Client, account: Account, vesper: Enrolment, me: Person
) -> None:
    other = make_enrolment(make_brand("Nightjar"), account=account)
    desk.post(WRITE, {"do": "send", **form(vesper, account, was="on", on=False)})
    delivery = Delivery.objects.get()
    assert (delivery.shows, Draft.objects.get().shows) == ({str(vesper.brand_id): False},) * 2
    page = desk.get(f"/desk/outgoing/{delivery.pk}/").content.decode()
    assert f'name="show-{vesper.brand_id}" value="1">' in page
    assert f'name="show-{other.brand_id}" value="1" checked>' in page
    go_out(delivery)
    sync_account(account.pk)
    post = Post.objects.get()
    assert set(BrandPost.objects.values_list("brand", flat=True)) == {other.brand_id}
    assert list(PostChoice.objects.values_list("enrolment", "post", "shown")) == [(vesper.pk, post.pk, False)]
    choose_post(enrolment=vesper, post=post, shown=True, actor=me.user)  # afterwards she thinks better of it
    sync_account(account.pk)
    assert set(BrandPost.objects.values_list("brand", flat=True)) == {vesper.brand_id, other.brand_id}


def test_a_page_that_shows_only_what_is_picked_shows_it_when_that_was_said_before(
    desk: Client, account: Account, vesper: Enrolment
) -> None:
    vesper.shown_accounts.update(shows="picked")
    assert f'name="show-{vesper.brand_id}" value="1">' in desk.get(WRITE).content.decode()
    desk.post(WRITE, {"do": "send", **form(vesper, account, was="off", on=True)})
    go_out(Delivery.objects.get())
    assert BrandPost.objects.filter(brand=vesper.brand).count() == 1


def test_a_sync_that_comes_before_the_outcome_is_known_keeps_to_it(
    desk: Client, account: Account, vesper: Enrolment
) -> None:
    desk.post(WRITE, {"do": "send", **form(vesper, account, was="on", on=False)})
    delivery = Delivery.objects.get()
    go_out(delivery)
    number = delivery.remote_id
    Post.objects.all().delete()
    PostChoice.objects.all().delete()
    Delivery.objects.update(state="unknown", remote_id=None, post=None, ambiguous=True)
    sync_account(account.pk)
    assert Post.objects.get().remote_id == number
    assert (BrandPost.objects.count(), PostChoice.objects.get().shown) == (0, False)


def test_a_post_by_the_networks_own_form_is_known_by_its_words(
    desk: Client, account: Account, vesper: Enrolment, app: Any
) -> None:
    text = "Snow: https://example.com/winter"
    hand = {f"how-{account.pk}": "hand", "words": text}
    answer = desk.post(WRITE, {"do": "send", **form(vesper, account, was="on", on=False, **hand)})
    assert answer["Location"].endswith("/by-hand/")
    app.say(handle="ingrid", text=text)
    sync_account(account.pk)
    assert (Post.objects.count(), BrandPost.objects.count(), PostChoice.objects.get().shown) == (1, 0, False)


@pytest.mark.parametrize(
    "said",
    [
        ["Snow on the Brenner, all day: https://example.com/winter https://example.com/added-by-x"],  # with a picture
        ["Snow on the Brenner, all day! https://example.com/winter"],
        ["Snow on the Brenner, all day:", "https://example.com/winter for the second part."],
    ],
)
def test_changed_a_little_in_the_networks_own_form_or_in_parts_it_is_kept_off_all_the_same(
    desk: Client, account: Account, vesper: Enrolment, app: Any, said: list[str], stranger: Client
) -> None:
    text = "Snow on the Brenner, all day: https://example.com/winter"
    hand = {f"how-{account.pk}": "hand", "words": text}
    desk.post(WRITE, {"do": "send", **form(vesper, account, was="on", on=False, **hand)})
    draft = Draft.objects.get()
    if len(said) > 1:
        Draft.objects.update(versions={"x": said})
    answer = desk.post(f"/desk/write/{draft.pk}/by-hand/", follow=True)
    assert ("Put it away once the post is read" in words(answer.content.decode()), Draft.objects.count()) == (True, 1)
    for one in said:
        app.say(handle="ingrid", text=one)
    app.say(handle="ingrid", text="Something else that I say in my lunch break.")
    sync_account(account.pk)
    assert (BrandPost.objects.count(), PostChoice.objects.filter(shown=False).count()) == (1, len(said))
    assert stranger.post(f"/desk/write/{draft.pk}/by-hand/").status_code == 404
    desk.post(f"/desk/write/{draft.pk}/by-hand/")
    assert Draft.objects.filter(thrown_at=None).count() == 0


def test_a_post_that_is_only_like_the_words_of_a_draft_gets_onto_no_page_by_it(
    desk: Client, account: Account, vesper: Enrolment, app: Any
) -> None:
    vesper.shown_accounts.update(shows="picked")
    text = "Train 401 to Venice leaves at 10:05 today, come along: https://example.com/winter"
    hand = {f"how-{account.pk}": "hand", "words": text}
    desk.post(WRITE, {"do": "send", **form(vesper, account, was="off", on=True, **hand)})
    app.say(handle="ingrid", text=text)
    app.say(handle="ingrid", text=text.replace("401", "402").replace("10:05", "11:20"))
    sync_account(account.pk)
    assert (Post.objects.count(), PostChoice.objects.get().post.text[:9]) == (2, "Train 401")


@pytest.mark.parametrize("state", ["needs_human", "cancelled"])
def test_asked_about_or_given_up_and_out_after_all_it_is_kept_off(
    desk: Client, account: Account, vesper: Enrolment, state: str
) -> None:
    desk.post(WRITE, {"do": "send", **form(vesper, account, was="on", on=False)})
    go_out(Delivery.objects.get())
    Post.objects.all().delete()
    PostChoice.objects.all().delete()
    Delivery.objects.update(state=state, remote_id=None, post=None)
    sync_account(account.pk)
    assert (Post.objects.count(), BrandPost.objects.count(), PostChoice.objects.get().shown) == (1, 0, False)


def test_only_pages_that_the_person_stands_on_are_offered_and_nobody_elses_is_taken(
    desk: Client, account: Account, vesper: Enrolment, stranger: Client
) -> None:
    foreign = make_enrolment(make_brand("Foreign"), account=make_account())
    paused = make_enrolment(make_brand("Resting"), account=account, state="paused")
    page = words(desk.get(WRITE).content.decode())
    assert [name in page for name in ("page of Vesper", "page of Foreign", "page of Resting")] == [True, False, False]
    assert "page of Vesper" not in words(stranger.get(WRITE).content.decode())
    more = {f"show-{one.brand_id}-was": "off" for one in (foreign, paused)}
    more |= {f"show-{one.brand_id}": "1" for one in (foreign, paused)}
    desk.post(WRITE, {"do": "keep", **form(vesper, account, was="on", on=True, **more)})
    assert Draft.objects.get().shows == {}


def test_a_tick_that_is_put_back_before_the_page_is_drawn_anew_counts_as_put_back(
    desk: Client, account: Account, vesper: Enrolment
) -> None:
    desk.post(f"{WRITE}keep/", {**form(vesper, account, was="on", on=False), "window": "w"})
    draft = Draft.objects.get()
    again = {"draft": draft.pk, "revision": draft.revision, "window": "w"}
    desk.post(f"{WRITE}keep/", {**form(vesper, account, was="on", on=True), **again})
    draft.refresh_from_db()
    assert draft.shows == {}
    desk.post(f"{WRITE}keep/", {**form(vesper, account, was="on", on=False), **again})
    page = desk.get(f"{WRITE}{draft.pk}/").content.decode()
    assert ('-was" value="said"' in page, "As you say for this post." in words(page)) == (True, True)
