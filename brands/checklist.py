"""The first steps of a new brand; the list goes away when all are done.

Two of them are said rather than seen: that one owner is enough, and that somebody has looked at the page. The audit
log holds who said so.
"""

from typing import NamedTuple

from django.urls import reverse

from advocacy.audit import record
from advocacy.models import AuditEvent
from brands.models import Brand, Enrolment, Role
from people.models import User

ALONE = "checklist.one_owner"
SEEN = "checklist.page_seen"
SAID = {"alone": ALONE, "seen": SEEN}


class Step(NamedTuple):
    """One step: what to do, where, and whether it is done."""

    key: str
    words: str
    url: str
    done: bool


def checklist(brand: Brand) -> list[Step]:
    """Return the first steps in their order, [] once all are done; three queries."""
    verbs = set(
        AuditEvent.objects.filter(brand=brand.slug, verb__in=(ALONE, SEEN, "brand.changed"))
        .order_by("verb")
        .values_list("verb", flat=True)
        .distinct()
    )
    owners = Role.objects.filter(brand=brand, name=Role.Name.OWNER).count()
    enrolled = Enrolment.objects.filter(brand=brand).order_by("consented_at").values_list("consented_at", flat=True)
    first_yes = enrolled.exclude(consented_at=None)[:1]
    people, yes = bool(list(enrolled[:1])), bool(list(first_yes))
    slug = [brand.slug]
    steps = [
        Step(
            "brand",
            "Look over the name and the colour, and save them",
            reverse("studio-settings", args=slug),
            "brand.changed" in verbs,
        ),
        Step(
            "alone",
            "Give a colleague the role of an owner too",
            reverse("studio-roles", args=slug),
            owners > 1 or ALONE in verbs,
        ),
        Step("enrol", "Enrol the first person", reverse("studio-people", args=slug), people),
        Step("yes", "Wait for the first yes", reverse("studio-people", args=slug), yes),
        Step("seen", "Look at your page as everybody sees it", reverse("brand", args=slug), SEEN in verbs),
    ]
    return [] if all(step.done for step in steps) else steps


def say(brand: Brand, key: str, *, actor: User) -> None:
    """Note that one owner is enough ("alone"), or that somebody looked at the page ("seen"). Raises KeyError."""
    verb = SAID[key]
    if not AuditEvent.objects.filter(brand=brand.slug, verb=verb).exists():
        record(verb, actor=actor, brand=brand.slug)
