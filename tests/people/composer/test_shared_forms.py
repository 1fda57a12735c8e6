"""The form in which shared pictures stand until its first saving, beside other forms of the same writer."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client

from people.models import Draft, DraftPicture, Person, SharedPicture
from people.writing import drafting
from tests.brands.pages import words
from tests.factories import make_person, make_user
from tests.people.composer.test_shared_pictures import STEM, WRITE, me, phone, picture, pressed, share, sign_in

__all__ = ["me", "phone"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def test_other_drafts_keep_their_words_and_pictures(phone: Client, me: Person) -> None:
    draft = Draft.objects.create(person=me, text="Snow.", revision=1)
    share(phone, picture("red"))
    page = sign_in(phone, me)
    other = phone.get(f"{WRITE}{draft.pk}/").content.decode()
    assert ("Snow.</textarea>" in other, "From the train." in other, STEM.findall(other)) == (True, False, [])
    form = {"draft": draft.pk, "revision": 1, "words": "More snow.", "window": "two"}
    phone.post(f"{WRITE}keep/", form)
    assert (draft.pictures.count(), SharedPicture.objects.count()) == (0, 1)
    assert page.count("From the train.") == phone.get(WRITE).content.decode().count("From the train.")
    pressed(phone, page)
    assert set(DraftPicture.objects.values_list("draft__text", flat=True)) == {"From the train."}


def test_where_no_draft_can_be_made_they_go_on_waiting(
    phone: Client, me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "MOST_DRAFTS", 0)
    share(phone, picture("red"))
    answer = pressed(phone, sign_in(phone, me))
    page = answer.content.decode()
    assert (answer.status_code, "Throw one away first" in page, len(STEM.findall(page))) == (422, True, 1)
    monkeypatch.undo()
    pressed(phone, page)
    assert Draft.objects.get().pictures.count() == 1


def test_a_description_that_is_too_long_loses_neither_words_nor_pictures(phone: Client, me: Person) -> None:
    share(phone, picture("red"))
    page = sign_in(phone, me)
    (stem,) = STEM.findall(page)
    answer = pressed(phone, page, **{f"alt-{stem}": "x" * 1_001})
    assert (answer.status_code, "1 of 4" in words(answer.content.decode())) == (422, True)
    assert (Draft.objects.get().text, Draft.objects.get().pictures.count()) == ("From the train.", 1)


def test_reading_writes_nothing_and_saving_by_itself_puts_them_in_once(phone: Client, me: Person) -> None:
    share(phone, picture("red"), text="")
    page = sign_in(phone, me)
    before = [list(model.objects.order_by("pk").values()) for model in (Session, SharedPicture, Draft)]
    phone.get(WRITE)
    phone.get(f"{WRITE}shared/0/")
    pressed(phone, page, address=f"{WRITE}preview/")
    assert before == [list(model.objects.order_by("pk").values()) for model in (Session, SharedPicture, Draft)]
    (stem,) = STEM.findall(page)
    for alt in ("Red", "Red snow"):
        pressed(phone, page, address=f"{WRITE}keep/", words="", **{f"alt-{stem}": alt})
    assert list(DraftPicture.objects.values_list("draft__text", "stem", "alt")) == [("", stem, "Red snow")]
    answer = pressed(phone, page, f"remove-{stem}")
    assert (answer.status_code, Draft.objects.count(), DraftPicture.objects.count()) == (302, 1, 0)
    assert pressed(phone, page, f"remove-{stem}").status_code == 302


def test_what_was_typed_there_and_sent_after_the_session_ended_waits_with_the_pictures(
    phone: Client, me: Person
) -> None:
    share(phone, picture("red"), picture("blue"))
    page = sign_in(phone, me)
    writer = page.partition('name="writer" value="')[2].partition('"')[0]
    session = phone.session
    del session[SESSION_KEY]
    session.save()
    typed = {f"alt-{stem}": "Red snow." for stem in STEM.findall(page)[:1]}
    assert "/sign-in/" in pressed(phone, page, words="From the night train.", writer=writer, **typed)["Location"]
    late = sign_in(phone, me)
    seen = ("From the night train.</textarea>" in late, "Red snow.</textarea>" in late, STEM.findall(late))
    assert seen == (True, True, STEM.findall(page))
    pressed(phone, late, words="From the night train.", **typed)
    draft = Draft.objects.get()
    assert list(draft.pictures.values_list("alt", flat=True).order_by("position")) == ["Red snow.", ""]


def test_what_was_typed_there_is_nobody_elses_though_they_sign_in_next(phone: Client, me: Person) -> None:
    share(phone, picture("red"))
    page = sign_in(phone, me)
    writer = page.partition('name="writer" value="')[2].partition('"')[0]
    session = phone.session
    del session[SESSION_KEY]
    session.save()
    pressed(phone, page, words="From the night train.", writer=writer)
    other = sign_in(phone, make_person("Oskar", user=make_user()))
    assert ("From the night train." in other, STEM.findall(other)) == (False, [])
    assert phone.get(f"{WRITE}shared/0/").status_code == 404
