"""What posting may cost in a calendar month (UTC): the price is taken in the claim, and given back if nothing went out.

Brands register their own caps (`register`), counted on keys of their own.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F

from advocacy.models import Allowance
from people.models import Delivery
from people.publishing.clock import now, unfrozen


class Cap(NamedTuple):
    """What a delivery must fit under: on which key it counts, the most of a month in 1/1000 USD, and whose it is."""

    key: str
    mills: int
    name: str = ""  # of the brand; "" for the site's own

    @property
    def words(self) -> str:
        """Say that it is reached."""
        dollars = f"the month’s {self.mills / 1000:.0f} USD for"
        if self.name:
            return f"{dollars} posts that speak for {self.name} are used up; its owners can raise the cap"
        return f"{dollars} posts from this site are used up; the operator can raise the cap"


class Room(NamedTuple):
    """A month's cap, and what of it is used (1/1000 USD)."""

    cap: Cap
    used: int

    def words(self, mills: int) -> str:
        """Say how little is left for a post of this price; "" while there is plenty."""
        if not mills:
            return ""
        if self.used + mills > self.cap.mills:
            held = "what comes due before there is room again is held, and missed after an hour"
            return f"{self.cap.words[:1].upper()}{self.cap.words[1:]}: {held}."
        if self.used < self.cap.mills * WARN_AT:
            return ""
        whose = f"posts that speak for {self.cap.name}" if self.cap.name else "posts"
        return f"{self.used / 1000:.2f} of the month’s {self.cap.mills / 1000:.0f} USD for {whose} are used."


Source = Callable[[Delivery], list[Cap]]
_sources: list[Source] = []
SITE = "posting:site"
WARN_AT = 0.8


def month() -> dt.date:
    """Return the first day of this month by the database's clock, in UTC."""
    return now().date().replace(day=1)


def register(source: Source) -> None:
    """Let somebody add caps that a delivery must also fit under, as brands have."""
    if source not in _sources:
        _sources.append(source)


def take(delivery: Delivery) -> Cap | None:
    """Take the price of a delivery, once, in its claim; return the cap that leaves no room, None where all do."""
    if delivery.spent_on is not None:
        return None
    day = month()
    taken: list[str] = []
    mine = Delivery.objects.filter(pk=delivery.pk)
    mine.update(spent_on=day)  # first: what every claim needs is kept from the others for as short as can be
    for cap in reversed(caps(delivery)):  # the site's last
        if not spend(cap.key, delivery.mills, cap=cap.mills, day=day):
            for one in taken:
                _return(one, delivery.mills, day)
            mine.update(spent_on=None)
            return cap
        taken.append(cap.key)
    delivery.spent_on = day
    return None


def spend(key: str, mills: int, *, cap: int, day: dt.date) -> bool:
    """Take so much (1/1000 USD) of a month's cap, all or nothing."""
    room = Allowance.objects.filter(key=key, day=day, used__lte=cap - mills)
    if room.update(used=F("used") + mills):
        return True
    Allowance.objects.get_or_create(key=key, day=day)  # the first of its month
    return bool(room.update(used=F("used") + mills))


def give_back(delivery: Delivery) -> None:
    """Give the price back, as nothing went out; a second time changes nothing.

    Call it in the transaction that moves the row, while that holds it: the row says what was taken, for a claim may
    have taken it since the delivery was read.
    """
    row = Delivery.objects.filter(pk=delivery.pk).values_list("spent_on", "mills").first()
    day, mills = row or (None, 0)
    if day is None or not Delivery.objects.filter(pk=delivery.pk, spent_on=day).update(spent_on=None):
        return
    delivery.spent_on = None
    unfrozen()
    for cap in reversed(caps(delivery)):  # in the order in which `take` takes them, so that nobody waits in a circle
        _return(cap.key, mills, day)


def pay(delivery: Delivery, mills: int, *, of: int) -> None:
    """Count what the network takes for a picture's words as paid, whatever becomes of the post: it is not given back.

    of: the price of the post alone. What was taken above that is for such words; a second upload costs anew.
    """
    taken = Delivery.objects.filter(pk=delivery.pk, spent_on__isnull=False, mills__gte=of + mills)
    if not taken.update(mills=F("mills") - mills):
        add(delivery, mills)


def owe(delivery: Delivery) -> None:
    """Take the price of a delivery that turns out to be out, also where no cap has room for it."""
    day = month()
    row = Delivery.objects.filter(pk=delivery.pk, spent_on=None)
    if row.update(spent_on=day):
        add(delivery, delivery.mills, day=day)


def add(delivery: Delivery, mills: int, *, day: dt.date | None = None) -> None:
    """Count what was paid for a delivery beside its price. No cap keeps anybody from it. day: of the month."""
    if not mills:
        return
    day = day or month()
    with transaction.atomic():
        unfrozen()
        for cap in reversed(caps(delivery)):  # in the order in which `take` takes them
            Allowance.objects.get_or_create(key=cap.key, day=day)
            Allowance.objects.filter(key=cap.key, day=day).update(used=F("used") + mills)


def spent(key: str = SITE) -> int:
    """Return what this month's posts cost so far, in 1/1000 USD."""
    return Allowance.objects.filter(key=key, day=month()).values_list("used", flat=True).first() or 0


def cap() -> int:
    """Return the site's cap in 1/1000 USD."""
    return settings.POSTING_CAP_USD * 1000


def brand_key(brand_id: int) -> str:
    """Return the key under which a brand's part is counted."""
    return f"posting:brand:{brand_id}"


def caps(delivery: Delivery) -> list[Cap]:
    """Return all caps that a delivery must fit under, the site's first."""
    return [Cap(SITE, cap()), *(one for source in _sources for one in source(delivery))]


def rooms(speaks_for: int | None) -> list[Room]:
    """Return the caps that a post would have to fit under, the site's first: all that can be the first to be full.

    speaks_for: the id of the brand that it speaks for.
    """
    site, *rest = caps(Delivery(speaks_for=speaks_for))
    met = [site, *(one for one in rest if one.mills < site.mills)]  # a wider one never stops what the site's does not
    used = Allowance.objects.filter(key__in=[one.key for one in met], day=month()).values_list("key", "used")
    known = dict(used)
    return [Room(one, known.get(one.key, 0)) for one in met]


def _return(key: str, mills: int, day: dt.date) -> None:
    Allowance.objects.filter(key=key, day=day, used__gte=mills).update(used=F("used") - mills)
