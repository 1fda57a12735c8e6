"""Writing: what is typed is kept, goes out once after its thirty seconds, and is nobody else's."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from people import post_pictures
from people.models import Account, Delivery, Draft, DraftPicture, Person, Post
from people.publishing import sending
from people.publishing.clock import DbNow
from people.writing import posting
from tests.brands.pages import words
from tests.people.desk.test_my_page import picture
from tests.people.linking.walking import Walker

pytestmark = pytest.mark.django_db
WRITE = "/desk/write/"


def post(client: Client, do: str, address: str = WRITE, **fields: Any) -> Any:
    return client.post(address, {"do": do, "when": "now", **fields})


def write(client: Client, account: Account, text: str = "Warm bread at 03:40.", do: str = "send", **fields: Any) -> Any:
    return post(client, do, words=text, to=[account.pk], **fields)


def test_it_goes_out_after_its_seconds_and_stands_on_the_public_page(
    desk: Client, account: Account, client: Client, me: Person
) -> None:
    assert write(desk, account).status_code == 302
    delivery = Delivery.objects.get()
    assert 25 <= (delivery.due_at - timezone.now()).total_seconds() <= 30
    sending.run(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "scheduled"
    Delivery.objects.update(due_at=DbNow(), next_due_at=DbNow())
    sending.run(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.trouble) == ("published", "")
    Account.objects.update(page_from=timezone.now() - timedelta(days=1), read_from=timezone.now())
    assert "Warm bread at 03:40." in words(client.get(f"/people/{me.slug}/").content.decode())
    assert "Warm bread" in words(desk.get("/desk/outgoing/").content.decode())


def test_taken_back_nothing_goes_out_and_the_draft_opens(desk: Client, account: Account) -> None:
    write(desk, account)
    delivery = Delivery.objects.get()
    assert "Take it back" in words(desk.get("/desk/settings/").content.decode())
    answer = desk.post(f"/desk/outgoing/{delivery.pk}/take-back/")
    assert answer["Location"] == f"/desk/write/{delivery.draft_id}/"
    assert "Warm bread at 03:40." in desk.get(answer["Location"]).content.decode()
    Delivery.objects.update(due_at=DbNow(), next_due_at=DbNow())
    sending.run(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, Post.objects.count()) == ("cancelled", 0)


def test_taken_back_on_one_account_the_other_is_named_on_which_the_post_still_goes_out(
    desk: Client, account: Account, ingrid: Walker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "ONCE", ())  # as on two networks that take the same words
    other = ingrid.link("oskar")
    post(desk, "send", words="Warm bread at 03:40.", to=[account.pk, other.pk])
    first, second = Delivery.objects.order_by("pk")
    said = words(desk.post(f"/desk/outgoing/{first.pk}/take-back/", follow=True).content.decode())
    assert (
        f"it does not go out on X (@{first.account.handle}). It still goes out on X (@{second.account.handle})" in said
    )
    said = words(desk.post(f"/desk/outgoing/{second.pk}/take-back/", follow=True).content.decode())
    assert "Taken back: it does not go out." in said


def test_a_time_on_the_wall_is_kept_as_such(desk: Client, account: Account) -> None:
    write(desk, account, when="at", at="2083-01-15T06:30", zone="Europe/Vienna")
    delivery = Delivery.objects.get()
    assert (delivery.wall_time, delivery.zone) == ("2083-01-15T06:30", "Europe/Vienna")
    assert delivery.due_at.isoformat() == "2083-01-15T05:30:00+00:00"


def test_pictures_are_private_until_they_are_said(desk: Client, account: Account, stranger: Client) -> None:
    write(desk, account, do="add", media=[picture()])
    row = DraftPicture.objects.get()
    address = f"/desk/write/pictures/{row.pk}/"
    answer = desk.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/avif")
    assert answer.content
    public = f"/{post_pictures.url_of(row.stem, '600').lstrip('/')}"
    assert [stranger.get(address).status_code, desk.get(public).status_code] == [404, 404]
    assert Client().get(address).status_code == 302


def test_the_sweep_leaves_pictures_of_drafts_and_of_what_waits(desk: Client, account: Account) -> None:
    write(desk, account, do="add", media=[picture()])
    row = DraftPicture.objects.get()
    file = post_pictures.file_of(row.stem, "600")
    os.utime(file, (0, 0))
    post_pictures.tidy()
    assert file.exists()
    draft = Draft.objects.get()
    form = {"draft": draft.pk, "revision": draft.revision, "words": "Snow.", "to": [account.pk]}
    post(desk, "send-anyway", f"{WRITE}{draft.pk}/", **form)
    DraftPicture.objects.all().delete()
    os.utime(file, (0, 0))
    post_pictures.tidy()
    assert (file.exists(), Delivery.objects.get().payload["pictures"][0]["stem"]) == (True, row.stem)


def test_sending_asks_once_for_missing_descriptions(desk: Client, account: Account) -> None:
    answer = write(desk, account, media=[picture()])
    assert (answer.status_code, Delivery.objects.count()) == (422, 0)
    assert "Add a description?" in words(answer.content.decode())
    draft = Draft.objects.get()
    post(desk, "send-anyway", draft=draft.pk, revision=draft.revision, words=draft.text, to=[account.pk])
    assert Delivery.objects.count() == 1


def test_the_later_of_two_windows_is_told_and_nothing_is_lost(desk: Client, account: Account) -> None:
    write(desk, account, do="keep")
    draft = Draft.objects.get()
    first = {"draft": draft.pk, "revision": draft.revision}
    desk.post(f"{WRITE}keep/", {**first, "words": "One."})
    answer = desk.post(f"{WRITE}keep/", {**first, "words": "Two."})
    assert "changed in another window" in words(answer.content.decode())
    assert {one.text for one in Draft.objects.all()} == {"One.", "Two."}


def test_a_preview_writes_nothing(desk: Client, account: Account) -> None:
    answer = desk.post(f"{WRITE}preview/", {"words": "x" * 283, "to": [account.pk]})
    assert "283 of 280" in words(answer.content.decode())
    assert "3 characters too many for X" in words(answer.content.decode())
    assert not Draft.objects.exists()


def test_nobody_elses_draft_or_delivery_is_there(desk: Client, account: Account, stranger: Client) -> None:
    write(desk, account)
    draft, delivery = Draft.objects.get(), Delivery.objects.get()
    for address in (f"{WRITE}{draft.pk}/", f"/desk/outgoing/{delivery.pk}/", f"{WRITE}{draft.pk}/by-hand/"):
        assert stranger.get(address).status_code == 404
    for address in (
        f"{WRITE}{draft.pk}/drop/",
        f"/desk/outgoing/{delivery.pk}/take-back/",
        f"/desk/outgoing/{delivery.pk}/answer/",
        f"/desk/outgoing/{delivery.pk}/",
    ):
        assert stranger.post(address, {"answer": "drop"}).status_code == 404
    stranger.post(WRITE, {"do": "keep", "draft": draft.pk, "revision": draft.revision, "words": "Mine."})
    draft.refresh_from_db()
    assert (draft.text, Delivery.objects.get().state) == ("Warm bread at 03:40.", "scheduled")


def test_an_ended_sign_in_keeps_what_was_typed(desk: Client, account: Account, me: Person, stranger: Client) -> None:
    page = desk.get(WRITE).content.decode()
    mark = page.partition('name="writer" value="')[2].partition('"')[0]
    out = Client()
    answer = out.post(WRITE, {"do": "send", "words": "Typed for an hour.", "writer": mark, "to": [account.pk]})
    assert (answer.status_code, "/sign-in/" in answer["Location"]) == (302, True)
    out.force_login(me.user)  # type: ignore[arg-type]
    page = out.get(WRITE).content.decode()
    assert ("Typed for an hour." in page, Draft.objects.exists()) == (True, False)
    other = Client()
    other.post(WRITE, {"do": "send", "words": "Typed for an hour.", "writer": mark})
    other.force_login(stranger.get(WRITE).wsgi_request.user)  # type: ignore[attr-defined]
    assert "Typed for an hour." not in other.get(WRITE).content.decode()
