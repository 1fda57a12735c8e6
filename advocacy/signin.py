"""What the sign-in pages of allauth lack: sealed second-step secrets, and the picture of a secret as a file."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from advocacy import crypto


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


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc] # allauth is not checked
    """The form of a new passkey, which can also be the only step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = "It is enough by itself"
        self.fields["passwordless"].help_text = "Without this it is a second step, after a code by mail or a password."
        self.fields["passwordless"].initial = True


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
