"""What a hurried, careless or hostile writer sends: nothing goes out twice, is lost, or keeps the site busy."""

import time
from typing import Any

import pytest
from django.test import Client

from people.models import Account, Delivery, Draft, DraftPicture, Person
from people.publishing import outbox
from people.publishing.wording import comparable
from people.writing import likeness, posting, preview, x_text
from tests.brands.pages import words
from tests.factories import make_brand, make_enrolment
from tests.people.composer.test_write import WRITE, post, write
from tests.people.desk.test_my_page import picture

pytestmark = pytest.mark.django_db


def again(desk: Client, account: Account, text: str, do: str = "send", **fields: Any) -> Any:
    """Send the form of the draft there is, with other words."""
    draft = Draft.objects.get()
    named = {"draft": draft.pk, "revision": draft.revision}
    return post(desk, do, f"{WRITE}{draft.pk}/", **named, words=text, to=[account.pk], **fields)


@pytest.mark.parametrize("piece", ["a.", "漢字.", "a\u0301\u0301", "a.com ", "@ab ", "https://" + "漢" * 50])
def test_no_text_keeps_the_counting_busy(piece: str) -> None:
    text = piece * (8_000 // len(piece))
    began = time.process_time()
    for read in (x_text.length, x_text.hashtags, likeness.normal):
        read(text)
    preview.split_for("x", text[:2_000])
    assert time.process_time() - began < 5


def test_what_no_draft_holds_is_told_and_stays_in_its_field(desk: Client, account: Account) -> None:
    answer = write(desk, account, "漢." * 50_000)
    assert (answer.status_code, Draft.objects.count()) == (422, 0)
    said = answer.content.decode()
    assert ("this one has 100,000" in said, said.count("漢.漢.") > 20_000) == (True, True)
    write(desk, account, "Snow.", do="shorter-x")
    Draft.objects.update(versions={"x": ["One.", "Two."]})
    answer = again(desk, account, "Snow.", do="keep", **{"part-x": ["a"] * 101})
    assert (answer.status_code, "A thread holds 100 parts" in answer.content.decode()) == (422, True)


def test_a_second_press_with_a_word_changed_is_no_second_post(desk: Client, account: Account) -> None:
    write(desk, account, "We leave at ten.")
    answer = again(desk, account, "We leave at eleven.")
    assert (answer.status_code, "on its way there already" in words(answer.content.decode())) == (422, True)
    assert [row.payload["text"] for row in Delivery.objects.all()] == ["We leave at ten."]
    assert account.person.user is not None
    outbox.take_back(delivery=Delivery.objects.get(), actor=account.person.user)
    again(desk, account, "We leave at eleven.")
    waiting = Delivery.objects.filter(state="scheduled")
    assert [row.payload["text"] for row in waiting] == ["We leave at eleven."]
    waiting.update(state="published", remote_id="1")
    answer = again(desk, account, "We leave at noon.")
    assert "went out there already" in words(answer.content.decode())


def test_a_page_that_never_read_the_name_of_its_draft_makes_no_second_one(desk: Client, account: Account) -> None:
    for text in ("Warm", "Warm bread"):  # the answer to the first one was lost
        desk.post(f"{WRITE}keep/", {"words": text, "window": "one"})
    write(desk, account, "Warm bread at 03:40.", window="one")
    desk.post(f"{WRITE}keep/", {"words": "Another page.", "window": "two"})
    assert sorted(Draft.objects.values_list("text", flat=True)) == ["Another page.", "Warm bread at 03:40."]


def test_ends_of_lines_count_once_however_a_form_sends_them(desk: Client, account: Account) -> None:
    text = "Line\r\n" * 40
    answer = desk.post(f"{WRITE}preview/", {"words": text, "to": [account.pk]})
    assert f"{5 * 40} of 280" in words(answer.content.decode())


def test_a_day_at_the_end_of_time_is_no_day(desk: Client, account: Account) -> None:
    for at in ("9999-12-31T23:30", "0001-01-01T00:00"):
        answer = write(desk, account, do="send", when="at", at=at, zone="Pacific/Kiritimati")
        assert (answer.status_code, Delivery.objects.count()) == (422, 0)


def test_the_price_is_that_of_what_the_network_makes_links_of(desk: Client, account: Account) -> None:
    answer = desk.post(f"{WRITE}preview/", {"words": "We left at ten.snow all the way", "to": [account.pk]})
    assert "0.015 USD" in words(answer.content.decode())
    answer = desk.post(f"{WRITE}preview/", {"words": "See vesper.org for it", "to": [account.pk]})
    assert "0.20 USD" in words(answer.content.decode())


def test_an_address_is_the_same_words_with_and_without_what_a_network_adds() -> None:
    assert comparable("See www.vesper.org/winter/ now") == comparable("See http://www.vesper.org/winter now")


def test_a_brand_that_only_one_networks_version_names_is_disclosed(desk: Client, account: Account, me: Person) -> None:
    make_enrolment(make_brand("Vesper"), me)
    write(desk, account, "We run again.", do="shorter-x")
    again(desk, account, "We run again.", **{"version-x": "Vesper runs again.", "disclose-was": "off"})
    assert Delivery.objects.get().payload["text"] == "Vesper runs again. I work for Vesper."


def test_a_story_that_was_taken_goes_to_every_account_until_the_writer_chose(
    desk: Client, account: Account, me: Person
) -> None:
    draft = Draft.objects.create(person=me, revision=1, story=1)
    tick = f'name="to" value="{account.pk}" checked'
    assert tick in desk.get(f"{WRITE}{draft.pk}/").content.decode()
    form = {"draft": draft.pk, "revision": 1, "words": "Snow.", "window": "one"}
    desk.post(f"{WRITE}keep/", form)
    assert tick not in desk.get(f"{WRITE}{draft.pk}/").content.decode()


def test_every_draft_can_be_found(desk: Client, me: Person) -> None:
    Draft.objects.bulk_create(Draft(person=me, text=f"Draft {n}.") for n in range(30))
    page = desk.get(WRITE).content.decode()
    assert ("10 older" in page, page.count("Draft ")) == (True, 30)


def test_a_phone_that_shares_ten_pictures_fills_one_draft(desk: Client, account: Account) -> None:
    answer = desk.post("/desk/share/", {"text": "Ten.", "media": [picture() for _ in range(6)]}, follow=True)
    assert "A post holds 4 pictures" in words(answer.content.decode())
    assert DraftPicture.objects.count() == 4


def test_a_draft_that_goes_out_elsewhere_is_not_put_away_with_its_words(desk: Client, account: Account) -> None:
    write(desk, account)
    draft = Draft.objects.get()
    desk.post(f"{WRITE}{draft.pk}/by-hand/")
    assert (Draft.objects.count(), Delivery.objects.get().draft) == (1, draft)


def test_only_a_form_that_says_so_ends_a_pause(desk: Client) -> None:
    desk.post("/desk/outgoing/pause/", {"pause": "on"})
    assert desk.post("/desk/outgoing/pause/", {}).status_code == 404
    assert "End the pause" in desk.get("/desk/outgoing/").content.decode()


def test_a_thread_keeps_the_disclosure_apart_from_its_parts(desk: Client, account: Account, me: Person) -> None:
    make_enrolment(make_brand("Vesper"), me)
    text = "Vesper at night. " + "Forty centimetres of snow fell overnight. " * 12
    write(desk, account, text, do="split-x")
    draft = Draft.objects.get()
    assert draft.disclosure == "I work for Vesper."
    assert "I work for" not in " ".join(draft.versions["x"])
    texts = posting.words_for(draft, "x")
    assert isinstance(texts, list)
    assert preview.of("x", texts).fits
    assert texts[0].endswith("I work for Vesper.")
    again(desk, account, text, do="keep", **{"part-x": draft.versions["x"], "disclose-was": "on"})
    assert "I work for" not in " ".join(posting.words_for(Draft.objects.get(), "x"))
