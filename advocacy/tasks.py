"""The heartbeat of beat: sent by beat, written by a worker, so that its age shows both alive."""

from celery import shared_task
from django.utils import timezone

from advocacy.models import Heartbeat


@shared_task
def beat_heartbeat() -> None:
    """Note that a message of beat reached a worker just now."""
    Heartbeat.objects.update_or_create(name="beat", defaults={"seen_at": timezone.now()})
