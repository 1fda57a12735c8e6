"""Links in letters to fans: signed, nothing of them stored, and ended at once by counting a fan's epoch up.

A link opens what its purpose names and nothing else; it is never a login. One that stops letters has no epoch.
The key that signs them lies sealed in the database, so that old letters go on working when SECRET_KEY is changed.
"""

import re
from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.views.decorators.debug import sensitive_variables

from advocacy.crypto import CannotOpen
from people import tombstones
from people.models import Fan

Purpose = Literal["read", "manage", "stop"]
# one that stops letters works for ever: RFC 8058 asks for it, and whoever kept an old letter may use it
LIVES: dict[Purpose, timedelta | None] = {"read": timedelta(days=60), "manage": timedelta(days=60), "stop": None}
LONGEST = 200  # letters of a token; nothing longer is looked at
_SIGNED = re.compile(r"(?P<fan>[0-9]{1,18})(?:-(?P<epoch>[0-9]{1,5}))?\Z", re.ASCII)


def token_for(fan: Fan, purpose: Purpose) -> str:
    """Return the token of a fan's link: letters, digits, "-", "_" and ".". The first one of a site makes its key."""
    return _signer(purpose, make=True).sign(f"{fan.pk}" if purpose == "stop" else f"{fan.pk}-{fan.links_epoch}")


def fan_by(token: str, purpose: Purpose) -> Fan | None:
    """Return whose link for this purpose it is; None for one that is old, ended, another's or made up."""
    if len(token) > LONGEST:
        return None
    try:
        words = _signer(purpose).unsign(token, max_age=LIVES[purpose])
    except BadSignature:
        return None
    found = _SIGNED.match(words)
    if found is None:
        return None
    fan = Fan.objects.select_related("user").filter(pk=int(found["fan"])).first()
    if fan is None or purpose == "stop":  # in older letters it has an epoch, which ends nothing
        return fan
    return fan if fan.user.is_active and found["epoch"] == str(fan.links_epoch) else None


@sensitive_variables()
def _signer(purpose: Purpose, *, make: bool = False) -> TimestampSigner:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]  # before there was a key for links these signed them
    try:
        lasting = tombstones.key_for("people.fan_links", make=make)
    except CannotOpen:
        lasting = None  # letters go out all the same, with links that die with SECRET_KEY
    if lasting:
        keys.insert(0, lasting.hex())
    return TimestampSigner(key=keys[0], fallback_keys=keys[1:], sep=".", salt=f"people.fan_links.{purpose}")
