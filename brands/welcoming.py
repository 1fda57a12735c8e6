"""The letters after a person's own yes: their permanent link, and how they sign in."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from brands.models import Invitation
from brands.tokens import token_again
from people.logins import is_anothers
from people.models import User
from people.reaching import own_address

USE = "listing"


def welcome_letters(invitation: Invitation) -> list[EmailMessage]:
    """Return the letters for the person who has said yes to this invitation.

    The permanent link goes to the private address, else to the one that the brand knows. A private address that is
    another person's login gets a letter of its own that says so, and nothing of this person's: the link then goes to
    the address that the invitation went to. So it does where the private address is of somebody who was erased, and
    nothing goes there: whoever typed it need not read it.
    """
    enrolment, person = invitation.enrolment, invitation.enrolment.person
    private = person.login_address
    foreign = bool(private) and is_anothers(private, person)
    address = own_address(person) or invitation.goes_to
    token = token_again(invitation.nonce, person.listing_hash, use=USE)
    context = {
        "enrolment": enrolment,
        "person": person,
        "brand": enrolment.brand,
        "shown": list(enrolment.shown_accounts.select_related("account").order_by("pk")),
        "link": f"{settings.SITE_URL}/listing/{token}/" if token else "",
        "signs_in": not person.user and own_address(person),
        "address": private,
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
    }
    letters = [_letter("welcome", context, address)] if address else []
    if foreign and User.objects.filter(email=private, is_active=True).exists():
        letters.append(_letter("invitation_address_taken", context, private))
    return letters


def _letter(name: str, context: dict[str, object], address: str) -> EmailMessage:
    subject = " ".join(render_to_string(f"emails/{name}_subject.txt", context).split())
    return EmailMessage(
        subject,
        render_to_string(f"emails/{name}.txt", context),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    )
