"""What the tests of invitations share: somebody asked, their letter, and the steps to a yes."""

import re

from django.core import mail
from django.test import Client

from brands.inviting import invite, token_of
from brands.inviting_letters import send_due_letters
from brands.models import Brand, Enrolment, Invitation
from people.models import User
from people.profiles import make_person
from tests.factories import make_brand, make_role, make_user


def vesper() -> tuple[Brand, User]:
    """Make a brand with its marketer."""
    brand = make_brand("Vesper", slug="vesper")
    marketer = make_user("marta@vesper.example")
    make_role(marketer, brand, "marketer")
    return brand, marketer


def asked(
    brand: Brand | None = None, by: User | None = None, *, name: str = "Ingrid Solheim", words: str = "Come along!"
) -> Invitation:
    """Enrol somebody as the studio does and ask them; the letter is due."""
    if brand is None:
        brand, by = vesper()
    first, _, last = name.partition(" ")
    person = make_person(name=name, given=first, family=last)
    email = f"{first.casefold()}@vesper.example"
    enrolment = Enrolment.objects.create(brand=brand, person=person, email=email, title="Night attendant")
    return invite(enrolment=enrolment, actor=by, words=words, language="en")


def address(invitation: Invitation) -> str:
    """Return the path of an invitation's page."""
    invitation.refresh_from_db()
    return f"/invitations/{token_of(invitation)}/"


def letter_path() -> str:
    """Send what is due; return the path of the link in the newest letter."""
    send_due_letters()
    found = re.search(r"http://\S+?(/(?:invitations|listing)/\S+/)", mail.outbox[-1].body)
    assert found
    return found[1]


def said_yes(client: Client, path: str, *, shows: str = "all", handle: str = "ingrid") -> str:
    """Walk all the steps to the yes; return the path of the permanent link's page of accounts."""
    client.post(f"{path}accounts/", {"handles": handle})
    invitation = Invitation.objects.get(draft__accounts__handle=handle)
    account = invitation.draft.accounts.get()
    client.post(f"{path}posts/", {f"shows-{account.pk}": shows})
    client.post(f"{path}line/", {"line": "walks the train", "address": "ingrid@home.example"})
    answer = client.post(f"{path}yes/")
    assert answer.status_code == 302, answer.status_code
    return str(answer["Location"])
