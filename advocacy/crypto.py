"""Seals secrets before they go into the database. The keys lie outside it, and outside SECRET_KEY."""

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def seal(text: str) -> str:
    """Return the text encrypted by the newest key."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text; raise cryptography.fernet.InvalidToken if no key of ENCRYPTION_KEYS opens it."""
    return _box().decrypt(sealed.encode()).decode()
