"""The week, what a phone shares, and the network's own form for posts that would cost."""

import datetime as dt
from typing import Any

import pytest
import requests
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from people.accounts import read_account
from people.models import Account, Delivery, Draft, Pause, Person, Week
from people.publishing import outbox
from people.queries import calendar
from people.syncing.run import sync_account
from people.views.desk import share
from people.writing.week import next_free, set_week
from tests.brands.pages import words
from tests.factories import make_brand, make_enrolment
from tests.people.composer.test_write import WRITE, post, write
from tests.people.desk.test_my_page import picture
from tests.sandbox_copy import SandboxCopy

pytestmark = pytest.mark.django_db
LINKED = "Snow on the Brenner. https://vesper.org/winter"


def week(person: Person, times: dict[int, str], **more: Any) -> Week:
    assert person.user is not None
    hours = [times.get(day, "") for day in range(7)]
    return set_week(
        person=person, actor=person.user, zone="Europe/Vienna", times=hours, days_off=more.pop("off", []), **more
    )


def test_the_next_free_hour_leaves_out_what_is_taken_days_off_and_quiet_hours(desk: Client, account: Account) -> None:
    me = account.person
    after = dt.datetime(2026, 11, 26, 20, 0, tzinfo=dt.UTC)  # a Thursday, 21:00 in Vienna
    own = week(me, {3: "07:10 21:30", 4: "06:30 08:00", 5: "09:00"}, off=[5], quiet=("22:00", "07:00"))
    free = next_free(own, after=after)
    assert free is not None
    assert (free.wall_time, free.at.isoformat()) == ("2026-11-26T21:30", "2026-11-26T20:30:00+00:00")
    when = outbox.When(wall_time=free.wall_time, zone=free.zone)
    assert me.user is not None
    outbox.enqueue_delivery(account=account, words=outbox.Words("Snow."), actor=me.user, when=when)
    free = next_free(own, after=after)
    assert free is not None
    assert free.wall_time == "2026-11-27T08:00"
    told = {"said in another zone": {"zone": "UTC", "wall_time": "2026-11-26T20:30"}, "held": {"state": "held"}}
    for what, fields in told.items():
        Delivery.objects.update(**fields)
        free = next_free(own, after=after)
        assert (free and free.wall_time, what) == ("2026-11-27T08:00", what)
    Delivery.objects.update(state="missed")
    free = next_free(own, after=after)
    assert (free and free.wall_time) == "2026-11-26T21:30"


def test_what_was_meant_for_the_one_week_and_went_out_in_the_next_stands_in_that_one(
    account: Account, me: Person
) -> None:
    week(me, {})
    when = outbox.When(wall_time="2026-11-29T23:59", zone="Europe/Vienna")
    assert me.user is not None
    with time_machine.travel("2026-11-28T12:00:00Z", tick=False):
        outbox.enqueue_delivery(account=account, words=outbox.Words("Over midnight."), actor=me.user, when=when)
    out = dt.datetime(2026, 11, 29, 23, 1, tzinfo=dt.UTC)  # Monday, 00:01 in Vienna
    Delivery.objects.update(state="published", remote_id="1", published_at=out)
    days = [calendar.week(me, day).days for day in (dt.date(2026, 11, 23), dt.date(2026, 11, 30))]
    assert [[len(day.lines) for day in one] for one in days] == [[0] * 7, [1] + [0] * 6]


def test_a_week_is_kept_by_its_form_and_wrong_hours_are_told(desk: Client, me: Person) -> None:
    form = {"zone": "Europe/Vienna", "times-0": "7:10, 18:30", "off-6": "on"}
    form |= {"quiet-from": "22:00", "quiet-until": "06:00"}
    assert desk.post("/desk/calendar/my-week/", form).status_code == 302
    row = Week.objects.get()
    assert (row.slots, row.days_off, row.asks_alt) == ([[0, "07:10"], [0, "18:30"]], [6], False)
    answer = desk.post("/desk/calendar/my-week/", {**form, "times-2": "25:00"})
    assert (answer.status_code, "Wednesday: write hours as 07:10" in words(answer.content.decode())) == (422, True)
    assert Week.objects.get().slots == row.slots


def test_the_calendar_shows_the_week_of_its_address_and_a_post_is_moved_by_form(
    desk: Client, account: Account, stranger: Client
) -> None:
    write(desk, account, when="at", at="2083-01-15T06:30", zone="Europe/Vienna")
    delivery = Delivery.objects.get()
    page = words(desk.get("/desk/calendar/2083-01-13/").content.decode())
    assert "Warm bread" in page
    assert "Warm bread" not in words(desk.get("/desk/calendar/2083-01-20/").content.decode())
    assert "Warm bread" not in words(stranger.get("/desk/calendar/2083-01-13/").content.decode())
    assert [desk.get(f"/desk/calendar/{day}/").status_code for day in ("2083-02-30", "0001-01-01", "x")] == [404] * 3
    moved = {"at": "2083-03-28T02:30", "zone": "Europe/Vienna"}
    answer = desk.post(f"/desk/outgoing/{delivery.pk}/", moved, follow=True)
    assert "skip 02:30 that day" in words(answer.content.decode())
    delivery.refresh_from_db()
    assert delivery.wall_time == "2083-03-28T03:30"
    over = desk.post(f"/desk/outgoing/{delivery.pk}/", {"at": "2020-01-01T06:30", "zone": "Europe/Vienna"})
    assert (over.status_code, "That time is over." in over.content.decode()) == (422, True)


