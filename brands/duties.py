"""What a login may do for brands, told to the page after signing in."""

from django.urls import reverse

from brands.models import Role
from people.models import User
from people.sections import Duty


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
