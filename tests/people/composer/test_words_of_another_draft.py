"""What was typed while signed out comes back on its own draft's page, and gives no other draft's words away."""

import pytest
from django.test import Client

from people.models import Account, Draft, Person
from tests.brands.pages import words
from tests.people.composer.test_old_pages import opened
from tests.people.composer.test_write import WRITE, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafts(desk: Client, account: Account) -> tuple[Draft, Draft]:
    """Two drafts."""
    for text in ("The first draft.", "The second draft."):
        post(desk, "keep", words=text, to=[account.pk])
    first, second = Draft.objects.order_by("pk")
    return first, second


def signed_out(desk: Client, me: Person, draft: Draft, text: str) -> None:
    """Press a button of a draft's form after the sign-in ended, then sign in again."""
    hidden = opened(desk)
    desk.logout()
    desk.post(f"{WRITE}{draft.pk}/", {**hidden, "draft": draft.pk, "revision": 1, "words": text, "do": "keep"})
    desk.force_login(me.user)  # type: ignore[arg-type]


def test_it_stands_on_no_other_drafts_page(desk: Client, me: Person, drafts: tuple[Draft, Draft]) -> None:
    first, second = drafts
    signed_out(desk, me, first, "The first, changed.")
    other = desk.get(f"{WRITE}{second.pk}/").content.decode()
    assert ("The second draft." in other, "The first, changed." in other) == (True, False)
    fields = {"draft": second.pk, "revision": 1, "words": "The second, changed."}
    desk.post(f"{WRITE}keep/", fields)  # a saving there takes nothing of it away
    mine = desk.get(f"{WRITE}{first.pk}/").content.decode()
    assert ("The first, changed." in mine, "while you wrote" in words(mine)) == (True, True)
    second.refresh_from_db()
    assert second.text == "The second, changed."


def test_the_page_of_a_new_draft_leads_to_it(desk: Client, me: Person, drafts: tuple[Draft, Draft]) -> None:
    first, _ = drafts
    signed_out(desk, me, first, "The first, changed.")
    assert desk.get(WRITE).headers["Location"] == f"{WRITE}{first.pk}/"
    desk.post(f"{WRITE}{first.pk}/", {"draft": first.pk, "revision": 1, "words": "The first, changed.", "do": "keep"})
    assert desk.get(WRITE).status_code == 200
    first.refresh_from_db()
    assert (first.text, Draft.objects.count()) == ("The first, changed.", 2)


def test_of_a_draft_that_is_gone_it_opens_as_a_new_one(desk: Client, me: Person, drafts: tuple[Draft, Draft]) -> None:
    first, second = drafts
    signed_out(desk, me, first, "The first, changed.")
    desk.post(f"{WRITE}{first.pk}/drop/")
    page = desk.get(WRITE).content.decode()
    assert "The first, changed." in page
    desk.post(WRITE, {"words": "The first, changed.", "do": "keep"})
    assert "while you wrote" not in words(desk.get(WRITE).content.decode())
    assert set(Draft.objects.filter(thrown_at=None).values_list("text", flat=True)) == {
        "The first, changed.",
        second.text,
    }


def test_somebody_else_who_signs_in_there_reads_nothing_of_it(
    desk: Client, me: Person, drafts: tuple[Draft, Draft], stranger: Client
) -> None:
    first, _ = drafts
    signed_out(desk, me, first, "The first, changed.")
    desk.force_login(Person.objects.get(name="Oskar Lund").user)  # type: ignore[arg-type]
    page = desk.get(WRITE)
    assert (page.status_code, "The first, changed." in page.content.decode()) == (200, False)


@pytest.mark.parametrize("address", ["keep/", "preview/"])
def test_a_part_of_the_page_gets_no_sign_in_page_in_its_place(desk: Client, address: str) -> None:
    desk.logout()
    answer = desk.post(f"{WRITE}{address}", {"words": "Bread."}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Reswap"], answer.content) == (401, "none", b"")
    assert desk.post(f"{WRITE}{address}", {"words": "Bread."}).status_code == 302  # whoever has no script signs in


def test_the_way_that_a_post_with_a_link_goes_stays_as_it_was_chosen(desk: Client, account: Account) -> None:
    said = {"words": "https://vesper.org/bread", "to": [account.pk], f"how-{account.pk}": "here", "when": "at"}
    page = desk.post(WRITE, {**said, "do": "send", "at": "2020-01-01T06:30", "zone": "Europe/Vienna"})
    assert page.status_code == 422
    for html in (page.content.decode(), desk.post(f"{WRITE}preview/", said).content.decode()):
        assert f'name="how-{account.pk}" value="here" checked' in html
        assert f'name="how-{account.pk}" value="hand" checked' not in html
