"""Which publisher sends to which network: by dotted path, imported on first use. A network may be read only."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from people.networks.base import Publisher


def publisher_for(network: str) -> Publisher:
    """Return the publisher of a network. Raises KeyError where nothing can be sent there."""
    return _made(settings.PUBLISHERS[network])


def can_publish(network: str) -> bool:
    """Return whether something can be sent to this network."""
    paths: Mapping[str, str] = settings.PUBLISHERS
    return network in paths


@cache
def _made(path: str) -> Publisher:
    made: Publisher = import_string(path)()
    return made
