"""What workers do for brands."""

from celery import shared_task

from advocacy import limits
from advocacy.celery import ring
from brands import (
    alumni,
    bulk,
    choosing,
    farewell,
    inviting,
    inviting_letters,
    letters,
    looking,
    report_ends,
    reporting,
    share_cards,
    spending,
    standing_letters,
    twins,
)
from brands import measuring as sameness
from brands.enrolment_steps import claims, files, work
from brands.models import BulkAct
from people.signals import posts_changed


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
    """Send letters that are due, around invitations and about where somebody stands; return how many went out."""
    return standing_letters.send_due_letters(seconds=25) + inviting_letters.send_due_letters(seconds=25)


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


@shared_task
def warn_of_caps() -> int:
    """Write to owners whose month for posts is nearly used up; return of how many brands."""
    return spending.warn_due()


@shared_task
def tell_of_departures() -> int:
    """Let followers hear of an end that the person has not told them of; return of how many people.

    Farewell cards whose time is over go.
    """
    farewell.end_due()
    return alumni.tell_due()


@shared_task
def draw_brand_cards() -> int:
    """Draw the cards for sharing that are not as they should be; return how many."""
    return share_cards.draw_due()


@shared_task
def measure_sameness() -> int:
    """Compare posts with what colleagues had said before, and forget what is too old; return how many."""
    sameness.sweep()
    return sameness.measure()


@shared_task
def note_words(post_ids: list[int]) -> None:
    """Note what posts say, for comparing; a message that is lost is made up for by `measure_sameness`."""
    twins.note_posts(post_ids)


def listen() -> None:
    """Hear of posts: their words are noted by a worker, for that takes longer than storing them."""
    posts_changed.connect(_ring_for_words, dispatch_uid="brands.tasks.words")


def _ring_for_words(sender: object, *, post_ids: list[int], **kwargs: object) -> None:
    ring(note_words, post_ids)


@shared_task
def tell_of_reports() -> int:
    """Tell those who decide of reports, and whoever reported of decisions; return how many letters went out."""
    if limits.hold("reports:moot", seconds=600):
        reporting.end_moot()
    return reporting.send_due() + report_ends.send_due()
