"""Seals secrets before they go into the database. The keys lie outside it, and outside SECRET_KEY.

AES-256-GCM: "2.<key id>.<nonce and text>". The place that a value is sealed for (table, row, column, network) is
authenticated with it: copied to another row it does not open. What was sealed before this form (Fernet, without a
place) still opens where no place is named.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

FORM = "2"
NONCE = 12  # bytes
_USE = b"chorus sealed secrets 2"


class CannotOpen(ValueError):
    """No key of ENCRYPTION_KEYS opens the value at this place, or it was changed. The words hold nothing of it."""


class _Key(NamedTuple):
    id: str
    box: AESGCM


def _keys() -> list[_Key]:
    """Return the keys, newest first: each derived from one of ENCRYPTION_KEYS, which older values use as it is."""
    keys = []
    for text in settings.ENCRYPTION_KEYS:
        raw = base64.urlsafe_b64decode(text)
        derived = HKDF(SHA256(), 32, salt=None, info=_USE).derive(raw)
        keys.append(_Key(hashlib.sha256(_USE + derived).hexdigest()[:8], AESGCM(derived)))
    return keys


@sensitive_variables("text")
def seal(text: str, place: str = "") -> str:
    """Return the text encrypted by the newest key, for one place such as "people_connection|12|x|access"."""
    key, nonce = _keys()[0], secrets.token_bytes(NONCE)
    sealed = key.box.encrypt(nonce, text.encode(), place.encode())
    return f"{FORM}.{key.id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, place: str = "") -> str:
    """Return the text. Raises CannotOpen where no key opens it, or it was sealed for another place."""
    form, _, rest = sealed.partition(".")
    if form != FORM:
        return _older(sealed, place)
    named, _, body = rest.partition(".")
    for key in _keys():
        if key.id == named:
            try:
                raw = base64.urlsafe_b64decode(body)
                return key.box.decrypt(raw[:NONCE], raw[NONCE:], place.encode()).decode()
            except (InvalidTag, binascii.Error, ValueError):
                break
    raise CannotOpen("a sealed value does not open: its key is not in ENCRYPTION_KEYS, or it belongs elsewhere")


def is_newest(sealed: str) -> bool:
    """Return whether a value was sealed by the newest key, in the present form."""
    return sealed.startswith(f"{FORM}.{_keys()[0].id}.")


def _older(sealed: str, place: str) -> str:
    try:
        if not place:
            return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS]).decrypt(sealed.encode()).decode()
    except InvalidToken:
        pass
    raise CannotOpen("a sealed value does not open: its key is not in ENCRYPTION_KEYS, or it belongs elsewhere")


class Resealed(NamedTuple):
    """How a table stands after its values were sealed anew."""

    anew: int
    kept: int  # sealed by the newest key already
    lost: int  # no key opens them


Resealer = Callable[[], Resealed]
_resealers: dict[str, Resealer] = {}


def register_resealer(name: str, resealer: Resealer) -> None:
    """Let `manage.py rotatekeys` seal a table's values anew; the resealer may run at any time, and again."""
    _resealers[name] = resealer


def reseal_all() -> dict[str, Resealed]:
    """Seal everything anew by the newest key; return what became of each table's values."""
    return {name: resealer() for name, resealer in sorted(_resealers.items())}


def resealed(sealed: str, place: str = "") -> str | None:
    """Return a value sealed by the newest key; None where it is already. Raises CannotOpen."""
    return None if is_newest(sealed) else seal(unseal(sealed, place), place)