def test_a_pause_is_the_persons_own(desk: Client, me: Person, stranger: Client) -> None:
    desk.post("/desk/outgoing/pause/", {"pause": "on"})
    assert Pause.objects.get().subject == str(me.pk)
    stranger.post("/desk/outgoing/pause/", {"pause": "off"})
    assert "You paused" in words(desk.get("/desk/outgoing/").content.decode())
    desk.post("/desk/outgoing/pause/", {"pause": "off"})
    assert not Pause.objects.exists()


def test_what_needs_an_answer_has_three_buttons(desk: Client, account: Account) -> None:
    write(desk, account)
    delivery = Delivery.objects.get()
    Delivery.objects.update(state="needs_human", reason="unsure", trouble="the network did not answer")
    page = words(desk.get(f"/desk/outgoing/{delivery.pk}/").content.decode())
    assert [word in page for word in ("It is there", "send it again", "Let it go")] == [True] * 3
    wrong = desk.post(f"/desk/outgoing/{delivery.pk}/answer/", {"answer": "there", "link": "https://example.org/"})
    assert wrong.status_code == 422
    desk.post(f"/desk/outgoing/{delivery.pk}/answer/", {"answer": "drop"})
    assert Delivery.objects.get().state == "cancelled"


def test_a_post_with_a_link_is_offered_at_the_networks_own_form_and_found_by_the_reading(
    desk: Client, account: Account, app: SandboxCopy
) -> None:
    answer = write(desk, account, LINKED, **{f"how-{account.pk}": "hand"})
    draft = Draft.objects.get()
    assert answer["Location"] == f"{WRITE}{draft.pk}/by-hand/"
    assert not Delivery.objects.exists()
    page = desk.get(answer["Location"]).content.decode()
    assert 'href="/sandbox/intent/post/?text=Snow+on+the+Brenner.' in page
    form = {"text": LINKED, "who": "ingrid"}
    made = requests.post(f"{app.site}intent/post/", data=form, timeout=20, allow_redirects=False)
    assert made.status_code == 302
    Account.objects.filter(pk=account.pk).update(read_from=timezone.now() - dt.timedelta(days=1))
    read_account(account, since=timezone.now() - dt.timedelta(days=1), on_page=True)
    account.refresh_from_db()
    sync_account(account.pk)
    assert "It is out, and read" in words(desk.get(answer["Location"]).content.decode())


def test_sent_from_here_a_link_has_its_price_shown_and_paid(desk: Client, account: Account) -> None:
    page = words(desk.post(f"{WRITE}preview/", {"words": LINKED}).content.decode())
    assert "Costs whoever runs this site 0.20 USD" in page
    write(desk, account, LINKED, **{f"how-{account.pk}": "here"})
    assert Delivery.objects.get().mills == 200
    hand = write(desk, account, f"{LINKED} once more", when="at", at="2083-01-15T06:30", zone="UTC",
                 **{f"how-{account.pk}": "hand"})  # fmt: skip
    assert (hand.status_code, "own form cannot wait" in hand.content.decode()) == (422, True)


def test_nobody_pays_for_a_link_who_did_not_read_its_price(desk: Client, account: Account) -> None:
    # without JavaScript, and by Ctrl+Enter before the preview has come, the form asks nothing yet
    for chosen in ({}, {f"how-{account.pk}": "somehow"}):
        answer = write(desk, account, LINKED, **chosen)
        page = answer.content.decode()
        assert (answer.status_code, Delivery.objects.count()) == (422, 0)
        assert "costs 0.20 USD when it is sent from here" in words(page)
        assert f'name="how-{account.pk}" value="here"' in page
    assert write(desk, account, "No link, no question.").status_code == 302


def test_a_shorter_version_and_a_thread_are_versions_of_their_own(desk: Client, account: Account) -> None:
    text = "Forty centimetres of snow overnight. " * 12
    write(desk, account, text, do="split-x")
    draft = Draft.objects.get()
    assert len(draft.versions["x"]) == 2
    post(desk, "send", draft=draft.pk, revision=draft.revision, words=text, to=[account.pk],
         **{"part-x": draft.versions["x"]})  # fmt: skip
    first, second = Delivery.objects.order_by("pk")
    assert (second.parent, f"{first.payload['text']} {second.payload['text']}") == (first, text.strip())


