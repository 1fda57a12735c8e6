"""Sealing secrets for the database."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from pytest_django import Settings

from advocacy import crypto


def test_what_an_older_key_sealed_opens_as_long_as_the_key_is_listed(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [old]
    sealed = crypto.seal("a secret")
    assert "a secret" not in sealed
    settings.ENCRYPTION_KEYS = [new, old]
    assert crypto.unseal(sealed) == "a secret"
    settings.ENCRYPTION_KEYS = [new]
    with pytest.raises(InvalidToken):
        crypto.unseal(sealed)
