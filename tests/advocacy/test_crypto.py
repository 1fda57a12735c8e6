"""Sealing secrets for the database."""

import base64
import secrets
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import call_command
from pytest_django import Settings

from advocacy import crypto, signin
from advocacy.models import AuditEvent
from tests.factories import make_user

PLACE = "people_connection|12|x|access"


def new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def test_what_an_older_key_sealed_opens_as_long_as_the_key_is_listed(settings: Settings) -> None:
    old, new = new_key(), new_key()
    settings.ENCRYPTION_KEYS = [old]
    sealed = crypto.seal("a secret", PLACE)
    assert "a secret" not in sealed
    settings.ENCRYPTION_KEYS = [new, old]
    assert crypto.unseal(sealed, PLACE) == "a secret"
    assert not crypto.is_newest(sealed)
    settings.ENCRYPTION_KEYS = [new]
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(sealed, PLACE)


def test_the_same_text_is_never_sealed_to_the_same_value() -> None:
    assert len({crypto.seal("a secret", PLACE) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "elsewhere",
    [
        "people_connection|13|x|access",
        "people_connection|12|x|refresh",
        "people_connection|12|bluesky|access",
        "people_revocation|12|x|access",
        "",
    ],
)
def test_a_copied_value_does_not_open_at_another_place(elsewhere: str) -> None:
    sealed = crypto.seal("a secret", PLACE)
    with pytest.raises(crypto.CannotOpen) as refused:
        crypto.unseal(sealed, elsewhere)
    assert "a secret" not in str(refused.value)
    assert crypto.unseal(sealed, PLACE) == "a secret"


def test_a_value_of_which_one_character_was_changed_does_not_open() -> None:
    sealed = crypto.seal("a secret", PLACE)
    form, key, body = sealed.split(".")
    changed = body[:20] + ("A" if body[20] != "A" else "B") + body[21:]
    for value in (f"{form}.{key}.{changed}", f"{form}.{key}.", f"{form}.00000000.{body}", "", "2", f"{form}.{key}.ä"):
        with pytest.raises(crypto.CannotOpen):
            crypto.unseal(value, PLACE)


def test_what_was_sealed_before_places_were_named_still_opens_but_at_no_place(settings: Settings) -> None:
    old = Fernet(settings.ENCRYPTION_KEYS[0]).encrypt(b"a secret").decode()
    assert crypto.unseal(old) == "a secret"
    with pytest.raises(crypto.CannotOpen):
        crypto.unseal(old, PLACE)


@pytest.mark.django_db
def test_rotatekeys_seals_second_steps_anew_and_says_what_it_did(settings: Settings) -> None:
    old, new = new_key(), new_key()
    settings.ENCRYPTION_KEYS = [old]
    adapter = signin.SealedSecondStep()
    user = make_user()
    totp = Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": Fernet(old).encrypt(b"totp secret").decode()}
    )
    codes = Authenticator.objects.create(
        user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": adapter.encrypt("the seed"), "used_mask": 5}
    )
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"})
    settings.ENCRYPTION_KEYS = [new, old]
    out = StringIO()
    call_command("rotatekeys", stdout=out)
    assert "second steps: 2 sealed anew, 0 had the newest key, 0 do not open" in out.getvalue()
    settings.ENCRYPTION_KEYS = [new]
    totp.refresh_from_db()
    codes.refresh_from_db()
    assert adapter.decrypt(totp.data["secret"]) == "totp secret"
    assert (adapter.decrypt(codes.data["seed"]), codes.data["used_mask"]) == ("the seed", 5)
    out = StringIO()
    call_command("rotatekeys", stdout=out)
    assert "second steps: 0 sealed anew, 2 had the newest key, 0 do not open" in out.getvalue()
    assert AuditEvent.objects.filter(verb="keys.rotated").count() == 2


@pytest.mark.django_db
def test_rotatekeys_leaves_what_does_not_open_and_fails(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [new_key()]
    sealed = crypto.seal("a secret")
    row = Authenticator.objects.create(user=make_user(), type=Authenticator.Type.TOTP, data={"secret": sealed})
    settings.ENCRYPTION_KEYS = [new_key()]
    with pytest.raises(SystemExit) as end:
        call_command("rotatekeys", stdout=StringIO())
    assert end.value.code == 1
    row.refresh_from_db()
    assert row.data == {"secret": sealed}
