"""How many letters one address gets about one brand, whatever is taken back, sent again and asked anew."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from brands import bulk
from brands.answering import say_no
from brands.inviting import EnoughLetters, invite, resend, revoke
from brands.inviting_letters import send_due_letters
from brands.models import Enrolment, Invitation
from tests.brands.inviting.asking import asked, vesper
from tests.factories import make_enrolment, make_person

pytestmark = pytest.mark.django_db


def test_asking_and_taking_back_in_a_loop_ends_with_six_letters_until_thirty_days_are_quiet() -> None:
    brand, marta = vesper()
    enrolment = asked(brand, marta).enrolment
    make_enrolment(brand, make_person("Oskar Lund"), state="invited", email="oskar@vesper.example")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            send_due_letters()
            revoke(invitation=Invitation.objects.latest("pk"), actor=marta)
            send_due_letters()
            if len(mail.outbox) < 6:
                invite(enrolment=enrolment, actor=marta, words="", language="en")
        with pytest.raises(EnoughLetters, match="6 letters have gone to this address already: after 30 days without"):
            invite(enrolment=enrolment, actor=marta, words="", language="en")
        elsewhere = make_enrolment(state="invited", email=enrolment.email)
        invite(enrolment=elsewhere, actor=None, words="", language="en")  # another brand does not hear of it
        invite(enrolment=brand.enrolments.get(person__name="Oskar Lund"), actor=marta, words="", language="en")
        clock.shift(dt.timedelta(days=29))
        with pytest.raises(EnoughLetters):
            invite(enrolment=enrolment, actor=marta, words="", language="en")
        clock.shift(dt.timedelta(days=2))
        invite(enrolment=enrolment, actor=marta, words="", language="en")


def test_somebody_enrolled_anew_at_the_same_address_does_not_begin_to_count_anew() -> None:
    brand, marta = vesper()
    first = asked(brand, marta)
    Invitation.objects.update(letters=6)
    Enrolment.objects.filter(pk=first.enrolment_id).update(state="declined")
    again = make_enrolment(brand, make_person("Ingrid Solheim"), state="invited", email="ingrid@vesper.example")
    with pytest.raises(EnoughLetters):
        invite(enrolment=again, actor=marta, words="", language="en")
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("answer", ["silence", "no"])
def test_sending_again_counts_too_and_tells_a_no_from_nothing(answer: str) -> None:
    invitation = asked()
    if answer == "no":
        say_no(invitation=invitation)
    Invitation.objects.update(letters=6, sent_at=timezone.now() - dt.timedelta(days=1))
    invitation.refresh_from_db()
    with pytest.raises(EnoughLetters, match="6 letters"):
        resend(invitation=invitation, actor=None)


def test_of_many_who_are_asked_at_once_those_with_enough_letters_are_left_out_and_it_says_why() -> None:
    brand, marta = vesper()
    first = asked(brand, marta)
    Invitation.objects.update(letters=6)
    first.refresh_from_db()
    revoke(invitation=first, actor=marta)
    other = make_enrolment(brand, make_person("Oskar Lund"), state="invited", email="oskar@vesper.example")
    wishes = {"words": "", "language": "en"}
    act = bulk.ask(brand=brand, act="invite", enrolments=[first.enrolment_id, other.pk], actor=marta, wishes=wishes)
    bulk.carry_on(act.pk)
    act.refresh_from_db()
    assert act.refused == {"have had 6 letters or more: wait until none has come for 30 days": 1}
    assert Invitation.objects.filter(revoked_at=None).get().enrolment == other
