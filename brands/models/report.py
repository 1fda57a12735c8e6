"""What a brand does about a report of a post that its pages show."""

from django.conf import settings
from django.db import models

from brands.models.brand import Brand
from people.models import PostReport


class ReportCase(models.Model):
    """One report, before one brand. What a brand decides holds for its own pages."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "Waiting"
        OFF = "off", "Taken off"
        KEPT = "kept", "Nothing to be done"
        MOOT = "moot", "Shown no longer"

    report = models.ForeignKey(PostReport, models.CASCADE, related_name="cases")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="report_cases")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    # since when the pages of the brand show no such post, as the last look found it; null: they show it
    gone_since = models.DateTimeField(null=True)
    # when a letter is due: about the report to those who decide, then about the decision to whoever reported
    mail_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # of the letter that is due
    told = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")  # of those who decide: who has it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "brand"], name="reportcase_report_brand")]
        indexes = [
            # the studio's page: what waits; the worker: what is owed
            models.Index(fields=["brand", "state", "-id"], name="reportcase_brand_state"),
            models.Index(fields=["mail_at"], name="reportcase_mail", condition=models.Q(mail_at__isnull=False)),
        ]


class ReportEnd(models.Model):
    """The letter that somebody is owed whose report went with the post before they were told. Goes once it is sent."""

    report = models.BigIntegerField(unique=True)  # its id: where several brands had it, one letter is enough
    email = models.CharField(max_length=254)
    mail_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
