"""How a brand comes into being, and who owns it."""

from django.core.exceptions import ValidationError
from django.db import transaction

from advocacy import audit
from brands.models import Brand, Role
from brands.telling import brand_told
from people.logins import login_for, stays_away
from people.models import User


def open_brand(slug: str, name: str, owner_email: str, *, actor: User | None, label: str = "") -> Brand:
    """Make a brand whose owner is the login of an address (made if there is none), and note it in the audit log.

    Raises ValidationError, by field, if the slug is taken or a field cannot be as given. label names the actor in
    words where a command acts.
    """
    brand = Brand(slug=slug, name=name.strip())
    with transaction.atomic():
        brand.full_clean()
        if stays_away(owner_email):
            raise ValidationError({"owner": ["whoever reads this address signs in here first, by themselves"]})
        owner = login_for(owner_email)
        try:
            owner.clean_fields(exclude=["password"])
        except ValidationError as error:
            raise ValidationError({"owner": error.messages}) from None
        brand.save()
        Role.objects.create(user=owner, brand=brand, name=Role.Name.OWNER)
        brand_told(brand.pk)
        audit.record("open_brand", actor=actor, label=label, brand=brand.slug, subject=f"user:{owner.pk}")
    return brand
