"""How often the API may be read. The counts live in the cache: see docs/decisions/0050-api.md."""

import ipaddress
import logging
import math
import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from people.models import ApiKey

MINUTE = 60  # seconds
WRONG_KEYS, WRONG_KEYS_SECONDS = 30, 600  # of one address; then it waits for the rest of that time
log = logging.getLogger(__name__)


def count(name: str, *, seconds: int, by: int = 1) -> tuple[int, int]:
    """Count in the present window of so many seconds; return the count and how many seconds the window still lasts.

    by=0 only looks. Where the cache is away nothing is counted: reading what is public goes on.
    """
    now = time.time()
    window = int(now // seconds)
    left = max(1, math.ceil((window + 1) * seconds - now))
    key = f"api-count:{name}:{seconds}:{window}"
    try:
        if not by:
            return int(cache.get(key, 0)), left
        if cache.add(key, by, seconds + MINUTE):
            return by, left
        return cache.incr(key, by), left
    except (RedisError, OSError, ValueError) as error:  # the last: it was forgotten between the two lines
        log.warning("an API request was not counted: %s", type(error).__name__)
        return 0, left


def address_of(request: HttpRequest) -> str:
    """Return by what a reader without a key is counted: the address, of IPv6 the network of one household (/64).

    Readers whose address cannot be told, as when TRUSTED_PROXIES is wrong, are counted as one.
    """
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (ValueError, PermissionDenied, ImproperlyConfigured):
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


class PerReader(BaseThrottle):
    """So many requests a minute: of a key, or of an address without one."""

    _left = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request; return whether there was room."""
        if isinstance(request.auth, ApiKey):
            name, cap = f"key:{request.auth.pk}", settings.API_KEY_PER_MINUTE
        else:
            name, cap = f"address:{address_of(request._request)}", settings.API_PER_MINUTE
        counted, self._left = count(name, seconds=MINUTE)
        return counted <= cap

    def wait(self) -> float:
        """Return in how many seconds there is room again."""
        return self._left
