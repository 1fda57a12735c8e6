"""The studio's list of invitations, and writing one."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from brands.answering import say_no
from brands.enrolling import enrol_person
from brands.inviting import end_expired
from brands.inviting_letters import send_due_letters
from brands.models import Enrolment, Invitation
from people.profiles import make_person
from tests.brands.inviting.asking import address, asked, vesper
from tests.brands.pages import read, words
from tests.brands.studio.rooms import as_user, enter, strangers
from tests.factories import make_brand

pytestmark = pytest.mark.django_db
LIST = "/studio/vesper/invitations/"
NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


def test_nobody_is_shown_as_having_said_no() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        brand, marketer = vesper()
        for name in ("Ada A", "Bo B"):
            asked(brand, marketer, name=name)
        send_due_letters()
        studio = as_user(marketer)
        before = read(studio, LIST)
        say_no(invitation=Invitation.objects.get(enrolment__email="bo@vesper.example"))
        after = read(studio, LIST)
        assert words(before) == words(after)
        assert words(read(studio, f"{LIST}?show=ended")).count("@vesper.example") == 1  # the reader's own address
        clock.shift(dt.timedelta(days=14))
        for _ in range(2):  # before and after the worker has come by
            rows = words(read(as_user(marketer), f"{LIST}?show=ended"))
            assert rows.count("the invitation ended") == 2
            end_expired()
        assert "Bo B" not in words(read(as_user(marketer), f"{LIST}?show=waiting"))


def test_a_bounce_is_shown_in_words_with_what_can_be_done() -> None:
    brand, marketer = vesper()
    asked(brand, marketer)
    Invitation.objects.update(bounced_at=NOW, bounce="the mail server said: 550 no such mailbox", letters=0)
    page = words(read(as_user(marketer), f"{LIST}?show=bounced"))
    assert "bounced the mail server said: 550 no such mailbox" in page
    assert "Send again" in page


def test_the_letter_is_read_before_it_is_sent() -> None:
    brand, marketer = vesper()
    person = make_person(name="Ada A", given="Ada", family="A")
    enrolment = enrol_person(brand=brand, person=person, actor=marketer, email="ada@vesper.example")
    studio = as_user(marketer)
    write = f"{LIST}write/{enrolment.pk}/"
    fields = {"words": "Dear Ada, <b>come</b>", "language": "en"}
    page = studio.post(write, fields).content.decode()
    assert "Dear Ada, &lt;b&gt;come&lt;/b&gt;" in page
    assert "The letter to ada@vesper.example" in words(page)
    assert "/invitations/" not in page.split("letter-title")[1].replace(LIST, "")
    assert not Invitation.objects.exists()
    for _ in range(2):  # a double click asks once
        assert studio.post(write, {**fields, "send": "1"})["Location"] == LIST
    send_due_letters()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].body.startswith("Dear Ada, <b>come</b>")


def test_sending_again_and_taking_back_work_by_buttons() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        brand, marketer = vesper()
        invitation = asked(brand, marketer)
        old = address(invitation)
        studio = as_user(marketer)
        clock.shift(dt.timedelta(hours=1))
        studio.post(f"{LIST}{invitation.pk}/resend/")
        read(Client(), old, 404)
        new = address(invitation)
        read(Client(), new)
        studio.post(f"{LIST}{invitation.pk}/revoke/")
        read(Client(), new, 404)
        assert "taken back" in words(read(studio, LIST))
        again = studio.post(f"{LIST}{invitation.pk}/revoke/", follow=True).content.decode()
        assert "This invitation has ended" in again


def test_strangers_and_roles_without_the_right_find_nothing() -> None:
    brand, marketer = vesper()
    invitation = asked(brand, marketer)
    outside = strangers(brand) | {role: enter(brand, role) for role in ("trainer", "moderator", "analyst")}
    for who, client in outside.items():
        for place in (LIST, f"{LIST}write/{invitation.enrolment_id}/"):
            assert (who, client.get(place).status_code) == (who, 404)
        for deed in ("resend", "revoke"):
            assert (who, client.post(f"{LIST}{invitation.pk}/{deed}/").status_code) == (who, 404)
    assert Client().get(LIST).status_code == 302
    assert Client().post(f"{LIST}{invitation.pk}/revoke/").status_code == 302
    theirs = make_brand(slug="nightjar")
    other = enter(theirs)  # a foreign invitation below one's own brand
    assert other.post(f"/studio/nightjar/invitations/{invitation.pk}/revoke/").status_code == 404
    assert other.get(f"/studio/nightjar/invitations/write/{invitation.enrolment_id}/").status_code == 404
    assert Invitation.objects.get().revoked_at is None


def test_the_list_asks_the_same_number_of_questions_for_1_and_for_60() -> None:
    brand, marketer = vesper()
    studio = as_user(marketer)
    counts = []
    for number in (1, 60):
        for one in range(number):
            asked(brand, marketer, name=f"Ada{number}x{one} A")
        with CaptureQueriesContext(connection) as queries:
            read(studio, LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Enrolment.objects.count() == 61


def test_inviting_many_shows_the_letter_of_the_first_before_it_is_sent() -> None:
    brand, marketer = vesper()
    people = [make_person(name=name) for name in ("Ada A", "Bo B")]
    ids = [enrol_person(brand=brand, person=one, actor=marketer, email=f"p{one.pk}@x.example").pk for one in people]
    fields = {"do": "invite", "who": ids, "words": "Come, all of you.", "language": "en", "preview": "1"}
    page = words(as_user(marketer).post("/studio/vesper/people/bulk/", fields).content.decode())
    assert "The letter" in page
    assert "Come, all of you. marta@vesper.example" in page
    assert not Invitation.objects.exists()
