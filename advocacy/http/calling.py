"""One call that may change something: sent once, on a connection of its own, under one deadline for everything."""

from collections.abc import Mapping
from typing import Any

import requests

from advocacy.http.errors import Blocked, BrokenOff, DoorError, Unreachable
from advocacy.http.sessions import once


def call(
    method: str,
    path: str,
    *,
    base: str,
    total_seconds: float,
    headers: Mapping[str, str],
    json: Any = None,
    form: Any = None,
    files: Any = None,
) -> requests.Response:
    """Call `base` + path, an API that the operator configured, and return its answer, whatever its status.

    Nothing is tried twice, no redirect is followed, no connection is kept or taken over. Raises Blocked or Unreachable
    only where no byte of the request left; after TooSlow, TooLarge and BrokenOff the other side may have acted.
    """
    session, watch = once(base=base, stands_for=base, total_seconds=total_seconds)
    try:
        with session:
            return session.request(
                method,
                base.rstrip("/") + path,
                headers=dict(headers),
                json=json,
                data=form,
                files=files,
                allow_redirects=False,
            )
    except DoorError as error:
        if not watch.sent:
            raise error if isinstance(error, Blocked | Unreachable) else Unreachable(str(error)) from None
        if isinstance(error, Blocked | Unreachable):  # a certificate or an address that failed after the first byte
            raise BrokenOff("the connection failed in the middle of a call") from None
        raise
    except requests.RequestException:
        if not watch.sent:
            raise Unreachable("the other side does not take the connection") from None
        raise BrokenOff("the other side broke off") from None
