"""Pages around writing say what is so: of links, of times, and of what a phone shared."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from people.models import Account, Connection, Draft, PendingLink, Person
from people.views.desk import share
from people.writing import drafting
from people.writing.week import set_week
from tests.brands.pages import read, words
from tests.factories import make_account
from tests.people.composer.test_write import WRITE
from tests.people.linking.walking import Walker

pytestmark = pytest.mark.django_db
ACCOUNTS = "/desk/accounts/"


def test_a_planned_time_is_said_to_be_up_to_three_minutes_later(desk: Client, settings: Settings) -> None:
    assert settings.PUBLISHING_SECONDS["jitter"] == 180
    assert "up to three minutes later" in words(read(desk, WRITE))


def test_the_end_of_an_unused_link_is_told_as_a_guess(desk: Client) -> None:
    assert "not used before, by our reckoning: X names no day" in words(read(desk, ACCOUNTS))
    Connection.objects.update(ends_at=timezone.now() + dt.timedelta(days=3))
    assert "The link may end about" in words(read(desk, ACCOUNTS))


def test_a_day_that_is_over_is_not_told_as_one_to_come(desk: Client) -> None:
    Connection.objects.update(ends_at=timezone.now() - dt.timedelta(days=3))
    shown = words(read(desk, ACCOUNTS))
    assert "The link may have ended" in shown
    assert "may end about" not in shown
    assert "by our reckoning: X names" not in shown


def test_whoever_comes_back_with_another_account_reads_which_one_stays_as_it_is(ingrid: Walker) -> None:
    ingrid.link()
    Connection.objects.update(state="broken", broken_at=timezone.now())
    shown = words(read(ingrid.client, ingrid.arrived("oskar")))
    assert "This is not @ingrid, which must still be linked again" in shown
    assert "This is not" not in words(read(ingrid.client, ingrid.arrived("ingrid")))


def test_an_account_that_works_is_not_missed_when_another_one_is_linked(ingrid: Walker) -> None:
    ingrid.link()
    assert "This is not" not in words(read(ingrid.client, ingrid.arrived("oskar")))


def test_ending_a_link_says_what_becomes_of_what_is_planned(desk: Client) -> None:
    assert "What is planned for it then waits until you link it again" in words(read(desk, ACCOUNTS))


def test_a_second_yes_leads_to_what_is_linked(ingrid: Walker) -> None:
    page = ingrid.arrived()
    ingrid.client.post(page, {"answer": "yes"})
    answer = ingrid.client.post(page, {"answer": "yes"}, follow=True)
    assert answer.redirect_chain == [(ACCOUNTS, 302)]
    assert "You answered this already" in words(answer.content.decode())
    assert Connection.objects.count() == 1


def test_a_yes_after_ten_minutes_is_told_so(ingrid: Walker) -> None:
    page = ingrid.arrived()
    PendingLink.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    for send in (ingrid.client.get, ingrid.client.post):
        answer = send(page, {"answer": "yes"}, follow=True)
        assert "ten minutes are over: nothing was linked" in words(answer.content.decode())
    assert not Connection.objects.exists()


def test_an_account_that_is_protected_says_so_where_it_is_linked(desk: Client, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(state=Account.State.PROTECTED)
    shown = words(read(desk, ACCOUNTS))
    assert "is protected there" in shown
    assert "Nothing new can be written to it" in shown


def test_quiet_hours_that_end_when_they_begin_are_refused(me: Person) -> None:
    assert me.user is not None
    with pytest.raises(ValueError, match="end when they begin"):
        set_week(person=me, actor=me.user, zone="Europe/Vienna", times=[""] * 7, days_off=[], quiet=("22:00", "22:00"))


def test_a_shared_link_stays_though_the_words_hold_a_longer_one(desk: Client) -> None:
    url = "https://vesper.org/jobs"
    desk.post("/desk/share/", {"text": f"See {url}-2026", "url": url})
    desk.post("/desk/share/", {"text": f"See {url}.", "url": url})
    texts = list(Draft.objects.order_by("pk").values_list("text", flat=True))
    assert texts == [f"See {url}-2026\n{url}", f"See {url}."]


def test_whoever_shares_more_than_fits_is_told_what_is_missing(desk: Client, me: Person) -> None:
    answer = desk.post("/desk/share/", {"text": "a" * (share.LONGEST + 1)}, follow=True)
    assert "longer than 2,000 characters: its end is not here" in words(answer.content.decode())
    out = Client()
    out.post("/desk/share/", {"text": "b" * (share.LONGEST + 1)})
    out.force_login(me.user)  # type: ignore[arg-type]
    assert "longer than 2,000 characters: its end is not here" in words(read(out, WRITE))


def test_what_is_shared_onto_a_full_desk_can_be_copied(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**kwargs: object) -> None:
        raise drafting.NotKept("You have 200 drafts. Throw some away first.")

    monkeypatch.setattr(drafting, "save_draft", full)
    answer = desk.post("/desk/share/", {"text": "From the train."})
    assert answer.status_code == 409
    assert "From the train." in answer.content.decode()


def test_an_account_that_is_linked_nowhere_is_named_where_another_comes_back(ingrid: Walker) -> None:
    make_account(ingrid.person, handle="old_name")
    assert "This is not @old_name, which is still not linked" in words(read(ingrid.client, ingrid.arrived()))
