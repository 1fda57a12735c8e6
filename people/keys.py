"""Keys of the API: making one, revoking it, finding the key of a request, noting when keys were used.

A key is `chorus_`, eight characters that name it, `_`, and 256 random bits in hexadecimal digits. Its digest needs no
slow hash: nobody guesses 256 bits.
"""

import datetime as dt
import hashlib
import logging
import re
import secrets
from collections.abc import Iterable

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from redis.exceptions import RedisError

from advocacy.audit import record
from people.models import ApiKey, User

DAYS = {30: "30 days", 90: "90 days", 365: "1 year", 730: "2 years"}  # how long a key may work
MOST_KEYS = 20  # of one user that work
_FORM = re.compile(r"chorus_([0-9a-f]{8})_[0-9a-f]{64}", re.ASCII)
_USE_KEPT = 8 * 86_400  # seconds: as long as a worker may be away without a day of use being lost
_CHUNK = 500
log = logging.getLogger(__name__)


class TooMany(Exception):
    """The user has as many keys as one may have."""


class NameTaken(Exception):
    """A key of the user's that works has this name."""


def make_key(*, user: User, name: str, scopes: Iterable[str], days: int, actor: User) -> tuple[ApiKey, str]:
    """Make a key; return its row and the key itself, which is kept nowhere.

    days is one of DAYS. Raises TooMany, NameTaken, and PermissionDenied where the actor is not the user.
    """
    _only_the_owner(user, actor)
    prefix = secrets.token_hex(4)
    key = f"chorus_{prefix}_{secrets.token_hex(32)}"
    row = ApiKey(
        user=user,
        name=name,
        prefix=prefix,
        digest=_digest(key),
        scopes=sorted(scopes),
        expires_at=timezone.now() + dt.timedelta(days=days),
    )
    try:
        with transaction.atomic():
            list(User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk"))  # one at a time
            if keys_of(user).filter(expires_at__gt=timezone.now()).count() >= MOST_KEYS:
                raise TooMany
            row.save(force_insert=True)
            details: dict[str, object] = {"scopes": row.scopes, "expires": row.expires_at.isoformat()}
            record("api_key.made", actor=actor, subject=f"api_key:{row.pk}", details=details)
    except IntegrityError:
        raise NameTaken from None
    return row, key


def revoke_key(*, key: ApiKey, actor: User) -> bool:
    """End a key at once and for good; return False where it was revoked before. Raises PermissionDenied."""
    _only_the_owner(key.user, actor)
    with transaction.atomic():
        ended = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
        if ended:
            record("api_key.revoked", actor=actor, subject=f"api_key:{key.pk}")
    return bool(ended)


def keys_of(user: User) -> "QuerySet[ApiKey]":
    """Return a user's keys that are not revoked, newest first; those that are over stay listed until revoked."""
    return ApiKey.objects.filter(user=user, revoked_at=None).order_by("-created_at", "-pk")


def find_key(words: str) -> ApiKey | None:
    """Return the key that these words are; None where they are none, or one that is over or revoked.

    A key of a login that was closed is none either.
    """
    found = _FORM.fullmatch(words)
    if not found:
        return None
    row = ApiKey.objects.select_related("user").filter(prefix=found[1]).first()
    if row is None or not constant_time_compare(row.digest, _digest(words)):
        return None
    works = row.revoked_at is None and row.expires_at > timezone.now() and row.user.is_active
    return row if works else None


def note_use(key: ApiKey) -> None:
    """Remember that a key is in use today, outside the database: reading writes nothing there."""
    today = timezone.now().date()
    if key.last_used_on == today:
        return
    try:
        cache.set(use_of(key.pk), today.isoformat(), _USE_KEPT)
    except (RedisError, OSError) as error:
        log.warning("use of a key not noted: %s", type(error).__name__)


def write_uses() -> int:
    """Write down the days on which keys were used last; return how many were new."""
    written = last = 0
    while ids := list(ApiKey.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_CHUNK]):
        last = ids[-1]
        for name, day in cache.get_many([use_of(pk) for pk in ids]).items():
            date, pk = dt.date.fromisoformat(day), int(name.rpartition(":")[2])
            older = ApiKey.objects.filter(pk=pk).exclude(last_used_on__gte=date)
            written += older.update(last_used_on=date)
    return written


def use_of(pk: int) -> str:
    """Return under what the day of a key's last use waits in the cache."""
    return f"api-key-used:{pk}"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _only_the_owner(user: User, actor: User) -> None:
    if user.pk != actor.pk:
        raise PermissionDenied("a key belongs to its user")
