"""Who a person is whom a brand asked: somebody whom the site knows is recognised by their own yes, not before.

Until then the brand has a person of its own, made of what its list says, and sees nothing of the one who is known.
"""

from django.db import IntegrityError, transaction
from django.db.models import Case, Q, Value, When

from brands.consenting import HOLDING, stays_closed
from brands.models import Enrolment, Invitation
from people.models import Account, Person
from people.profile_changes import closed_by


def recognise(invitation: Invitation) -> Person:
    """Give the enrolment of an invitation to the person whom the site knows by the address that was asked.

    Whoever answers has the letter that went to this address: it is a login, or one under which a yes holds elsewhere.
    Call it inside the transaction of the yes. Returns the person whose yes it is; the enrolment that was passed names
    them.
    """
    enrolment = invitation.enrolment
    listed, known = enrolment.person, whose(invitation)
    if known == listed:
        return listed
    try:
        with transaction.atomic():
            Enrolment.objects.filter(pk=enrolment.pk).update(person=known)
    except IntegrityError:  # enrolled here by another way at this moment
        return listed
    enrolment.person = known
    Person.objects.filter(pk=listed.pk).delete()
    return known


def whose(invitation: Invitation) -> Person:
    """Return the person whose yes to this invitation would be: the one whom the site knows, or who is listed here."""
    enrolment = invitation.enrolment
    listed = enrolment.person
    if not _is_only_listed(enrolment, listed):
        return listed
    known = _known_by(invitation.goes_to, listed, enrolment.brand_id)
    if known is None or known.enrolments.filter(brand=enrolment.brand_id, state__in=Enrolment.OPEN).exists():
        return listed
    return known


def opens_pages(invitation: Invitation, person: Person) -> bool:
    """Return whether the yes to this invitation may open a page again that this person had closed.

    Whoever has a login closed it there: another address, at work for one, may be read by somebody else.
    """
    return person.user is None or person.user.email == invitation.goes_to


def takes_login(person: Person) -> bool:
    """Return whether a yes gives this person a login: they have none yet, and named no address for one.

    Nor does it where their page was closed for their safety: with a login whoever answers could open it.
    """
    return not person.user_id and not person.login_address and stays_closed(person) != "operator"


def _is_only_listed(enrolment: Enrolment, person: Person) -> bool:
    """Return whether nothing but the brand's list knows this person."""
    alone = not person.enrolments.exclude(pk=enrolment.pk).exists()
    return (
        alone and person.user_id is None and person.slug is None and not Account.objects.filter(person=person).exists()
    )


def _known_by(address: str, listed: Person, brand_id: int) -> Person | None:
    """Return the person whose login the address is, else the one who has said yes under it first.

    A yes that holds counts before one that has ended, and of those only some count: see _is_still.
    """
    others = Person.objects.exclude(pk=listed.pk).select_related("user")
    login = others.filter(user__email=address).first() if address else None
    if login or not address:
        return login
    consented = Enrolment.objects.filter(email=address, consented_at__isnull=False).exclude(person=listed)
    holding = Case(When(state__in=HOLDING, then=Value(0)), default=Value(1))
    for enrolment in consented.select_related("person__user").order_by(holding, "pk"):
        if enrolment.state in HOLDING or _is_still(enrolment.person, brand_id):
            return enrolment.person
    return None


def _is_still(person: Person, brand_id: int) -> bool:
    """Return whether somebody who left is still known by the address of that time.

    Their mailbox at work is read by others then, so not where they can be reached otherwise, nor by the brand that
    they left. But whoever was hidden for their safety is: made anew they would be seen.
    """
    otherwise = Q(state__in=HOLDING) | Q(brand=brand_id)
    only_there = person.user_id is None and not person.login_address
    return (only_there and not person.enrolments.filter(otherwise).exists()) or closed_by(person) == "operator"
