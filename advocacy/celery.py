"""The Celery app, the whole beat table, and `ring`, by which everybody sends a message."""

import logging
import os
from typing import Any

from celery import Celery, Task
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings")
logger = logging.getLogger(__name__)

app = Celery("advocacy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["advocacy", "people", "brands"])
app.conf.beat_schedule = {
    "heartbeat": {"task": "advocacy.tasks.beat_heartbeat", "schedule": 10.0, "options": {"expires": 25}},
    "sync-due-accounts": {"task": "people.tasks.tick_sync", "schedule": 15.0, "options": {"expires": 30}},
    "look-up-accounts": {"task": "people.tasks.tick_look_ups", "schedule": 15.0, "options": {"expires": 30}},
    "faces": {"task": "people.tasks.tick_faces", "schedule": 20.0, "options": {"expires": 40}},
    "compliance": {"task": "people.tasks.tick_compliance", "schedule": 60.0, "options": {"expires": 120}},
}


def ring(task: "Task[..., Any]", *args: object) -> None:
    """Send a Celery message as a hint: when the broker is away the next beat finds the work in the database."""
    try:
        task.delay(*args)
    except (OperationalError, OSError) as error:
        logger.warning("no message sent for %s: %s", task.name, error)
