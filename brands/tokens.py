"""Tokens of links in letters: a keyed hash of a random number, so that a reminder can carry the link again.

The database keeps the number and the token's SHA-256. Whoever has a copy of it, but not the key, opens nothing.
"""

import base64
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

from people.profiles import hash_token


def new_nonce() -> str:
    """Return 256 random bits."""
    return secrets.token_urlsafe(32)


def token_for(nonce: str, *, use: str, secret: str | None = None) -> str:
    """Return the token of a nonce: 256 bits as 43 letters. use keeps tokens of different kinds apart."""
    mac = salted_hmac(f"brands.tokens.{use}", nonce, secret, algorithm="sha256")
    return base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def token_again(nonce: str, token_hash: str, *, use: str) -> str | None:
    """Return the token whose hash is stored, made with the present key or an older one; None when the key is lost."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_for(nonce, use=use, secret=secret)
        if secrets.compare_digest(hash_token(token), token_hash):
            return token
    return None
