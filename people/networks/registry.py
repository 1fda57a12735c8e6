"""Which adapter speaks for which network: by dotted path, imported on first use."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from people.networks.base import Adapter, Meter

PATHS: Mapping[str, str] = {"x": "people.networks.x.XAdapter"}


@cache
def adapter_for(network: str, meter: Meter) -> Adapter:
    """Return the adapter of a network, made once per meter with the site's settings. Raises KeyError if none."""
    made: Adapter = import_string(PATHS[network])(meter=meter, **_words(network))
    return made


def _words(network: str) -> dict[str, object]:
    words: dict[str, dict[str, object]] = {
        "x": {
            "base": settings.X_API_BASE,
            "bearer": settings.X_BEARER_TOKEN,
            "reposts": settings.READ_REPOSTS,
            "web_base": settings.X_WEB_BASE,
        }
    }
    return words[network]
