"""Where I appear: what each brand shows, changed by its person alone."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from advocacy.models import AuditEvent
from brands import choosing, tending
from brands.enrolling import NotMoved
from brands.models import BrandPost, Enrolment, PostChoice, ShownAccount
from brands.outlets import addresses
from brands.removing import remove_post
from people.models import Account, Post
from tests.brands.pages import enrol, read, say, words
from tests.brands.test_outlets_page import shown_on
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_role, make_user

pytestmark = pytest.mark.django_db
WHERE = "/desk/appearances/"


@pytest.fixture
def mine() -> Enrolment:
    """Ingrid at Vesper, with a login, two posts, and a colleague."""
    enrolment = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk", posts=2)
    enrolment.person.user = make_user("ingrid@example.org")
    enrolment.person.save()
    enrol(enrolment.brand, "Oskar Brandl", posts=1)
    return enrolment


@pytest.fixture
def ingrid(mine: Enrolment) -> Client:
    client = Client()
    client.force_login(mine.person.user)
    return client


def spoken(mine: Enrolment) -> Post:
    return Post.objects.filter(person=mine.person).order_by("-published_at")[0]


def press(client: Client, mine: Enrolment, post: Post, choice: str) -> int:
    return client.post(f"{WHERE}{mine.pk}/posts/{post.pk}/", {"choice": choice}).status_code


def test_the_desk_opens_with_where_i_appear(ingrid: Client) -> None:
    assert ingrid.get("/desk/")["Location"] == WHERE
    assert 'href="/desk/"' in read(ingrid, "/home/")


def test_it_says_for_each_brand_what_is_shown_of_me(ingrid: Client, mine: Enrolment) -> None:
    make_enrolment(make_brand("Formerly"), mine.person, state="left")
    enrol(make_brand("Elsewhere"), "Outside Person")
    text = words(read(ingrid, WHERE))
    assert "Listed You are on the page of Vesper since" in text
    assert f"@{mine.person.accounts.get().handle} on X" in text
    assert "Formerly, until" in text
    assert "You left on" in text
    assert ("are on the page of Formerly" in text, "Outside" in text, "Oskar" in text) == (False, False, False)


def test_a_login_without_a_person_reads_what_to_do(client: Client, mine: Enrolment) -> None:
    owner = make_user()
    make_role(owner, mine.brand)
    client.force_login(owner)
    for address in (WHERE, f"{WHERE}{mine.pk}/", "/desk/my-page/", "/desk/settings/", "/desk/said/"):
        assert "You have no desk here yet" in read(client, address, 403)
    assert press(client, mine, spoken(mine), "hide") == 403
    assert not PostChoice.objects.exists()


def test_who_is_logged_out_is_led_to_signing_in(client: Client, mine: Enrolment) -> None:
    assert client.get(WHERE)["Location"] == "/sign-in/login/?next=/desk/appearances/"
    assert press(client, mine, spoken(mine), "hide") == 302
    assert not PostChoice.objects.exists()


def test_nobody_else_may_open_or_change_my_part(mine: Enrolment) -> None:
    colleague = Enrolment.objects.exclude(pk=mine.pk).get().person
    colleague.user = make_user()
    colleague.save()
    other = Client()
    other.force_login(colleague.user)
    post, account = spoken(mine), mine.person.accounts.get()
    assert other.get(f"{WHERE}{mine.pk}/").status_code == 404
    assert other.get(f"{WHERE}{mine.pk}/leaving/").status_code == 404
    for act in (f"posts/{post.pk}", f"accounts/{account.pk}", "line", "pause", "resume", "leave"):
        sent = {"choice": "quiet", "shows": "picked", "until": ""}
        assert other.post(f"{WHERE}{mine.pk}/{act}/", sent).status_code == 404, act
    assert other.post(f"/desk/posts/{post.pk}/quiet/", {"choice": "quiet"}).status_code == 404
    theirs = Enrolment.objects.get(person=colleague)
    assert press(other, theirs, post, "quiet") == 404
    assert other.post(f"{WHERE}{theirs.pk}/accounts/{account.pk}/", {"shows": "all"}).status_code == 404
    mine.refresh_from_db()
    post.refresh_from_db()
    assert (mine.state, post.quiet_at, PostChoice.objects.count()) == ("active", None, 0)


def test_one_press_hides_a_post_here_and_another_shows_it_again(
    ingrid: Client, client: Client, mine: Enrolment
) -> None:
    post = spoken(mine)
    assert press(ingrid, mine, post, "hide") == 302
    assert shown_on(client, addresses(post), post.text) == {"person page", "post page"}
    assert "You chose not to show it here." in words(read(ingrid, f"{WHERE}{mine.pk}/"))
    press(ingrid, mine, post, "show")
    assert shown_on(client, addresses(post), post.text) == {"brand page", "person page", "post page"}


def test_a_quiet_post_is_on_no_outlet_until_it_is_quiet_no_longer(
    ingrid: Client, client: Client, mine: Enrolment
) -> None:
    post = spoken(mine)
    say(mine, "Going on.", hours=0.1, kind="reply", reply_to_id=post.remote_id)
    places = addresses(post)
    press(ingrid, mine, post, "quiet")
    assert shown_on(client, places, post.text) == set()
    assert "Quiet: it is shown nowhere on this site." in words(read(ingrid, f"{WHERE}{mine.pk}/"))
    press(ingrid, mine, post, "end-quiet")
    assert shown_on(client, places, post.text) == {"brand page", "person page", "post page"}


def test_htmx_gets_the_one_post_back(ingrid: Client, mine: Enrolment) -> None:
    post = spoken(mine)
    address = f"{WHERE}{mine.pk}/posts/{post.pk}/"
    answer = ingrid.post(address, {"choice": "hide"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert (answer.status_code, page.count("<article"), "<html" in page) == (200, 1, False)
    assert "Show here" in words(page)


def test_all_instead_of_picked_starts_now(ingrid: Client, mine: Enrolment) -> None:
    account = mine.person.accounts.get()
    ShownAccount.objects.update(shows="picked")
    before = timezone.now()
    ingrid.post(f"{WHERE}{mine.pk}/accounts/{account.pk}/", {"shows": "all"})
    row = mine.shown_accounts.get()
    assert (row.shows, row.since >= before, row.reposts) == ("all", True, False)
    assert not BrandPost.objects.filter(person=mine.person).exists()


def test_only_what_i_pick_empties_the_page_but_for_what_i_picked(ingrid: Client, mine: Enrolment) -> None:
    account, post = mine.person.accounts.get(), spoken(mine)
    press(ingrid, mine, post, "show")
    ingrid.post(f"{WHERE}{mine.pk}/accounts/{account.pk}/", {"shows": "picked", "reposts": "on"})
    assert list(BrandPost.objects.filter(person=mine.person).values_list("post_id", flat=True)) == [post.pk]
    account.refresh_from_db()
    assert (account.page_from, mine.shown_accounts.get().reposts) == (None, True)


def test_an_account_that_no_yes_covers_is_shown_only_once_i_say_so(ingrid: Client, mine: Enrolment) -> None:
    other = make_account(mine.person, read_from=None, page_from=None)
    assert "This page shows nothing of it." in words(read(ingrid, WHERE))
    ingrid.post(f"{WHERE}{mine.pk}/accounts/{other.pk}/", {"shows": "all"})
    other.refresh_from_db()
    assert other.read_from is not None
    assert mine.shown_accounts.get(account=other).shows == "all"


def test_an_account_that_is_not_confirmed_says_how_to_confirm_it(ingrid: Client, mine: Enrolment) -> None:
    mine.person.accounts.update(named_by_operator=False, proof_code="chorus-abc")
    text = words(read(ingrid, WHERE))
    assert "Not confirmed. Nothing of this account is shown until it is known to be yours." in text
    assert "Write chorus-abc into the bio of your profile." in text
    account = mine.person.accounts.get()
    assert ingrid.post(f"/desk/appearances/accounts/{account.pk}/look/").status_code == 302
    account.refresh_from_db()
    assert account.proof_due_at is not None


def test_what_the_brand_took_off_stands_there_with_its_reason(ingrid: Client, mine: Enrolment) -> None:
    post = spoken(mine)
    remove_post(brand=mine.brand, post=post, reason="It names a passenger.", actor=None)
    assert "the reason: It names a passenger." in words(read(ingrid, WHERE))
    page = read(ingrid, f"{WHERE}{mine.pk}/")
    assert "Vesper took it off its page: It names a passenger." in words(page)
    assert page.count('value="hide"') == 1  # the other post's


def test_who_is_hidden_reads_why(ingrid: Client, mine: Enrolment) -> None:
    tending.take_off(enrolment=mine, reason="We are looking into a complaint.", actor=None)
    assert "The reason: We are looking into a complaint." in words(read(ingrid, WHERE))


def test_a_pause_ends_by_itself_on_its_day(ingrid: Client, mine: Enrolment) -> None:
    until = timezone.now().date() + dt.timedelta(days=7)
    ingrid.post(f"{WHERE}{mine.pk}/pause/", {"until": until.isoformat()})
    mine.refresh_from_db()
    assert (mine.state, mine.paused_until, mine.paused_by_brand) == ("paused", until, False)
    say(mine, "During the break.", hours=-1)
    assert choosing.resume_due() == 0
    with time_machine.travel(dt.datetime.combine(until, dt.time(0, 5), dt.UTC), tick=False):
        assert choosing.resume_due() == 1
        assert choosing.resume_due() == 0
    mine.refresh_from_db()
    assert (mine.state, mine.paused_until) == ("active", None)
    assert BrandPost.objects.filter(post__text="During the break.").exists()


def test_a_pause_can_be_moved_and_ended_by_its_person(ingrid: Client, mine: Enrolment) -> None:
    today = timezone.now().date()
    assert ingrid.post(f"{WHERE}{mine.pk}/pause/", {"until": today.isoformat()}).status_code == 409
    assert ingrid.post(f"{WHERE}{mine.pk}/pause/", {"until": "soon"}).status_code == 409
    ingrid.post(f"{WHERE}{mine.pk}/pause/", {"until": ""})
    ingrid.post(f"{WHERE}{mine.pk}/pause/", {"until": (today + dt.timedelta(days=3)).isoformat()})
    mine.refresh_from_db()
    assert (mine.state, mine.paused_until) == ("paused", today + dt.timedelta(days=3))
    ingrid.post(f"{WHERE}{mine.pk}/resume/")
    mine.refresh_from_db()
    assert mine.state == "active"


def test_a_pause_of_the_brand_is_not_mine_to_end(ingrid: Client, mine: Enrolment) -> None:
    tending.pause(enrolment=mine, actor=None)
    assert ingrid.post(f"{WHERE}{mine.pk}/resume/").status_code == 409
    assert ingrid.post(f"{WHERE}{mine.pk}/pause/", {"until": ""}).status_code == 409
    mine.refresh_from_db()
    assert (mine.state, mine.paused_by_brand) == ("paused", True)
    assert choosing.resume_due() == 0
    assert "began this pause" in words(read(ingrid, WHERE))


def test_leaving_says_what_happens_and_then_happens(ingrid: Client, client: Client, mine: Enrolment) -> None:
    post = spoken(mine)
    assert "a new invitation of Vesper" in words(read(ingrid, f"{WHERE}{mine.pk}/leaving/"))
    assert ingrid.get(f"{WHERE}{mine.pk}/leave/").status_code == 405
    ingrid.post(f"{WHERE}{mine.pk}/leave/")
    mine.refresh_from_db()
    assert mine.state == "left"
    assert "Ingrid" not in read(client, "/brands/vesper/")
    assert shown_on(client, addresses(post), post.text) == {"person page", "post page"}
    assert "No brand shows you" in words(read(ingrid, WHERE))


def test_topics_are_those_of_the_brand_and_the_line_is_mine(ingrid: Client, mine: Enrolment) -> None:
    snow = mine.brand.topics.create(slug="snow", name="Snow")
    foreign = make_brand().topics.create(slug="tea", name="Tea")
    sent = {"line": "drives  through snow", "topic": [snow.pk, foreign.pk, "x"]}
    ingrid.post(f"{WHERE}{mine.pk}/line/", sent)
    mine.refresh_from_db()
    assert (mine.line, list(mine.topics.all())) == ("drives through snow", [snow])


@pytest.mark.parametrize("many", [1, 3, 45])
def test_lists_take_the_same_queries_however_long(
    ingrid: Client, mine: Enrolment, django_assert_num_queries: object, many: int
) -> None:
    account = mine.person.accounts.get()
    for number in range(many):
        make_post(account, f"More {number}.")
    for number in range(min(many, 3)):
        make_enrolment(make_brand(f"Brand {number}"), mine.person, account=account)
    ingrid.get(WHERE)
    with django_assert_num_queries(13):  # type: ignore[operator]
        ingrid.get(WHERE)
    with django_assert_num_queries(11):  # type: ignore[operator]
        ingrid.get(f"{WHERE}{mine.pk}/")


def test_older_posts_follow_on_the_next_page(ingrid: Client, mine: Enrolment) -> None:
    account = mine.person.accounts.get()
    for number in range(30):
        make_post(account, f"More {number}.")
    page = read(ingrid, f"{WHERE}{mine.pk}/")
    assert page.count("<article") == 20
    query = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert read(ingrid, f"{WHERE}{mine.pk}/{query}").count("<article") == 12


def test_nobody_learns_from_the_brands_log_which_posts_i_keep_back(ingrid: Client, mine: Enrolment) -> None:
    press(ingrid, mine, spoken(mine), "hide")
    press(ingrid, mine, spoken(mine), "quiet")
    events = AuditEvent.objects.filter(verb__in=["post.chosen", "post.quiet"])
    assert list(events.values_list("verb", "brand").order_by("pk")) == [("post.chosen", ""), ("post.quiet", "")]


def test_a_person_without_a_brand_reads_that_none_shows_them(client: Client) -> None:
    person = make_person(user=make_user())
    client.force_login(person.user)
    assert "No brand shows you" in words(read(client, WHERE))


def test_who_was_taken_off_does_not_come_back_by_a_pause_and_may_leave(ingrid: Client, mine: Enrolment) -> None:
    tending.take_off(enrolment=mine, reason="A customer is named", actor=None)
    seen = []
    for act in ("pause", "resume", "leave"):
        ingrid.post(f"{WHERE}{mine.pk}/{act}/", {"until": ""})
        mine.refresh_from_db()
        seen.append((mine.state, mine.suspended_reason))
    assert seen == [("suspended", "A customer is named")] * 2 + [("left", "A customer is named")]


def test_an_account_is_not_read_again_by_a_choice_that_comes_after_the_end(mine: Enrolment) -> None:
    account, user = mine.person.accounts.get(), mine.person.user
    Account.objects.filter(pk=account.pk).update(page_from=None)  # only this yes asks for it
    choosing.leave(enrolment=Enrolment.objects.get(pk=mine.pk), actor=user)
    assert mine.state == "active"  # as the desk read it a moment before
    with pytest.raises(NotMoved):
        choosing.set_account(enrolment=mine, account=account, shows="all", reposts=True, actor=user)
    account.refresh_from_db()
    assert account.read_from is None
    assert ShownAccount.objects.get(enrolment=mine).reposts is False


def test_an_account_that_somebody_else_named_first_is_offered_its_proof(ingrid: Client, mine: Enrolment) -> None:
    account = mine.person.accounts.get()
    Account.objects.filter(pk=account.pk).update(state="taken", named_by_operator=False, confirmed_at=None)
    page = words(read(ingrid, "/desk/appearances/"))
    assert "Somebody else named this account here too" in page
    assert "Give me a code, and look now" in page
    assert ingrid.post(f"/desk/appearances/accounts/{account.pk}/look/").status_code == 302
    account.refresh_from_db()
    assert account.proof_code.startswith("chorus-")
