"""One send to a network and what its answer means for us, for every publisher. Sources: docs/publishing.md.

The table is careful in one direction: what is not certainly "not taken" raises Unknown.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from advocacy import http
from people.networks.errors import NotNow, Reconnect, Refused, Unknown

# "at once, as far as the network is concerned": whoever reads it adds a pause of their own, by the database's clock
SOON = datetime(2000, 1, 1, tzinfo=UTC)
DEFINITE = frozenset({400, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 451})


def send_once(
    method: str,
    path: str,
    *,
    base: str,
    headers: Mapping[str, str],
    json: Any = None,
) -> http.Response:
    """Make one request on a connection of its own, within one deadline; return the answer, whatever its status.

    Raises NotNow where certainly nothing was sent, Unknown where it may have arrived.
    """
    seconds = float(settings.PUBLISHING_SECONDS["send"])
    try:
        return http.call(method, path, base=base, total_seconds=seconds, headers=headers, json=json)
    except (http.Blocked, http.Unreachable) as failure:
        raise NotNow(f"the network cannot be reached: {failure}", SOON) from None
    except http.DoorError as failure:
        raise Unknown(f"no answer: {failure}") from None


def failure_of(answer: http.Response, words: str = "") -> NotNow | Reconnect | Refused | Unknown:
    """Return what an answer other than a success means. words: the network's own, told to the person."""
    status = answer.status_code
    said = f"status {status}" + (f": {words[:200]}" if words else "")
    if status == 401:
        return Reconnect(f"the network does not take the token ({said})")
    if status == 429:
        return NotNow(f"the network asks to wait ({said})", reset_time(answer.headers), limit="account")
    if status in DEFINITE:
        return Refused(said)
    return Unknown(f"the answer leaves open what happened ({said})")  # 5xx, 408, 3xx, anything odd


def reset_time(headers: Mapping[str, str]) -> datetime:
    """Return when the network takes calls again as its headers say, SOON where they say nothing."""
    for name in ("x-rate-limit-reset", "ratelimit-reset"):
        try:
            return datetime.fromtimestamp(int(headers[name]), UTC)
        except (KeyError, ValueError, OverflowError, OSError):
            continue
    try:
        return datetime.fromisoformat(headers["x-ratelimit-reset"].replace("Z", "+00:00")).astimezone(UTC)
    except (KeyError, ValueError):
        return SOON


def body_of(answer: http.Response) -> Mapping[str, Any]:
    """Return the JSON object of an answer, {} where there is none that can be read."""
    try:
        found = json.loads(answer.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
