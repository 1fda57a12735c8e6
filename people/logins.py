"""A person's or a fan's login: making one, and what the sign-in pages send."""

import logging
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, user_logged_in
from allauth.core import context
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from advocacy import mailing
from advocacy.audit import record
from people import guessing, tombstones
from people.models import Person, User
from people.models.user import fold_address

log = logging.getLogger(__name__)
LONGEST_ADDRESS = 254  # characters
UNKNOWN_ACCOUNT, CODE_LETTER = "account/email/unknown_account", "account/email/login_code"  # templates


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
            drop_planted_password(user)
    return user


def stays_away(address: str) -> bool:
    """Return whether nobody but its owner may make this address a login: they were erased, or are being erased.

    Signing in here by themselves brings them back; a login that anybody may have begun in their name does not.
    """
    address = fold_address(address)
    user = User.objects.filter(email=address).first()
    if user and not user.is_active:
        return True
    shown = EmailAddress.objects.filter(user=user, email=address, verified=True) if user else None
    return not (shown and shown.exists()) and bool(tombstones.known(tombstones.Kind.ADDRESS, [address]))


def short_enough(address: str) -> None:
    """Refuse an address that is too long in the form in which it is kept: one letter may become two there."""
    if len(fold_address(address)) > LONGEST_ADDRESS:
        raise ValidationError(f"Write an address of {LONGEST_ADDRESS} characters or fewer.")


def drop_planted_password(user: User) -> None:
    """Take away a password that was set before anybody showed that the address is theirs.

    Whoever wrote it may be a stranger who waits for that moment. It is to be called when the address is shown to be the
    user's; whoever signed in before had shown it already.
    """
    if user.last_login is None and user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is not checked
    """Folds addresses as `User` does, and names the site in its mails."""

    def clean_email(self, email: str) -> str:
        """Return the form in which the address is kept."""
        address = fold_address(super().clean_email(email))
        short_enough(address)
        return address

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return whether to ask who it is once more: not within five minutes of signing in, however that was done."""
        request = context.request
        records = get_authentication_records(request, request.user) if request else []
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_mail(self, template_prefix: str, email: str, told: dict[str, Any]) -> None:
        """Write one of the sign-in mails, and let it go out beside the answer: nobody can tell who has got one.

        Subjects are rendered without a request, so they get the site's name here. Nothing goes out to addresses
        without a login: a letter with a code is written for them and thrown away.
        """
        known = template_prefix != UNKNOWN_ACCOUNT
        request = context.request
        site = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, "request": request, "email": email}
        written = (template_prefix, told) if known else (CODE_LETTER, {**told, "code": self.generate_login_code()})
        message = self.render_mail(written[0], email, {**site, **written[1]})
        if known:
            mailing.post(message)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose password it is. Compares none while too many are wrong on the whole site; see guessing.

        Raises ValidationError.
        """
        address = str(credentials.get("email") or "")
        guessing.refuse_when_held_up(request, address)
        user: User | None = super().authenticate(request, **credentials)
        if user is None:
            guessing.note_wrong(request, address)
        return user

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Finish a sign-in; from then on the browser is known for this login."""
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        guessing.remember(request, answer, user)
        return answer


def is_anothers(address: str, person: Person) -> bool:
    """Return whether an address is the login of another person than this one."""
    return Person.objects.filter(user__email=fold_address(address)).exclude(pk=person.pk).exists()


def can_sign_in(person: Person) -> bool:
    """Return whether somebody can sign in as this person: has a login, or is given the person with the first code."""
    if person.user_id or not person.login_address:
        return bool(person.user_id)
    named = Person.objects.filter(user=None, login_address=person.login_address).exclude(pk=person.pk)
    return not named.exists() and not is_anothers(person.login_address, person)


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
    tombstones.lift(tombstones.Kind.ADDRESS, {person.login_address})  # confirmed: whoever was erased came back
    record("login.claimed", actor=user, subject=f"person:{person.pk}")
    person.user = user
    return person


def listen() -> None:
    """Connect to allauth's signals for an address that was confirmed, and for a finished sign-in."""
    email_confirmed.connect(_on_confirmed, dispatch_uid="people.logins")
    user_logged_in.connect(_on_signed_in, dispatch_uid="people.logins")


def _on_confirmed(sender: object, *, request: HttpRequest, email_address: EmailAddress, **kwargs: object) -> None:
    user = email_address.user
    wrote = [one.get("email", "") for one in get_authentication_records(request, user) if one["method"] == "password"]
    if email_address.email not in map(fold_address, wrote):  # who writes it here, and has the mail, may keep it
        drop_planted_password(user)
    tombstones.lift(tombstones.Kind.ADDRESS, {email_address.email})


def _on_signed_in(sender: object, *, user: User, **kwargs: object) -> None:
    """Give the login its person. Whoever was erased and signs in has come back, also where nobody waits for them."""
    claim_person(user)
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    tombstones.lift(tombstones.Kind.ADDRESS, set(confirmed))
