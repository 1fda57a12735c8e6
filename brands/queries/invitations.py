"""A brand's invitations as its studio reads them: nothing tells a no from silence."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from brands.models import Brand, Enrolment, Invitation

_UNANSWERED = Q(enrolment__state=Enrolment.State.INVITED, revoked_at=None)
_OVER = Q(enrolment__state=Enrolment.State.DECLINED) | Q(revoked_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the list: the invitation, where it stands, and what may be done with it."""

    invitation: Invitation
    words: str
    mark: str  # class of the tag: "", good, warn, bad
    running: bool  # can be sent again and taken back


def _running() -> Q:
    return _UNANSWERED & Q(expires_at__gt=timezone.now())


def shows() -> Mapping[str, tuple[str, Q]]:
    """Return the choices of the list: key -> its name and condition."""
    running = _running()
    return {
        "": ("All", Q()),
        "waiting": ("Waiting for an answer", running & Q(bounced_at=None)),
        "bounced": ("Bounced", running & Q(bounced_at__isnull=False)),
        "ended": ("Ended", _OVER | (_UNANSWERED & Q(expires_at__lte=timezone.now()))),
        "yes": ("Said yes", Q(revoked_at=None) & ~Q(enrolment__state__in=("invited", "declined"))),
    }


def of_brand(brand: Brand, show: str) -> "QuerySet[Invitation]":
    """Return a brand's invitations, newest first; show is a key of shows()."""
    found = Invitation.objects.filter(shows()[show][1], enrolment__brand=brand)
    return found.select_related("enrolment__person", "enrolment__team").order_by("-created_at", "-pk")


def standing(invitation: Invitation) -> Standing:
    """Return where an invitation stands, in words."""
    state = invitation.enrolment.state
    if invitation.revoked_at:
        return Standing(invitation, "taken back", "", running=False)
    if state not in {Enrolment.State.INVITED, Enrolment.State.DECLINED}:
        return Standing(invitation, "said yes", "good", running=False)
    if state == Enrolment.State.DECLINED or invitation.expires_at <= timezone.now():
        return Standing(invitation, "the invitation ended", "", running=False)
    if invitation.bounced_at:
        return Standing(invitation, "bounced", "bad", running=True)
    if not invitation.sent_at:
        return Standing(invitation, "letter is on its way", "", running=True)
    return Standing(invitation, "letter went out" if invitation.letters == 1 else "reminded", "", running=True)
