"""Sessions that are over: nothing of Django's deletes them, and each open page of a visitor may have made one."""

from collections.abc import Callable

from django.contrib.sessions.models import Session
from django.utils import timezone

CHUNK = 1_000


def forget(keep: Callable[[], None] = lambda: None) -> int:
    """Delete the sessions that are over, in chunks; return how many. keep: called before each chunk."""
    over, gone = Session.objects.filter(expire_date__lte=timezone.now()).order_by("expire_date"), 0
    while keys := list(over.values_list("pk", flat=True)[:CHUNK]):
        keep()
        gone += Session.objects.filter(pk__in=keys).delete()[0]
    return gone
