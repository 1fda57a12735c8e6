"""Who a person is whom a brand asked: somebody whom the site knows is recognised by their own yes, not before.

Until then the brand has a person of its own, made of what its list says, and sees nothing of the one who is known.
"""

from django.db import IntegrityError, transaction

from brands.models import Enrolment, Invitation
from people.models import Account, Person


def recognise(invitation: Invitation) -> Person:
    """Give the enrolment of an invitation to the person whom the site knows by the address that was asked.

    Whoever answers has the letter that went to this address: it is a login, or one that has said yes elsewhere. Call
    it inside the transaction of the yes. Returns the person whose yes it is; the enrolment that was passed names them.
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
    known = _known_by(invitation.goes_to, listed)
    if known is None or known.enrolments.filter(brand=enrolment.brand_id, state__in=Enrolment.OPEN).exists():
        return listed
    return known


def _is_only_listed(enrolment: Enrolment, person: Person) -> bool:
    """Return whether nothing but the brand's list knows this person."""
    alone = not person.enrolments.exclude(pk=enrolment.pk).exists()
    return (
        alone and person.user_id is None and person.slug is None and not Account.objects.filter(person=person).exists()
    )


def _known_by(address: str, listed: Person) -> Person | None:
    """Return the person whose login the address is, else the one who has said yes under it first."""
    others = Person.objects.exclude(pk=listed.pk).select_related("user")
    login = others.filter(user__email=address).first() if address else None
    if login or not address:
        return login
    consented = Enrolment.objects.filter(email=address, consented_at__isnull=False).exclude(person=listed)
    first = consented.order_by("pk").select_related("person__user").first()
    return first.person if first else None
