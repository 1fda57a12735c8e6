"""What workers do for brands."""

from celery import shared_task

from brands import bulk, choosing, inviting, inviting_letters, letters, looking
from brands.enrolment_steps import claims, files, work
from brands.models import BulkAct


@shared_task
def carry_on_import(pk: int) -> None:
    """Go on with one import of the studio: check, enrol, or undo."""
    work.work_on(pk)


@shared_task
def carry_on_imports() -> None:
    """Go on with imports whose message was lost or whose worker died."""
    for pk in claims.waiting():
        work.work_on(pk)


@shared_task
def sweep_imports() -> int:
    """Delete files and unfinished imports that are too old; return how many files."""
    return files.sweep()


@shared_task
def carry_on_bulk(pk: int) -> None:
    """Do one act on many people, or take it back."""
    bulk.carry_on(pk)


@shared_task
def carry_on_bulk_acts() -> None:
    """Go on with acts whose message was lost or whose worker died."""
    for pk in BulkAct.objects.filter(state__in=bulk.GOING).order_by("pk").values_list("pk", flat=True)[:20]:
        bulk.carry_on(pk, seconds=30)


@shared_task
def send_letters() -> int:
    """Send letters around invitations that are due; return how many went out."""
    return inviting_letters.send_due_letters()


@shared_task
def send_listing_letters() -> int:
    """Send the letters of consents on file that did not go out at once; return how many went out."""
    return letters.send_owed_letters()


@shared_task
def look_up_named() -> int:
    """Fetch the posts that invited people asked for, to pick from; return for how many accounts."""
    return looking.look_up_due()


@shared_task
def end_invitations() -> int:
    """End the invitations whose last day is over; return how many."""
    return inviting.end_expired()


@shared_task
def end_pauses() -> int:
    """Bring people back whose day of return has come; return how many."""
    return choosing.resume_due()
