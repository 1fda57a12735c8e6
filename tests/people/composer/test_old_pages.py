"""Pages of the composer that stood open for long: nothing typed there is lost, and nothing older comes back."""

import re

import pytest
from django.contrib.auth import logout
from django.http import HttpRequest
from django.test import Client

from people.models import Account, Draft, DraftPicture, Person
from tests.brands.pages import words
from tests.people.composer.test_write import WRITE, post, write
from tests.people.desk.test_my_page import picture

pytestmark = pytest.mark.django_db


def opened(client: Client) -> dict[str, str]:
    """Open the page, and return what is hidden in its form."""
    page = client.get(WRITE).content.decode()
    form = page.split('id="composer"')[1]
    hidden = {name: re.search(f'name="{name}" value="([^"]*)"', form) for name in ("csrfmiddlewaretoken", "writer")}
    return {name: found[1] for name, found in hidden.items() if found}


def strict_desk(person: Person) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person.user)  # type: ignore[arg-type]
    return client


def test_what_was_typed_before_signing_in_again_in_another_window_comes_back(me: Person, stranger: Client) -> None:
    desk = strict_desk(me)
    old = opened(desk)
    desk.force_login(me.user)  # type: ignore[arg-type] - the token is another one from here on
    desk.cookies["csrf"] = "A" * 32
    kept = desk.post(f"{WRITE}keep/", {**old, "words": "Typed in the old tab."}, headers={"HX-Request": "true"})
    assert (kept.status_code, kept.content) == (403, b"")
    answer = desk.post(WRITE, {**old, "words": "Typed in the old tab.", "do": "send"})
    assert (answer.status_code, answer["Location"]) == (302, WRITE)
    page = desk.get(WRITE).content.decode()
    assert ("Typed in the old tab." in page, "Here is what you had" in page) == (True, True)
    assert "Typed in the old tab." not in stranger.get(WRITE).content.decode()
    desk.post(WRITE, {**opened(desk), "words": "Typed in the old tab.", "do": "keep"})
    assert [one.text for one in Draft.objects.all()] == ["Typed in the old tab."]
    assert "Here is what you had" not in desk.get(WRITE).content.decode()


def test_a_form_without_a_good_token_is_refused_in_words_and_does_nothing(me: Person, stranger: Client) -> None:
    desk = strict_desk(me)
    old = opened(stranger)
    foreign = {**old, "csrfmiddlewaretoken": "B" * 64, "words": "A stranger's.", "do": "send"}
    for form, more in (
        ({"words": "No mark.", "do": "send"}, {}),
        (foreign, {}),  # the page was another person's
        ({**opened(desk), "csrfmiddlewaretoken": "B" * 64, "words": "x"}, {"Sec-Fetch-Site": "cross-site"}),
    ):
        answer = desk.post(WRITE, form, headers=more)
        assert (answer.status_code, "load the page anew" in words(answer.content.decode())) == (403, True)
        assert "words-through-sign-in" not in desk.session
    assert desk.post("/desk/settings/", {}).status_code == 403
    assert Draft.objects.count() == 0


def test_signed_out_with_an_old_page_the_words_wait_for_the_sign_in(me: Person) -> None:
    desk = strict_desk(me)
    old = opened(desk)
    request = HttpRequest()
    request.session = desk.session  # type: ignore[assignment]
    logout(request)
    desk.cookies.pop("session")
    form = {**old, "csrfmiddlewaretoken": "B" * 64, "words": "Typed overnight.", "do": "add", "media": [picture()]}
    desk.post(WRITE, form)
    desk.force_login(me.user)  # type: ignore[arg-type]
    page = desk.get(WRITE).content.decode()
    assert ("Typed overnight." in page, "Choose them once more" in page) == (True, True)


def test_a_saving_that_comes_late_changes_nothing_of_what_the_page_sent_after_it(desk: Client, me: Person) -> None:
    desk.post(f"{WRITE}keep/", {"words": "We leave", "window": "one", "typed": "8"})
    draft = Draft.objects.get()
    form = {"draft": draft.pk, "revision": draft.revision, "window": "one"}
    desk.post(f"{WRITE}keep/", {**form, "words": "We leave at ten.", "typed": "16"})
    late = desk.post(f"{WRITE}keep/", {**form, "words": "We leave at", "typed": "11"})
    draft.refresh_from_db()
    assert (draft.text, Draft.objects.count()) == ("We leave at ten.", 1)
    assert f'name="revision" value="{draft.revision}"' in late.content.decode()
    other = desk.post(f"{WRITE}keep/", {**form, "words": "We stay.", "window": "two", "typed": "99"})
    assert "changed in another window" in other.content.decode()
    assert sorted(Draft.objects.values_list("text", flat=True)) == ["We leave at ten.", "We stay."]
    desk.post(f"{WRITE}keep/", {**form, "words": "Many.", "typed": "9" * 30})
    assert Draft.objects.filter(text="Many.").count() == 0


def test_a_picture_that_comes_with_the_later_window_is_in_its_draft(desk: Client, account: Account) -> None:
    write(desk, account, "One.", do="keep", window="one")
    draft = Draft.objects.get()
    form = {"draft": draft.pk, "words": "Two.", "to": [account.pk]}
    post(desk, "keep", f"{WRITE}{draft.pk}/", **form, revision=draft.revision, window="two")
    later = {**form, "words": "Three.", "revision": draft.revision, "window": "three", "media": [picture()]}
    answer = post(desk, "add", f"{WRITE}{draft.pk}/", **later)
    kept = Draft.objects.get(text="Three.")
    assert answer["Location"] == f"{WRITE}{kept.pk}/"
    assert DraftPicture.objects.get().draft_id == kept.pk


def test_a_page_tells_which_forms_came_so_that_the_browser_lets_their_copies_go(
    desk: Client, account: Account, me: Person, stranger: Client
) -> None:
    for n in range(9):
        write(desk, account, f"Snow {n}.", do="keep", window=f"window{n}")
    pressed = desk.get(WRITE).content.decode().split('data-pressed="')[1].split('"')[0].split()
    assert pressed[:8] == [f"window{n}" for n in range(1, 9)]
    desk.post(f"{WRITE}keep/", {"words": "Rain.", "window": "typing", "typed": "7"})
    desk.session.flush()  # signed out and in again: the drafts say it
    desk.force_login(me.user)  # type: ignore[arg-type]
    pressed = desk.get(WRITE).content.decode().split('data-pressed="')[1].split('"')[0].split()
    assert pressed == ["typing:7", *(f"window{n}:0" for n in range(8, -1, -1))]
    assert 'data-pressed=""' in stranger.get(WRITE).content.decode()
