"""The letter to whoever started an import: it is done, and whether rows are left to mend."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from brands.importing.records import Verdict
from brands.models import Import

logger = logging.getLogger(__name__)


def tell_done(file: Import, counts: dict[str, int]) -> None:
    """Write to whoever started it, once, after the commit. What goes wrong with mail undoes nothing."""
    if file.by is None or not file.file_name:  # one person by hand: the page has said so
        return
    context = {
        "brand": file.brand,
        "file": file,
        "new": counts[Verdict.NEW],
        "updated": counts[Verdict.UPDATED],
        "problems": counts[Verdict.PROBLEM],
        "link": settings.SITE_URL + reverse("studio-import", args=[file.brand.slug, file.pk]),
        "SITE_NAME": settings.SITE_NAME,
    }
    subject = " ".join(render_to_string("emails/import_done_subject.txt", context).split())
    letter = EmailMessage(subject, render_to_string("emails/import_done.txt", context), to=[file.by.email])
    try:
        letter.send()
    except Exception as error:  # noqa: BLE001 - whatever mail does, the import stands
        logger.warning("no letter about import %s: %s", file.pk, type(error).__name__)
