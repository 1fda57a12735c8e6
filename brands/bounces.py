"""Letters of invitations that came back after the mail server had taken them, as the operator tells."""

from django.db.models import Q
from django.utils import timezone

from brands.inviting import in_state
from brands.models import Enrolment, Invitation

WORDS = "the letter came back"


def came_back(address: str) -> int:
    """Note that letters to a folded address come back; return how many open invitations are there.

    No more go there until the studio sends one again. The studio sees it only of a first letter: reminders go to
    all but those who said no, so that one that came back would tell. Nor does it look at what was answered.
    """
    now = timezone.now()
    there = Q(address=address) | Q(address="", enrolment__email=address)
    running = Invitation.objects.filter(
        there, revoked_at=None, expires_at__gt=now, letters__gt=0, enrolment__in=in_state(Enrolment.State.INVITED)
    )
    rows = Invitation.objects.filter(pk__in=list(running.values_list("pk", flat=True)), revoked_at=None)
    first = rows.filter(letters=1, sent_at__isnull=False).update(bounced_at=now, bounce=WORDS, next_letter_at=None)
    return first + rows.filter(letters__gt=1, sent_at__isnull=False).update(next_letter_at=None)
