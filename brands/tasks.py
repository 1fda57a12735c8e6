"""What workers do for brands."""

from celery import shared_task

from brands import bulk
from brands.importing.kept import import_kept
from brands.models import BulkAct


@shared_task
def import_kept_file(key: str) -> None:
    """Import a file that keep_file has kept; the key says nothing about anybody."""
    import_kept(key)


@shared_task
def carry_on_bulk(pk: int) -> None:
    """Do one act on many people, or take it back."""
    bulk.carry_on(pk)


@shared_task
def carry_on_bulk_acts() -> None:
    """Go on with acts whose message was lost or whose worker died."""
    for pk in BulkAct.objects.filter(state__in=bulk.GOING).order_by("pk").values_list("pk", flat=True)[:20]:
        bulk.carry_on(pk, seconds=30)
