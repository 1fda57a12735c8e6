"""The clock of the site: Celery's own scheduler, which notes in the database that it still ticks."""

import logging
import time
from typing import Any

from celery.beat import PersistentScheduler
from django.db import DatabaseError, connection
from django.utils import timezone

from advocacy.models import Heartbeat

PULSE_SECONDS = 10
logger = logging.getLogger(__name__)


def pulse() -> None:
    """Note that the clock ticks. A database that is away now must not stop the clock."""
    try:
        Heartbeat.objects.update_or_create(name="beat", defaults={"seen_at": timezone.now()})
    except DatabaseError as error:
        connection.close()  # the next pulse tries a new one
        logger.warning("no heartbeat written: %s", type(error).__name__)


class Clock(PersistentScheduler):
    """Beat has been seen to stop silently: /readyz shows when its loop last came round.

    A message to a worker would not do: it waits behind long work, and the site would count as not ready when busy.
    """

    max_interval = PULSE_SECONDS // 2  # longest sleep between two rounds, in seconds
    _pulsed_at = float("-inf")

    def tick(self, *args: Any, **words: Any) -> float:
        """Send what is due, as Celery does, and pulse now and then; return how long to sleep, in seconds."""
        if time.monotonic() - self._pulsed_at >= PULSE_SECONDS:
            pulse()
            self._pulsed_at = time.monotonic()
        return min(float(super().tick(*args, **words)), self.max_interval)
