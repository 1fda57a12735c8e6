"""How a brand's page looks and whom it opens with. The brand cannot say anything: its lines are people's lines."""

from collections.abc import Iterable

from django.db import transaction

from advocacy.audit import record
from brands.models import Brand, Enrolment
from brands.telling import brand_told
from people.models import Person, User


class NotSigned(Exception):
    """The closing line has nobody's name under it; the words say what to do."""


def change(*, brand: Brand, fields: Iterable[str], actor: User) -> None:
    """Save these fields of a brand whose values were checked; noted even where none changed, for somebody looked."""
    names = list(fields)
    with transaction.atomic():
        brand.save(update_fields=["name", "tagline", "colour", "colour_dark"])
        record("brand.changed", actor=actor, brand=brand.slug, details={"fields": names})
        brand_told(brand.pk)


def may_sign(brand: Brand, user: User) -> Person | None:
    """Return the person whose name a login can put under a line: itself, while the page lists it."""
    person = Person.objects.filter(user=user).first()
    listed = Enrolment.objects.filter(brand=brand, person=person, state=Enrolment.State.ACTIVE)
    return person if person and listed.exists() else None


def close_with(*, brand: Brand, line: str, actor: User) -> None:
    """Write the page's closing line, signed by the actor's own person; "" takes it away. Raises NotSigned."""
    line = " ".join(line.split())
    signer = may_sign(brand, actor) if line else None
    if line and signer is None:
        raise NotSigned("Only somebody whom the page shows can sign a line. Ask one of your people to write it.")
    with transaction.atomic():
        brand.closing_line, brand.closing_by = line, signer
        brand.save(update_fields=["closing_line", "closing_by"])
        record("brand.closing_line", actor=actor, brand=brand.slug, details={"signed": bool(signer)})
        brand_told(brand.pk)


def open_with(*, brand: Brand, enrolments: Iterable[int], actor: User) -> None:
    """Choose whose own lines the page opens with, in turn; nobody chosen means everybody who wrote one."""
    chosen = set(enrolments)
    with transaction.atomic():
        here = Enrolment.objects.filter(brand=brand)
        here.filter(in_chorus=True).exclude(pk__in=chosen).update(in_chorus=False)
        here.filter(pk__in=chosen).update(in_chorus=True)
        record("brand.chorus", actor=actor, brand=brand.slug, details={"people": len(chosen)})
        brand_told(brand.pk)
