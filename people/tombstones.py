"""Keyed fingerprints of who was erased: no list, sync or invitation brings them back without their own new yes.

A fingerprint is HMAC-SHA256 under one random key, which lies sealed in the database and opens with ENCRYPTION_KEYS
alone. So whoever has a copy of the database cannot ask it for an address, and rotating keys keeps every fingerprint.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from advocacy import crypto
from people.models import Tombstone, TombstoneKey
from people.models.user import fold_address

Kind = Tombstone.Kind
PLACE = "people_tombstonekey|1|sealed"
_CHUNK = 500
_KEY_BYTES = 32


def put(kind: Kind, values: Iterable[str]) -> None:
    """Note that somebody with these was erased. values: addresses, "x:12" of accounts and handles, slugs."""
    wanted = sorted({value for value in values if value})
    if wanted:
        rows = [Tombstone(kind=kind, digest=digest) for digest in _digests(kind, wanted, make=True)]
        Tombstone.objects.bulk_create(rows, ignore_conflicts=True)


def known(kind: Kind, values: Collection[str]) -> set[str]:
    """Return those of these values that somebody who was erased had. Two queries at most per 500 values."""
    wanted = sorted({value for value in values if value})
    digests = _digests(kind, wanted)
    there: set[str] = set()
    keys = list(digests)
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        there.update(Tombstone.objects.filter(kind=kind, digest__in=chunk).values_list("digest", flat=True))
    return {value for digest, value in digests.items() if digest in there}


def lift(kind: Kind, values: Collection[str]) -> None:
    """Forget these fingerprints: the person themselves came back by an act of their own."""
    digests = _digests(kind, sorted({value for value in values if value}))
    if digests:
        Tombstone.objects.filter(kind=kind, digest__in=list(digests)).delete()


def lift_account(network: str, remote_id: str, handle: str) -> None:
    """Forget the fingerprints of an account that is known to be of whoever came back."""
    lift(Kind.ACCOUNT, {account(network, remote_id)})
    lift(Kind.HANDLE, {account(network, handle)})


def was_slug(slug: str) -> bool:
    """Return whether the page with this address was of somebody who was erased."""
    return bool(known(Kind.SLUG, [slug]))


@sensitive_variables("key")
def key_for(use: str, *, make: bool = False) -> bytes | None:
    """Return a key of its own for another use, which outlives SECRET_KEY; None while there is none to make it from.

    Raises crypto.CannotOpen.
    """
    key = _key(make=make)
    return hmac.new(key, use.encode(), hashlib.sha256).digest() if key else None  # a digest's words begin by a kind


def account(network: str, name: str) -> str:
    """Return the value by which an account is known: network and id, or network and handle."""
    return f"{network}:{name.casefold()}" if name else ""


@sensitive_variables("key")
def _digests(kind: Kind, values: Iterable[str], *, make: bool = False) -> Mapping[str, str]:
    """Return the values by their fingerprints; {} while there is no key, as nobody was erased then."""
    key = _key(make=make)
    if key is None:
        return {}
    folded = {value: fold_address(value) if kind == Kind.ADDRESS else value for value in values}
    return {
        hmac.new(key, f"{kind}|{form}".encode(), hashlib.sha256).hexdigest(): value for value, form in folded.items()
    }


def _key(*, make: bool) -> bytes | None:
    sealed = TombstoneKey.objects.filter(pk=1).values_list("sealed", flat=True).first()
    if sealed is None and make:
        sealed = _made()
    return None if sealed is None else _opened(sealed)


def _made() -> str:
    sealed = crypto.seal(secrets.token_hex(_KEY_BYTES), PLACE)
    try:
        with transaction.atomic():
            TombstoneKey.objects.create(pk=1, sealed=sealed)
    except IntegrityError:  # another worker made it at this moment
        return TombstoneKey.objects.values_list("sealed", flat=True).get(pk=1)
    return sealed


@lru_cache(maxsize=4)
def _opened(sealed: str) -> bytes:
    """Return the key. Raises crypto.CannotOpen where ENCRYPTION_KEYS no longer has what sealed it."""
    return bytes.fromhex(crypto.unseal(sealed, PLACE))


def reseal() -> crypto.Resealed:
    """Seal the key anew by the newest of ENCRYPTION_KEYS (see advocacy.crypto.register_resealer)."""
    row = TombstoneKey.objects.filter(pk=1).first()
    if row is None:
        return crypto.Resealed(0, 0, 0)
    try:
        new = crypto.resealed(row.sealed, PLACE)
    except crypto.CannotOpen:
        return crypto.Resealed(0, 0, 1)
    if new is None:
        return crypto.Resealed(0, 1, 0)
    return crypto.Resealed(TombstoneKey.objects.filter(pk=1, sealed=row.sealed).update(sealed=new), 0, 0)
