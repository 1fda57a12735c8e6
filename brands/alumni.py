"""Leaving with dignity: who was there is named on a brand's page while both want it, and either ends it at once.

The person's own page says where they were only if they want that, whatever the brand wants.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from advocacy.audit import record
from brands import standing_letters
from brands.enrolling import NotMoved, subject_of
from brands.models import Alumnus, Enrolment, StandingLetter
from brands.telling import place_told
from people.letters.telling import tell_followers
from people.models import Person, Telling, User

LONGEST = 80
WAIT = timedelta(days=3)  # in which somebody whose enrolment the brand ended may tell their followers themselves
LATEST = timedelta(days=10)


def want(*, enrolment: Enrolment, now_at: str, on_own_page: bool, named: bool, actor: User) -> None:
    """Write what the person wants: to be named by the brand, where they are now, their own page saying where they were.

    Raises PermissionDenied, NotMoved where the enrolment has not ended.
    """
    if enrolment.person.user_id != actor.pk:
        raise PermissionDenied("only the person decides this")
    row = _row(enrolment)
    person_at = (row.person_at or timezone.now()) if named else None
    wishes = {"person_at": person_at, "now_at": " ".join(now_at.split())[:LONGEST], "on_own_page": on_own_page}
    with transaction.atomic():
        Alumnus.objects.filter(pk=row.pk).update(**wishes)
        record("alumni.wanted" if named else "alumni.not_wanted", actor=actor, subject=subject_of(enrolment))
        place_told(enrolment)


def offer(*, enrolment: Enrolment, actor: User | None) -> None:
    """Let the brand's page name somebody who left, once they want it too; they are written to. Raises NotMoved."""
    row = _row(enrolment)
    with transaction.atomic():
        new = Alumnus.objects.filter(pk=row.pk, brand_at=None).update(brand_at=timezone.now())
        if not new:
            return
        if row.person_at is None:
            standing_letters.owe(enrolment, StandingLetter.Kind.OFFERED)
        record("alumni.offered", actor=actor, brand=enrolment.brand.slug, subject=subject_of(enrolment))
        place_told(enrolment)


def withdraw(*, enrolment: Enrolment, actor: User | None) -> None:
    """Let the brand's page name them no longer, at once; a second time changes nothing."""
    with transaction.atomic():
        if Alumnus.objects.filter(pk=enrolment.pk, brand_at__isnull=False).update(brand_at=None):
            record("alumni.ended", actor=actor, brand=enrolment.brand.slug, subject=subject_of(enrolment))
            place_told(enrolment)


def _row(enrolment: Enrolment) -> Alumnus:
    if enrolment.state != Enrolment.State.LEFT:
        raise NotMoved(f"an enrolment that is {enrolment.get_state_display()} has not ended")
    row, _ = Alumnus.objects.get_or_create(enrolment=enrolment)
    return row


# telling the followers


def occasion(enrolment: Enrolment) -> str:
    """Return by which name the followers are told of the end of an enrolment, once."""
    return f"left:{enrolment.pk}"


def told(enrolment: Enrolment) -> bool:
    """Return whether the followers are told already, or were."""
    return Telling.objects.filter(key=occasion(enrolment)).exists()


def tell(*, enrolment: Enrolment, words: str, actor: User) -> bool:
    """Tell the person's followers that they left, in their words, "" for the site's; return whether that is new.

    It is the person's own wish, so it is said although their page may be closed.
    Raises PermissionDenied, NotMoved where the enrolment has not ended.
    """
    if enrolment.person.user_id != actor.pk:
        raise PermissionDenied("only the person tells their followers")
    if enrolment.state != Enrolment.State.LEFT:
        raise NotMoved("they have not left")
    closes = not enrolment.person.page_open
    return tell_followers(enrolment.person, words, key=occasion(enrolment), left=enrolment.brand.name, closes=closes)


def tell_at_once(enrolment: Enrolment) -> None:
    """Tell the followers of somebody whose page closes with this end, and who has no desk to find words at."""
    tell_followers(enrolment.person, key=occasion(enrolment), left=enrolment.brand.name, closes=True)


def tell_due() -> int:
    """Tell the followers of those who have not done so within WAIT after a brand ended it; return of how many people.

    Harmless when it runs 0, 1 or n times.
    """
    now = timezone.now()
    lately = Enrolment.objects.filter(
        state=Enrolment.State.LEFT, state_changed_at__gte=now - LATEST, state_changed_at__lte=now - WAIT
    )
    # of whoever has closed their page, perhaps for safety, nothing is told that they do not tell themselves
    followed = lately.filter(person__in=Person.objects.filter(page_open=True, followers__isnull=False).values("pk"))
    done = 0
    for enrolment in followed.select_related("person", "brand").order_by("pk"):
        if not told(enrolment):
            done += tell_followers(enrolment.person, key=occasion(enrolment), left=enrolment.brand.name)
    return done
