"""Whoever reported a post and was not told of the outcome is told once the post is gone, by its author or its network.

The report goes with the post, so what is owed is noted in the same transaction, without a word of either.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.db.models.signals import pre_delete
from django.utils import timezone

from advocacy import limits
from brands.models import ReportCase, ReportEnd
from people.reporting import TRIES, deliver

GO = 100  # letters of one go
AGAIN = timedelta(minutes=10)


def listen() -> None:
    """Connect to the end of a case, however it comes: a reading, the author's wish, an erasure."""
    pre_delete.connect(_on_end, sender=ReportCase, dispatch_uid="brands.report_ends")


def _on_end(sender: object, *, instance: ReportCase, **kwargs: object) -> None:
    """Owe a letter where nothing was decided, or whoever reported has not been told of it yet."""
    waits = instance.state == ReportCase.State.WAITING or instance.mail_at is not None
    if waits and instance.report.email:
        owed = ReportEnd(report=instance.report_id, email=instance.report.email, mail_at=timezone.now())
        ReportEnd.objects.bulk_create([owed], ignore_conflicts=True)


def send_due() -> int:
    """Send what is owed; return how many letters the mail server took. A dead address is given up after TRIES."""
    sent = 0
    for row in ReportEnd.objects.filter(mail_at__lte=timezone.now()).order_by("mail_at", "pk")[:GO]:
        if not limits.count("mail:minute", cap=settings.MAIL_PER_MINUTE, seconds=60):
            break
        later = timezone.now() + AGAIN
        mine = ReportEnd.objects.filter(pk=row.pk)
        if not mine.filter(mail_at=row.mail_at).update(mail_at=later, tries=F("tries") + 1):
            continue  # another worker has it, or whoever reported was erased
        taken = deliver("report_gone", {}, row.email)
        if taken or row.tries + 1 >= TRIES:
            mine.delete()
        sent += taken
    return sent
