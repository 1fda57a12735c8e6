"""A farewell card on a brand's page, where both want: one side writes a line, the other says yes to those words.

It stands there for DAYS. Either side takes it away at once; other words need a new yes. The brand learns of no "no": an
offer that nobody answers goes by itself.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from advocacy.audit import record
from brands import standing_letters
from brands.enrolling import NotMoved, subject_of
from brands.models import Enrolment, Farewell, StandingLetter
from brands.telling import place_told
from people.models import User

DAYS = timedelta(days=30)
LETTERS_APART = timedelta(days=1)  # of one person: other words an hour later bring no second letter


class NotWritten(Exception):
    """The line cannot be so; the words say why."""


def write(*, enrolment: Enrolment, line: str, by_brand: bool, actor: User | None) -> None:
    """Propose a line; what stood there is gone, unless it says the same. Whom a brand writes for gets a letter.

    Raises NotWritten, NotMoved where the enrolment has not ended, PermissionDenied.
    """
    _may(enrolment, actor, by_brand)
    line = " ".join(line.replace("\0", "").split())
    if not line:
        raise NotWritten("Write a line for the farewell card first.")
    if len(line) > Farewell.LINE:
        raise NotWritten(f"There is room for {Farewell.LINE} characters on a farewell card. Shorten the line.")
    with transaction.atomic():
        there = Farewell.objects.select_for_update().filter(pk=enrolment.pk).first()
        if there and (there.line, there.by_brand) == (line, by_brand):
            return
        now = timezone.now()
        wishes = {"person_at": None if by_brand else now, "brand_at": now if by_brand else None}
        Farewell.objects.update_or_create(enrolment=enrolment, defaults={"line": line, "by_brand": by_brand, **wishes})
        if by_brand:
            _owe_letter(enrolment)
        _note("farewell.offered" if by_brand else "farewell.asked", enrolment, actor, by_brand)
        place_told(enrolment)


def agree(*, enrolment: Enrolment, line: str, by_brand: bool, actor: User | None) -> None:
    """Say yes to the line of the other side, as it was read. Raises NotMoved where it is another by now, and as write.

    by_brand: who says yes.
    """
    _may(enrolment, actor, by_brand)
    side = "brand_at" if by_brand else "person_at"
    same = Farewell.objects.filter(pk=enrolment.pk, line=line, by_brand=not by_brand)
    with transaction.atomic():
        if not same.filter(**{side: None}).update(**{side: timezone.now()}):
            raise NotMoved("there are other words, or none")
        _note("farewell.agreed", enrolment, actor, by_brand)
        place_told(enrolment)


def take_away(*, enrolment: Enrolment, by_brand: bool, actor: User | None) -> None:
    """Take the card away, or what one proposed, at once; a second time changes nothing. Raises PermissionDenied."""
    _may(enrolment, actor, by_brand)
    wanted = Q(brand_at__isnull=False) if by_brand else Q(person_at__isnull=False)
    with transaction.atomic():
        if Farewell.objects.filter(wanted, pk=enrolment.pk).delete()[0]:
            standing_letters.forget_farewell(enrolment)
            _note("farewell.ended", enrolment, actor, by_brand)
            place_told(enrolment)


def over() -> "QuerySet[Farewell]":
    """Return those whose time is over: the card, or an offer that nobody answered."""
    since = timezone.now() - DAYS
    return Farewell.objects.exclude(person_at__gt=since).exclude(brand_at__gt=since)


def end_due() -> int:
    """Forget those whose time is over; return how many. Harmless when it runs 0, 1 or n times."""
    done = 0
    for row in over().select_related("enrolment").order_by("pk"):
        with transaction.atomic():
            gone = over().filter(pk=row.pk).delete()[0]
            if gone:
                place_told(row.enrolment)
        done += bool(gone)
    return done


def _owe_letter(enrolment: Enrolment) -> None:
    kind = StandingLetter.Kind.FAREWELL
    lately = StandingLetter.objects.filter(created_at__gt=timezone.now() - LETTERS_APART)
    if not lately.filter(enrolment=enrolment, kind=kind).exists():
        standing_letters.owe(enrolment, kind)


def _may(enrolment: Enrolment, actor: User | None, by_brand: bool) -> None:
    if not by_brand and (actor is None or enrolment.person.user_id != actor.pk):
        raise PermissionDenied("only the person decides this")
    if enrolment.state != Enrolment.State.LEFT or enrolment.consented_at is None:
        raise NotMoved("they have not left")


def _note(verb: str, enrolment: Enrolment, actor: User | None, by_brand: bool) -> None:
    """Note it; what the person does is in no brand's log, as nothing is that they decide at their desk."""
    subject = subject_of(enrolment)
    if by_brand:
        record(verb, actor=actor, brand=enrolment.brand.slug, subject=subject)
    else:
        record(verb, actor=actor, subject=subject)
