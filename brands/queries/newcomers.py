"""Who joined the people whom a fan follows: offered to the fan, never added."""

import datetime as dt

from django.db.models import Min, Q
from django.urls import reverse

from brands.models import Enrolment
from brands.queries.cards import LISTED
from people.models import Block, Follow
from people.sections import Newcomer

MOST = 12
MOST_BRANDS = 20


def newcomers(fan_id: int) -> list[Newcomer]:
    """Tell who said yes to a brand after this fan began to follow its people (see people.sections), in three queries.

    Whoever blocked the fan is not offered. A follow that ended so counts as before: the fan learns of no block.
    """
    joined = Q(pk__in=())
    for brand_id, since in _began(fan_id):
        joined |= Q(brand=brand_id, consented_at__gt=since)
    rows = (
        Enrolment.objects.filter(joined, state=Enrolment.State.ACTIVE, person__page_open=True)
        .exclude(person__in=Follow.objects.filter(fan=fan_id).values("person"))
        .exclude(person__in=Block.objects.filter(fan=fan_id).values("person"))
        .exclude(person__user=fan_id)
        .select_related("person", "brand")
        .order_by("-consented_at", "-pk")
    )
    found: dict[int, Newcomer] = {}
    for row in rows[: MOST * 2]:  # somebody may have joined two of the brands
        found.setdefault(row.person_id, Newcomer(row.person, row.brand.name, reverse("brand", args=[row.brand.slug])))
    return list(found.values())[:MOST]


def _began(fan_id: int) -> list[tuple[int, dt.datetime]]:
    """Return since when the fan, as they see it, follows people of a brand: of the brands that came last."""
    here = Enrolment.objects.filter(person__page_open=True, state__in=LISTED)
    mine = here.filter(person__followers__fan=fan_id).values("brand").annotate(since=Min("person__followers__since"))
    found = dict(mine.order_by("-since").values_list("brand", "since")[:MOST_BRANDS])
    held = here.filter(person__blocks__in=Block.objects.filter(fan=fan_id).exclude(looks={}))
    for brand_id, looks in held.values_list("brand", "person__blocks__looks"):
        since = dt.datetime.fromisoformat(looks["since"])
        found[brand_id] = min(since, found.get(brand_id, since))
    return sorted(found.items(), key=lambda one: (one[1], one[0]), reverse=True)[:MOST_BRANDS]
