"""Asking a network once a day which of the posts that we keep are gone."""

from django.db import models


class ComplianceJob(models.Model):
    """One batch compliance job at a network, carried from state to state by the compliance tick."""

    class State(models.TextChoices):
        CREATED = "created", "created, ids not sent yet"
        SENT = "sent", "ids sent, result awaited"
        DONE = "done", "result carried out"
        FAILED = "failed", "failed"

    network = models.CharField(max_length=20)
    remote_id = models.CharField(max_length=64)
    upload_url = models.TextField()
    download_url = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.CREATED)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    ids = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "remote_id"], name="compliance_network_remote_id")]
