"""From the invitation to the yes, on the invitation's page."""

import pytest
from django.core import mail
from django.test import Client

from advocacy.models import AuditEvent
from brands.inviting_letters import send_due_letters
from brands.models import AnswerDraft, Enrolment, NamedAccount, ShownAccount
from people.models import Account, Person
from tests.brands.inviting.asking import address, asked, letter_path, said_yes
from tests.brands.pages import read, words

pytestmark = pytest.mark.django_db


def test_from_the_letter_to_the_page_of_the_brand(client: Client) -> None:
    asked()
    path = letter_path()
    assert "Come along!" in read(client, path)
    place = said_yes(client, path)
    enrolment, person, account = Enrolment.objects.get(), Person.objects.get(), Account.objects.get()
    assert (enrolment.state, enrolment.consent_reference) == ("active", "")
    assert (person.slug, person.line, person.login_address) == ("ingrid-solheim", "walks the train", "ingrid@home.example")
    shown = ShownAccount.objects.get()
    assert (shown.account, shown.shows, shown.since) == (account, "all", enrolment.consented_at)
    assert (account.proven, account.read_from, account.page_from) == (False, shown.since, shown.since)
    assert not AnswerDraft.objects.exists()
    page = words(read(client, "/brands/vesper/"))
    assert "Ingrid walks the train ." in page
    assert "@ingrid" not in page
    done = read(client, place)
    assert account.proof_code in done
    assert AuditEvent.objects.filter(verb="consent.given").count() == 1
