"""Whether this copy lives (/livez) and whether it can do its work (/readyz). Both only look; neither writes."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from advocacy.models import Heartbeat

HEARTBEAT_MAX_AGE_SECONDS = 30
BROKER_TIMEOUT_SECONDS = 2


def _database() -> dict[str, object]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"ok": False, "why": "the database does not answer"}
    return {"ok": True}


def _broker() -> dict[str, object]:
    if not settings.REDIS_URL:
        return {"ok": False, "why": "REDIS_URL is not set"}
    client = redis.Redis.from_url(
        settings.REDIS_URL.replace("redis+socket://", "unix://"),
        socket_timeout=BROKER_TIMEOUT_SECONDS,
        socket_connect_timeout=BROKER_TIMEOUT_SECONDS,
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return {"ok": False, "why": "the broker does not answer"}
    finally:
        client.close()
    return {"ok": True}


def _heartbeat() -> dict[str, object]:
    try:
        seen_at = Heartbeat.objects.filter(name="beat").values_list("seen_at", flat=True).first()
    except DatabaseError:
        seen_at = None
    if seen_at is None:
        return {"ok": False, "why": "beat has not been seen", "age_seconds": None}
    age = max(0.0, (timezone.now() - seen_at).total_seconds())
    if age > HEARTBEAT_MAX_AGE_SECONDS:
        return {"ok": False, "why": "beat has not ticked lately", "age_seconds": round(age)}
    return {"ok": True, "age_seconds": round(age)}


PARTS: dict[str, Callable[[], dict[str, object]]] = {
    "database": _database,
    "broker": _broker,
    "heartbeat": _heartbeat,
}


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the web process answers at all."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if database, broker and heartbeat are well, else 503; the body names each part."""
    parts = {name: look() for name, look in PARTS.items()}
    ready = all(part["ok"] for part in parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)
