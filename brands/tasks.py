"""What workers do for brands."""

from celery import shared_task

from brands.importing.kept import import_kept


@shared_task
def import_kept_file(key: str) -> None:
    """Import a file that keep_file has kept; the key says nothing about anybody."""
    import_kept(key)
