"""When an account is read next, who reads it now, and how each reading went."""

from django.db import models

from people.models.account import Account


class SyncState(models.Model):
    """The reading of one account: due time, lease of the claim, cursor. Claimed by compare-and-swap on `claim`."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="sync")
    due_at = models.DateTimeField()
    interval_seconds = models.PositiveIntegerField(default=3600)
    claim = models.PositiveBigIntegerField(default=0)  # goes up with each claim; only its holder may write
    lease_until = models.DateTimeField(null=True)  # null: nobody reads it now
    cursor = models.CharField(max_length=64, blank=True)  # newest remote id read completely; moved last
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    parked_at = models.DateTimeField(null=True)  # too many failures: a person must look at it
    trouble = models.CharField(max_length=200, blank=True)  # last failure in words
    last_ok_at = models.DateTimeField(null=True)

    class Meta:
        # the tick asks for rows that are due and not parked, soonest first
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(parked_at__isnull=True), name="syncstate_due"),
        ]


class SyncRun(models.Model):
    """One reading of one account, with what came of it."""

    class Outcome(models.TextChoices):
        RUNNING = "running", "running"
        OK = "ok", "read"
        NOT_NOW = "not_now", "put off"
        REFUSED = "refused", "refused"
        RECONNECT = "reconnect", "the person or operator must act"
        UNKNOWN = "unknown", "failed"
        LOST = "lost", "lost its lease"

    account = models.ForeignKey(Account, models.CASCADE, related_name="sync_runs")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    calls = models.PositiveIntegerField(default=0)
    fetched = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        # the history of one account, newest first
        indexes = [models.Index("account", models.F("started_at").desc(), name="syncrun_account_newest")]
