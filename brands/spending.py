"""What posts that speak for a brand cost in this month, and the one warning before its cap holds them."""

import logging
from typing import NamedTuple

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from advocacy import limits
from advocacy.models import Allowance
from brands.models import Brand, Role
from people.publishing import budget

logger = logging.getLogger(__name__)
A_MONTH = 31 * 86_400


class Spent(NamedTuple):
    """What a month has cost so far, and what it may cost; both in 1/1000 USD."""

    mills: int
    cap: int | None  # None: only the site's cap holds

    @property
    def dollars(self) -> str:
        """The cost in words."""
        return f"{self.mills / 1000:.2f}"

    @property
    def percent(self) -> int | None:
        """The share of the cap that is used; None where there is no cap to measure it by."""
        return round(100 * self.mills / self.cap) if self.cap else None

    @property
    def is_low(self) -> bool:
        """Whether most of the cap is used."""
        return bool(self.cap) and self.mills >= (self.cap or 0) * budget.WARN_AT


def spent(brand: Brand) -> Spent:
    """Return what posts that speak for a brand cost in this month (UTC)."""
    return Spent(budget.spent(budget.brand_key(brand.pk)), _cap(brand))


def warn_due() -> int:
    """Write to the owners of brands whose cap is nearly reached, once in a month; return of how many brands."""
    capped = list(Brand.objects.filter(posting_cap_usd__gt=0))
    keys = [budget.brand_key(brand.pk) for brand in capped]
    month = budget.month()
    used = dict(Allowance.objects.filter(key__in=keys, day=month).values_list("key", "used"))
    low = [(brand, Spent(used.get(key, 0), _cap(brand))) for brand, key in zip(capped, keys, strict=True)]
    return sum(_warn(brand, money, f"posting-cap:{brand.pk}:{month}") for brand, money in low if money.is_low)


def _warn(brand: Brand, money: Spent, key: str) -> bool:
    turn = limits.hold(key, seconds=A_MONTH)
    if turn is None:
        return False
    owners = Role.objects.filter(brand=brand, name=Role.Name.OWNER, user__is_active=True)
    words = (
        f"Posts that speak for {brand.name} have cost {money.dollars} of {brand.posting_cap_usd} USD this month.\n"
        "At the cap they are held, and their authors are told. What people say for themselves is not counted.\n\n"
        f"The cap: {settings.SITE_URL}{reverse('studio-publishing', args=[brand.slug])}\n"
    )
    subject = f"{settings.SITE_NAME}: {money.percent} % of {brand.name}’s month for posts is used"
    try:
        for address in owners.order_by("pk").values_list("user__email", flat=True):
            send_mail(subject, words, None, [address])
    except Exception as error:  # noqa: BLE001 - whatever mail does, the studio shows it, and it is tried again
        logger.warning("no letter about the cap of %s: %s", brand.slug, type(error).__name__)
        limits.release(key, turn)
        return False
    return True


def _cap(brand: Brand) -> int | None:
    return None if brand.posting_cap_usd is None else brand.posting_cap_usd * 1000
