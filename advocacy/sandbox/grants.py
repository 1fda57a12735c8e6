"""What inhabitants allow apps, and the tokens that come of it: X's OAuth 2.0 with PKCE.

A code is good for 30 seconds and once, an access token for two hours; a refresh token is good once, and whoever shows
a used one ends everything that came of the same yes.
"""

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from advocacy.sandbox.models import App, Code, Grant, Inhabitant, Token

Json = dict[str, Any]

MARK = "pretend-token-"  # every token begins so: whoever finds it where it must not be knows what it is
CODE_TIME = timedelta(seconds=30)
ACCESS_TIME = timedelta(hours=2)
SCOPES = {
    "tweet.read": "see posts that you can see",
    "tweet.write": "post and delete posts for you",
    "users.read": "see your profile",
    "media.write": "upload pictures for you",
    "offline.access": "stay connected until you end it",
    **{"list.read": "see your lists", "list.write": "change your lists", "like.read": "see what you like"},
    **{"follows.read": "see whom you follow", "mute.read": "see whom you mute"},
}


class NotGranted(Exception):
    """The token endpoint refuses: X's words for it, and the status of the answer."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}
        self.status = status


def app_called(client_id: str) -> App | None:
    """Return an app; the one of the site that runs this sandbox is there by itself."""
    known = settings.SANDBOX_APP
    if known and client_id == known["client_id"]:
        words = {"secret": known["secret"], "name": settings.SITE_NAME[:50], "callbacks": known["callbacks"]}
        return App.objects.update_or_create(client_id=client_id, defaults=words)[0]
    return App.objects.filter(client_id=client_id).first()


def allow(app: App, who: Inhabitant, scopes: list[str], callback: str, challenge: str) -> str:
    """Note an inhabitant's yes and return the code that the app gets."""
    grant = Grant.objects.create(app=app, inhabitant=who, scopes=scopes)
    code = secrets.token_urlsafe(48)
    ends = timezone.now() + CODE_TIME
    Code.objects.create(code=code, grant=grant, callback=callback, challenge=challenge, expires_at=ends)
    return code


def exchange(app: App, *, code: str, verifier: str, callback: str) -> Json:
    """Give tokens for a code. Raises NotGranted; a code shown twice ends what came of it."""
    row = Code.objects.filter(code=code, grant__app=app).select_related("grant").first()
    if row is None:
        raise NotGranted("invalid_request", "Value passed for the authorization code was invalid.")
    if not verifier:
        raise NotGranted("invalid_request", "Missing required parameter [code_verifier].")
    now = timezone.now()
    if not Code.objects.filter(pk=row.pk, used_at=None).update(used_at=now):
        end(row.grant, "code")
        raise NotGranted("invalid_request", "Value passed for the authorization code was invalid.")
    if now >= row.expires_at or row.callback != callback:
        raise NotGranted("invalid_request", "Value passed for the authorization code was invalid.")
    if not constant_time_compare(challenge_of(verifier), row.challenge):
        raise NotGranted("invalid_request", "Value passed for the code verifier did not match the code challenge.")
    return _tokens(row.grant)


def refresh(app: App, *, token: str) -> Json:
    """Give new tokens for a refresh token, which is used up then. Raises NotGranted; a replay ends the grant."""
    row = Token.objects.filter(value=token, refreshes=True, grant__app=app).select_related("grant").first()
    if row is None or row.grant.ended_at:
        raise NotGranted("invalid_grant", "Value passed for the token was invalid.")
    if not Token.objects.filter(pk=row.pk, used_at=None).update(used_at=timezone.now()):
        end(row.grant, "replayed")
        raise NotGranted("invalid_grant", "Value passed for the token was invalid.")
    return _tokens(row.grant)


def revoke(app: App, *, token: str) -> None:
    """End the grant that a token belongs to. Raises NotGranted for a token that never was this app's."""
    row = Token.objects.filter(value=token, grant__app=app).select_related("grant").first()
    if row is None:
        raise NotGranted("invalid_request", "Value passed for the token was invalid.")
    end(row.grant, "revoked")


def end(grant: Grant, why: str) -> None:
    """Let every token of a grant be worth nothing from now on."""
    Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=timezone.now(), ended_why=why)


def of_access(token: str) -> Grant | None:
    """Return the grant whose access token this is, or None for one that is good for nothing."""
    row = (
        Token.objects.filter(value=token, refreshes=False, expires_at__gt=timezone.now(), grant__ended_at=None)
        .select_related("grant__inhabitant", "grant__app")
        .first()
    )
    if row is None or row.grant.inhabitant.deactivated or row.grant.inhabitant.suspended:
        return None
    return row.grant


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _tokens(grant: Grant) -> Json:
    access, ends = f"{MARK}{secrets.token_urlsafe(60)}", timezone.now() + ACCESS_TIME
    answer: Json = {
        "token_type": "bearer",
        "expires_in": int(ACCESS_TIME.total_seconds()),
        "access_token": access,
        "scope": " ".join(grant.scopes),
    }
    with transaction.atomic():
        Token.objects.create(value=access, grant=grant, refreshes=False, expires_at=ends)
        if "offline.access" in grant.scopes:
            answer["refresh_token"] = f"{MARK}{secrets.token_urlsafe(60)}"
            Token.objects.create(value=answer["refresh_token"], grant=grant, refreshes=True)
    return answer
