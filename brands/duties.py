"""What a login may do for brands, told to the page after signing in."""

from collections.abc import Collection

from django.urls import reverse

from brands.consenting import HOLDING
from brands.models import Role
from people.models import User
from people.sections import Duty


def keeps_one_of(user: User, persons: Collection[int]) -> bool:
    """Return whether a brand with the yes of one of these people gave this login a role."""
    # one filter(): the yes has to be that person's, at that brand
    here = Role.objects.filter(brand__enrolments__person__in=persons, brand__enrolments__state__in=HOLDING)
    return here.filter(user=user).exists()


def of(user: User) -> list[Duty]:
    """Return the login's duties by the names of the brands, in one query."""
    roles = Role.objects.filter(user=user).select_related("brand").order_by("brand__name", "pk")
    return [
        Duty(
            role.brand.name,
            reverse("brand", args=[role.brand.slug]),
            role.get_name_display(),
            reverse("studio", args=[role.brand.slug]),
        )
        for role in roles
    ]