def test_what_is_too_long_is_not_sent_and_told_with_its_account(desk: Client, account: Account) -> None:
    answer = write(desk, account, "x" * 283)
    assert (answer.status_code, Delivery.objects.count()) == (422, 0)
    assert "X, @ingrid: 3 characters too many." in words(answer.content.decode())


def test_a_phone_shares_into_a_draft(desk: Client, me: Person) -> None:
    shared = {"title": "Winter", "text": "Look at this", "url": "https://vesper.org/winter", "media": picture()}
    answer = desk.post("/desk/share/", shared)
    draft = Draft.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{WRITE}{draft.pk}/")
    assert (draft.text, draft.pictures.count()) == ("Winter\nLook at this\nhttps://vesper.org/winter", 1)
    assert not Delivery.objects.exists()


def test_shared_while_signed_out_the_words_wait_for_the_sign_in(desk: Client, me: Person) -> None:
    out = Client()
    answer = out.post("/desk/share/", {"text": "From the train."})
    assert "/sign-in/" in answer["Location"]
    out.force_login(me.user)  # type: ignore[arg-type]
    assert "From the train." in out.get(WRITE).content.decode()


@pytest.mark.parametrize(
    "said",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://another.example"}],
)
def test_another_site_cannot_make_a_draft_nor_leave_words_for_the_sign_in(desk: Client, said: dict[str, str]) -> None:
    out = Client()
    for one in (desk, out):
        assert one.post("/desk/share/", {"text": "Buy."}, headers=said).status_code == 403
    assert (Draft.objects.exists(), list(out.session.keys())) == (False, [])


@pytest.mark.parametrize("said", [{"Origin": "null"}, {"Origin": "http://testserver"}, {"Sec-Fetch-Site": "none"}])
def test_the_phone_itself_and_pages_of_ours_can(desk: Client, said: dict[str, str]) -> None:
    assert desk.post("/desk/share/", {"text": "Snow."}, headers=said).status_code == 302


def test_naming_the_brand_says_that_i_work_there_until_i_say_no(desk: Client, account: Account) -> None:
    brand = make_brand("Vesper", slug="vesper")
    make_enrolment(brand, account.person)
    page = desk.post(f"{WRITE}preview/", {"words": "Vesper runs again."}).content.decode()
    assert "Vesper runs again. I work for Vesper." in words(page)
    assert "I work for Vesper." not in words(
        desk.post(f"{WRITE}preview/", {"words": "Vespers at nine."}).content.decode()
    )
    write(desk, account, "Vesper runs again.", **{"disclose-was": "on", "disclose": "1", "disclosure": "My own train!"})
    delivery = Delivery.objects.get()
    assert (delivery.payload["text"], delivery.speaks_for) == ("Vesper runs again. My own train!", brand.pk)
    write(desk, account, "Vesper runs at last.", **{"disclose-was": "on"})
    delivery = Delivery.objects.latest("pk")
    assert (delivery.payload["text"], delivery.speaks_for) == ("Vesper runs at last.", None)


def test_the_desk_leads_to_writing_once_an_account_is_linked(desk: Client, stranger: Client) -> None:
    assert [client.get("/desk/")["Location"] for client in (desk, stranger)] == [WRITE, "/desk/appearances/"]


def test_shared_by_many_who_are_signed_out_it_fills_no_sessions_and_the_words_can_still_be_copied(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(share, "PER_HOUR", 2)
    answers = [Client().post("/desk/share/", {"text": f"From train {number}."}) for number in range(4)]
    assert [one.status_code for one in answers] == [302, 302, 429, 429]
    assert Session.objects.count() == 2
    page = answers[3].content.decode()
    assert ("From train 3.</textarea>" in page, 'href="/sign-in/?next=/desk/write/"' in page) == (True, True)
    assert answers[3]["Retry-After"] == "3600"
    elsewhere = Client(REMOTE_ADDR="198.51.100.7").post("/desk/share/", {"text": "From the bus."})
    assert elsewhere.status_code == 302
    pictures = Client().post("/desk/share/", {"text": "<b>Bold", "media": picture()}).content.decode()
    assert ("&lt;b&gt;Bold" in pictures, "The pictures are where you shared them from." in pictures) == (True, True)


def test_whoever_is_signed_in_shares_however_much_others_did(
    desk: Client, me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(share, "PER_HOUR", 0)
    assert Client().post("/desk/share/", {"text": "From the train."}).status_code == 429
    desk.post("/desk/share/", {"text": "From the train."})
    assert Draft.objects.get().text == "From the train."


def test_a_form_that_stood_on_nobodys_desk_is_kept_in_no_session(db: None) -> None:
    answer = Client().post(WRITE, {"words": "Spam.", "writer": "made-up"})
    assert ("/sign-in/" in answer["Location"], Session.objects.count()) == (True, 0)
