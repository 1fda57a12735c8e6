"""A person's or a fan's login: making one, and what the sign-in pages send."""

import logging
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in
from allauth.core import context
from django.conf import settings
from django.db import transaction

from advocacy.audit import record
from people.models import Person, User
from people.models.user import fold_address

log = logging.getLogger(__name__)


def login_for(address: str, *, password: str | None = None, verified: bool = False) -> User:
    """Return the login of an e-mail address, made if there is none.

    A password is set only on a login made here. verified says that the caller knows the address to be the person's;
    otherwise the first code that is sent to it and entered shows that.
    """
    address = fold_address(address)
    with transaction.atomic():
        user = User.objects.filter(email=address).first() or User.objects.create_user(address, password)
        row, _ = EmailAddress.objects.get_or_create(
            user=user, email=address, defaults={"verified": verified, "primary": True}
        )
        if verified and not row.verified:
            EmailAddress.objects.filter(pk=row.pk).update(verified=True)
    return user


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is not checked
    """Folds addresses as `User` does, and names the site in its mails."""

    def clean_email(self, email: str) -> str:
        """Return the form in which the address is kept."""
        return fold_address(super().clean_email(email))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return whether to ask who it is once more: not within five minutes of signing in, however that was done."""
        request = context.request
        records = get_authentication_records(request, request.user) if request else []
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of the sign-in mails; subjects are rendered without a request, so they get the site's name here."""
        site = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
        super().send_mail(template_prefix, email, {**site, **context})


def is_anothers(address: str, person: Person) -> bool:
    """Return whether an address is the login of another person than this one."""
    return Person.objects.filter(user__email=fold_address(address)).exclude(pk=person.pk).exists()


def claim_person(user: User) -> Person | None:
    """Give a login that has just signed in the person who named its address at their yes; return that person.

    Only a confirmed address counts, and a login that is somebody's already takes nobody over. Where several people
    named the address, anybody could have written it for one of them: nobody is given away.
    """
    if Person.objects.filter(user=user).exists():
        return None
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    mine = Person.objects.filter(user=None, login_address__in=[fold_address(address) for address in confirmed])
    people = list(mine.exclude(login_address="").order_by("pk")[:2])
    if len(people) > 1:
        log.warning("login %s was given nobody: several people named its address", user.pk)
    if len(people) != 1:
        return None
    person = people[0]
    if not Person.objects.filter(pk=person.pk, user=None).update(user=user):
        return None
    record("login.claimed", actor=user, subject=f"person:{person.pk}")
    person.user = user
    return person


def listen() -> None:
    """Connect to allauth's signal for a finished sign-in."""
    user_logged_in.connect(_on_signed_in, dispatch_uid="people.logins")


def _on_signed_in(sender: object, *, user: User, **kwargs: object) -> None:
    claim_person(user)
