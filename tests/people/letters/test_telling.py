"""Followers are told once that a person has left, by day, in the person's own words if they like."""

import datetime as dt

import pytest
from django.test import Client

from brands import alumni, choosing, tending
from people import erasing
from people.letters import due, telling
from people.letters.drawing import drawn
from people.letters.telling import tell_followers
from people.models import AnswerAddress, Follow, Letter, Person, Rhythm, Telling
from people.profile_changes import close_own_page
from tests.brands.pages import words
from tests.factories import make_brand, make_enrolment, make_person, make_user
from tests.people.letters.conftest import SUNDAY, make_fan, parts, speaker

pytestmark = pytest.mark.django_db
NIGHT = SUNDAY.replace(hour=23)


def told(
    monkeypatch: pytest.MonkeyPatch, now: dt.datetime = SUNDAY + dt.timedelta(hours=2)
) -> dict[int, dt.datetime | None]:
    """Let a worker walk the followers; return whom a letter was left for, and when it is due."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    due.leave_letters()
    return dict(Letter.objects.exclude(telling=None).order_by("pk").values_list("fan_id", "next_due_at"))


def test_each_follower_who_agreed_is_told_once_by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    ingrid, oskar = speaker().person, speaker("Oskar Brandl").person
    monkeypatch.setattr(telling, "BATCH", 2)
    fans = [make_fan(ingrid, zone=zone) for zone in ("Europe/London", "Asia/Tokyo", "America/New_York")]
    make_fan(ingrid, rhythm=Rhythm.NEVER)
    make_fan(ingrid, bounced_at=SUNDAY)
    make_fan(oskar)
    for switch in ({"letters": False}, {"muted": True}):
        Follow.objects.filter(fan=make_fan(ingrid)).update(**switch)
    assert tell_followers(ingrid, key="left:1", left="Vesper") is True
    assert tell_followers(ingrid, words="Once more.", key="left:1", left="Vesper") is False
    later = Follow.objects.filter(fan=make_fan(ingrid))  # who follows after the news is not told it
    later.update(since=Telling.objects.get().asked_at + dt.timedelta(seconds=1))
    found = told(monkeypatch, NIGHT)
    # 23:00 in London, 08:00 in Tokyo, 18:00 in New York
    assert found == {
        fans[0].pk: dt.datetime(2026, 11, 30, 7, tzinfo=dt.UTC),
        fans[1].pk: NIGHT,
        fans[2].pk: NIGHT,
    }
    Telling.objects.update(cursor=0, done_at=None)
    assert told(monkeypatch, NIGHT) == found


def test_the_letter_says_it_in_their_words_and_that_nothing_changes() -> None:
    ingrid = speaker().person
    fan = make_fan(ingrid)
    tell_followers(ingrid, words="I am off to Oslo <soon>.\nWrite to me.", key="left:1", left="Vesper")
    due.leave_letters()
    letter = Letter.objects.exclude(telling=None).get()
    message = drawn(letter)
    raw, text, html = parts(message)
    assert raw["Subject"] == "Ingrid Solheim has left Vesper"
    assert "I am off to Oslo <soon>.\nWrite to me." in text
    assert "I am off to Oslo &lt;soon&gt;.<br>Write to me." in html
    assert "You follow Ingrid, not Vesper: nothing changes for you." in text
    assert raw["List-Unsubscribe"]
    assert raw["Reply-To"] is None
    assert "An answer to this letter reaches nobody." in text
    AnswerAddress.objects.create(person=ingrid, address="ingrid@elsewhere.example")
    raw, text, html = parts(drawn(Letter.objects.get(pk=letter.pk)))
    assert raw["Reply-To"] is None  # nobody can sign in as her: nobody is answered
    Person.objects.filter(pk=ingrid.pk).update(user=make_user())
    raw, text, html = parts(drawn(Letter.objects.get(pk=letter.pk)))
    assert raw["Reply-To"] == "Ingrid Solheim <ingrid@elsewhere.example>"
    assert "If you answer this letter, Ingrid reads it." in text
    assert "(Answer Ingrid: ingrid@elsewhere.example)" in text
    assert "If you answer this letter, Ingrid reads it." in html
    Follow.objects.filter(fan=fan).update(letters=False)
    assert drawn(letter) is None


def test_the_end_of_a_page_is_told_as_that_and_leads_nowhere() -> None:
    ingrid = speaker(page_open=False, portrait="a" * 32).person
    make_fan(ingrid)
    tell_followers(ingrid, words="Farewell.", key="page:1")
    due.leave_letters()
    message = drawn(Letter.objects.exclude(telling=None).get())
    assert message is not None
    assert message.subject == "The page of Ingrid Solheim is closed"
    assert f"/people/{ingrid.slug}/" not in str(message.message())
    assert "/letters/faces/" not in str(message.message())


def test_of_whoever_hides_nothing_is_told_that_they_do_not_say_themselves() -> None:
    ingrid = speaker().person
    make_fan(ingrid)
    tell_followers(ingrid, key="left:1", left="Vesper")
    due.leave_letters()
    letter = Letter.objects.exclude(telling=None).get()
    assert drawn(letter) is not None
    Person.objects.filter(pk=ingrid.pk).update(page_open=False)
    letter = Letter.objects.get(pk=letter.pk)
    assert drawn(letter) is None


def test_a_closed_page_is_told_by_a_press_of_the_person_once_in_the_words_of_the_site() -> None:
    ingrid = speaker(user=make_user()).person
    user, stranger = ingrid.user, make_person("Lea Brandt", user=make_user()).user
    assert user
    assert stranger
    make_fan(ingrid)
    office, foreign = Client(), Client()
    office.force_login(user)
    foreign.force_login(stranger)
    assert office.post("/desk/settings/page/", {"page": "tell"}).status_code == 409
    office.post("/desk/settings/page/", {"page": "close"})
    foreign.post("/desk/settings/page/", {"page": "close"})
    due.leave_letters()
    assert not Telling.objects.exists()  # nobody is told of a bad day by itself
    assert "Nobody is told unless you press this." in words(office.get("/desk/settings/").content.decode())
    for _ in range(2):
        office.post("/desk/settings/page/", {"page": "tell", "words": ""})
    assert "Nobody is told unless" not in words(office.get("/desk/settings/").content.decode())
    foreign.post("/desk/settings/page/", {"page": "tell", "words": "She is gone."})
    for client in (office, foreign):  # a second press of the button, from a tab of before
        client.post("/desk/settings/page/", {"page": "close"})
    due.leave_letters()
    letter = Letter.objects.exclude(telling=None).get(telling__person=ingrid)
    raw, text, _ = parts(drawn(letter))
    assert raw["Subject"] == "The page of Ingrid Solheim is closed"
    assert "Nothing of Ingrid is shown" in text
    assert f"/people/{ingrid.slug}/" not in text
    office.post("/desk/settings/page/", {"page": "open"})
    assert drawn(Letter.objects.get(pk=letter.pk)) is None  # it is no longer so


def test_too_many_words_about_a_closed_page_tell_nobody() -> None:
    ingrid = speaker(user=make_user(), page_open=False).person
    office = Client()
    assert ingrid.user
    office.force_login(ingrid.user)
    assert office.post("/desk/settings/page/", {"page": "tell", "words": "a" * 601}).status_code == 409
    assert not Telling.objects.exists()


def test_a_page_that_closes_with_the_last_yes_is_told_at_once_and_one_that_was_hidden_is_not() -> None:
    vesper = make_brand("Vesper", slug="vesper")
    for name, hidden in (("Ingrid Solheim", False), ("Oskar Brandl", True)):
        person = speaker(name).person
        make_fan(person)
        enrolment = make_enrolment(vesper, person)
        if hidden:
            close_own_page(person=person, actor=None, label="test")
        tending.end(enrolment=enrolment, reason="Moved on.", actor=None)
    due.leave_letters()
    letter = Letter.objects.exclude(telling=None).get()
    raw, text, _ = parts(drawn(letter))
    assert raw["Subject"] == "Ingrid Solheim has left Vesper"
    assert "The page of Ingrid is closed at the moment." in text
    close_own_page(
        person=Person.objects.get(name="Ingrid Solheim"), actor=None, label="test"
    )  # for her safety, a moment later
    assert drawn(Letter.objects.get(pk=letter.pk)) is None


@pytest.mark.parametrize("hidden", [False, True])
def test_leaving_without_words_tells_in_the_words_of_the_site_unless_hidden(hidden: bool) -> None:
    ingrid = speaker(user=make_user(), page_open=not hidden).person
    user = ingrid.user
    assert user
    make_fan(ingrid)
    enrolment = make_enrolment(make_brand("Vesper", slug="vesper"), ingrid)
    choosing.leave(enrolment=enrolment, actor=user)
    due.leave_letters()
    assert Letter.objects.exclude(telling=None).count() == (not hidden)
    if hidden:  # until she wants it
        assert alumni.tell(enrolment=enrolment, words="", actor=user)
        due.leave_letters()
    raw, text, _ = parts(drawn(Letter.objects.exclude(telling=None).get()))
    assert raw["Subject"] == "Ingrid Solheim has left Vesper"
    assert ("nothing changes for you" in text) == (not hidden)


def test_after_an_erasure_nothing_is_told_also_not_in_own_words() -> None:
    ingrid = speaker().person
    make_fan(ingrid)
    tell_followers(ingrid, words="I am off.", key="left:1", left="Vesper")
    tell_followers(ingrid, key="closed:1", closes=True)
    due.leave_letters()
    erasing.erase_person(person=ingrid, actor=None, label="test")
    assert [drawn(letter) for letter in Letter.objects.exclude(telling=None)] == [None, None]


def test_what_was_told_goes_with_the_person() -> None:
    ingrid = speaker().person
    make_fan(ingrid)
    tell_followers(ingrid, words="Farewell.", key="left:1", left="Vesper")
    due.leave_letters()
    Person.objects.filter(pk=ingrid.pk).delete()
    assert not Telling.objects.exists()
    assert not Letter.objects.exclude(telling=None).exists()
