"""Which publisher sends to which network: by dotted path, imported on first use. A network may be read only."""

from collections.abc import Iterable, Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from people.networks.base import Publisher, Uploads


def publisher_for(network: str) -> Publisher:
    """Return the publisher of a network. Raises KeyError where nothing can be sent there."""
    return _made(settings.PUBLISHERS[network])


def can_publish(network: str) -> bool:
    """Return whether something can be sent to this network."""
    paths: Mapping[str, str] = settings.PUBLISHERS
    return network in paths


def price(network: str, text: str, alts: Iterable[str] = ()) -> int:
    """Return what a post with such descriptions of its pictures ("" for none) costs at its network, in 1/1000 USD."""
    publisher = publisher_for(network)
    described = sum(1 for alt in alts if alt.strip())
    return publisher.mills(text) + (described * publisher.alt_mills if isinstance(publisher, Uploads) else 0)


@cache
def _made(path: str) -> Publisher:
    made: Publisher = import_string(path)()
    return made
