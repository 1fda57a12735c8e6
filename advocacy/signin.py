"""What the sign-in pages of allauth lack: sealed second-step secrets, and the picture of a secret as a file."""

import time
from typing import Any

from allauth.account.forms import LoginForm, RequestLoginCodeForm, SignupForm
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from advocacy import crypto

SIGN_UP_TAKES = 0.2  # seconds at least: making a login takes some milliseconds more than finding that there is one


class SealedSecondStep(DefaultMFAAdapter):  # type: ignore[misc] # allauth is not checked
    """Keeps the secrets of authenticator apps and the codes for a lost device sealed."""

    def encrypt(self, text: str) -> str:
        """Return what is stored."""
        return crypto.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was given."""
        return crypto.unseal(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """Return the name that a new passkey has until its owner writes another."""
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"


class SignIn(LoginForm):  # type: ignore[misc] # allauth is not checked
    """The form with a password. The page itself has the link for who forgot it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""


class SignInByCode(RequestLoginCodeForm):  # type: ignore[misc] # allauth is not checked
    """The form that asks for a code by mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"


class SignUp(SignupForm):  # type: ignore[misc] # allauth is not checked
    """The form of a new login: an address. Whoever writes another's there must be able to leave no password with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password1", None)

    def try_save(self, request: HttpRequest) -> Any:
        """Make the login, or write to its owner where there is one: nobody can tell by the time which it was."""
        end = time.monotonic() + SIGN_UP_TAKES
        try:
            return super().try_save(request)
        finally:
            time.sleep(max(0.0, end - time.monotonic()))


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc] # allauth is not checked
    """The form of a new passkey, which can also be the only step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = "It is enough by itself"
        self.fields["passwordless"].help_text = "Without this it is a second step, after a code by mail or a password."
        self.fields["passwordless"].initial = True


def reseal_second_steps() -> crypto.Resealed:
    """Seal the secrets of second steps anew by the newest key; see advocacy.crypto.register_resealer."""
    anew = kept = lost = 0
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    for pk in Authenticator.objects.filter(type__in=kinds).values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            try:
                data = {name: _resealed(value) for name, value in row.data.items()}
            except crypto.CannotOpen:
                lost += 1
                continue
            if data == row.data:
                kept += 1
                continue
            Authenticator.objects.filter(pk=pk).update(data=data)
            anew += 1
    return crypto.Resealed(anew, kept, lost)


def _resealed(value: Any) -> Any:
    """Return one entry of an authenticator's data: a sealed text, a list of those, or a number that stays."""
    if isinstance(value, list):
        return [_resealed(one) for one in value]
    return value if not isinstance(value, str) else crypto.resealed(value) or value


@require_safe
@never_cache
@login_required
def authenticator_picture(request: HttpRequest) -> HttpResponse:
    """Show the secret that is being set up as a QR code: a file of our own, since pages may not embed data."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_adapter()
    return HttpResponse(
        adapter.build_totp_svg(adapter.build_totp_url(request.user, secret)), content_type="image/svg+xml"
    )
