"""How a person signs in, for their archive: what their own pages show, and nothing that would open anything."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from people.archive_form import time
from people.keys import keys_of
from people.models import ApiKey, User

_STEPS = {"webauthn": "passkey", "totp": "authenticator app", "recovery_codes": "recovery codes"}


def of(user: User | None) -> dict[str, object]:
    """Return the login of a person; null and empty lists for somebody who has none yet."""
    if user is None:
        return {"login": None, "api_keys": []}
    addresses = EmailAddress.objects.filter(user_id=user.pk).order_by("pk")
    sessions = UserSession.objects.filter(user_id=user.pk).order_by("-created_at", "-pk")
    steps = Authenticator.objects.filter(user_id=user.pk).order_by("pk")
    login = {
        "since": time(user.joined_at),
        "last_sign_in": time(user.last_login),
        "addresses": [{"address": row.email, "proven": row.verified, "main": row.primary} for row in addresses],
        "second_steps": [_step(row) for row in steps],
        "signed_in": [
            {"from": row.ip, "with": row.user_agent, "since": time(row.created_at), "last_seen": time(row.last_seen_at)}
            for row in sessions
        ],
    }
    return {"login": login, "api_keys": [_key(key) for key in keys_of(user)]}


def _step(row: Authenticator) -> dict[str, object]:
    """Return a passkey by its name, or what else there is; never a key, seed or code."""
    name = row.data.get("name") if row.type == Authenticator.Type.WEBAUTHN else None
    kind = _STEPS.get(row.type, row.type)
    return {"kind": kind, "name": name or None, "made": time(row.created_at), "last_used": time(row.last_used_at)}


def _key(key: ApiKey) -> dict[str, object]:
    """Return an API key without what would open anything."""
    return {
        "name": key.name,
        "may": key.scopes,
        "made": time(key.created_at),
        "works_until": time(key.expires_at),
        "last_used": key.last_used_on.isoformat() if key.last_used_on else None,
    }
