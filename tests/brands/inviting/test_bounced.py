"""A letter of an invitation that comes back late, as the operator tells."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from brands.inviting_letters import send_due_letters
from brands.models import Invitation
from brands.queries.invitations import standing
from tests.brands.inviting.asking import address, asked, vesper

pytestmark = pytest.mark.django_db


def _words() -> list[str]:
    return [standing(row).words for row in Invitation.objects.select_related("enrolment").order_by("pk")]


def test_an_open_invitation_whose_letter_came_back_is_shown_and_no_more_letters_go_there() -> None:
    brand, by = vesper()
    ingrid = asked(brand, by)
    asked(brand, by, name="Bo Berg")
    send_due_letters()
    call_command("bounced", "Ingrid@vesper.example")
    assert _words() == ["bounced", "letter went out"]
    ingrid.refresh_from_db()
    assert (ingrid.bounce, ingrid.next_letter_at) == ("the letter came back", None)


def test_whoever_said_no_looks_the_same_when_a_letter_came_back() -> None:
    brand, by = vesper()
    no, silent = asked(brand, by), asked(brand, by, name="Bo Berg")
    send_due_letters()
    Client().post(address(no) + "no/")
    for name in ("ingrid", "bo"):
        call_command("bounced", f"{name}@vesper.example")
    assert _words() == ["bounced", "bounced"]
    assert Invitation.objects.filter(pk__in=[no.pk, silent.pk], next_letter_at=None).count() == 2


def test_a_reminder_that_came_back_ends_the_letters_and_shows_nothing() -> None:
    asked()
    send_due_letters()
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        send_due_letters()
        call_command("bounced", "ingrid@vesper.example")
        assert _words() == ["reminded"]
    assert Invitation.objects.get().next_letter_at is None


@pytest.mark.parametrize("which", ["unsent", "revoked", "unknown"])
def test_an_address_without_an_open_letter_is_told_to_be_unknown(which: str) -> None:
    if which != "unknown":
        asked()
    if which == "revoked":
        send_due_letters()
        Invitation.objects.update(revoked_at=timezone.now())
    with pytest.raises(CommandError, match="no fan and no open invitation"):
        call_command("bounced", "ingrid@vesper.example")
    assert not Invitation.objects.filter(bounced_at__isnull=False).exists()
