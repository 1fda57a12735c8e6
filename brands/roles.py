"""Who may do what for a brand: giving, changing and taking roles. A brand never loses its last owner."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from advocacy import limits
from advocacy.audit import record
from brands.models import Brand, Role
from people.logins import login_for, stays_away
from people.models import User

logger = logging.getLogger(__name__)
LETTERS_PER_DAY = 50  # of one brand: a role is given to colleagues, not to a list of addresses


class NotGiven(Exception):
    """The role stays as it is; the words say why and what to do."""


def give(*, brand: Brand, email: str, name: str, actor: User) -> Role:
    """Give a role to the login of an address, made if there is none. Raises NotGiven where it has a role here already.

    Send the letter afterwards, by `tell`. Of whoever was erased nobody else makes a login.
    """
    with transaction.atomic():
        _lock(brand)
        if stays_away(email):
            raise NotGiven("Whoever reads this address signs in here first, by themselves. Then it can have a role.")
        user = login_for(email)
        if Role.objects.filter(brand=brand, user=user).exists():
            raise NotGiven(f"{user.email} has a role here already: change it below.")
        if not limits.spend(f"brand:{brand.pk}:role-letters", 1, cap=LETTERS_PER_DAY):
            raise NotGiven(f"{LETTERS_PER_DAY} roles were given today. Give the next one tomorrow.")
        role = Role.objects.create(brand=brand, user=user, name=Role.Name(name))
        _note("role.given", role, actor)
    return role


def tell(role: Role, *, by: User) -> bool:
    """Write to somebody that they have a role now, and how to sign in; return whether the letter went out."""
    context = {
        "role": role,
        "brand": role.brand,
        "by": by,
        "link": settings.SITE_URL + reverse("studio", args=[role.brand.slug]),
        "SITE_NAME": settings.SITE_NAME,
    }
    subject = " ".join(render_to_string("emails/role_subject.txt", context).split())
    try:
        EmailMessage(subject, render_to_string("emails/role.txt", context), to=[role.user.email]).send()
    except Exception as error:  # noqa: BLE001 - whatever mail does, the role stands
        logger.warning("no letter for role %s: %s", role.pk, type(error).__name__)
        return False
    return True


def change(*, role: Role, name: str, actor: User) -> None:
    """Give somebody another role. Raises NotGiven where they are the last owner."""
    with transaction.atomic():
        _lock(role.brand)
        role.refresh_from_db(fields=["name"])
        former = role.name
        if former == name:
            return
        _keep_an_owner(role)
        role.name = Role.Name(name)
        role.save(update_fields=["name"])
        _note("role.changed", role, actor, former=former)


def take(*, role: Role, actor: User) -> None:
    """Take somebody's role away. Raises NotGiven where they are the last owner."""
    with transaction.atomic():
        _lock(role.brand)
        role.refresh_from_db(fields=["name"])
        _keep_an_owner(role)
        _note("role.taken", role, actor)
        role.delete()


def _lock(brand: Brand) -> None:
    """Let one change of roles wait for the other: two owners who leave at once must not both go."""
    Brand.objects.select_for_update().get(pk=brand.pk)


def _keep_an_owner(role: Role) -> None:
    # whoever is just being erased, or cannot sign in any longer, is nobody's owner
    others = Role.objects.filter(brand=role.brand, name=Role.Name.OWNER, user__is_active=True).exclude(pk=role.pk)
    if role.name == Role.Name.OWNER and not others.exists():
        raise NotGiven("This is the last owner. Make somebody else an owner first.")


def _note(verb: str, role: Role, actor: User, **details: object) -> None:
    told: dict[str, object] = {"role": str(role.name), **details}
    record(verb, actor=actor, brand=role.brand.slug, subject=f"user:{role.user_id}", details=told)
