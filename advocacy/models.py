"""Plumbing kept in the database: rate limits, allowances, the heartbeat of beat, the audit log, versions of pages."""

from django.conf import settings
from django.db import models


class RateBucket(models.Model):
    """One shared limit, such as app+endpoint: what is left until it resets. Moved by compare-and-swap (limits.py)."""

    key = models.CharField(max_length=200, unique=True)
    remaining = models.IntegerField(null=True)  # null: the network has not told yet
    reset_at = models.DateTimeField(null=True)
    parked_until = models.DateTimeField(null=True)  # nobody calls before this time
    strikes = models.PositiveSmallIntegerField(default=0)  # refusals in a row without a reset time


class Allowance(models.Model):
    """How much of something that costs money was used on one UTC day."""

    key = models.CharField(max_length=200)
    day = models.DateField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="allowance_key_day")]


class Heartbeat(models.Model):
    """When somebody that must stay alive was last seen; /readyz shows its age."""

    name = models.CharField(max_length=50, unique=True)
    seen_at = models.DateTimeField()


class AuditEvent(models.Model):
    """One act that somebody may ask about later. Rows are added, never changed or deleted."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_label = models.CharField(max_length=200)  # who it was in words, also when the actor was a command
    verb = models.CharField(max_length=60)
    brand = models.CharField(max_length=60, blank=True)  # slug; plumbing knows no brand
    subject = models.CharField(max_length=120, blank=True)  # opaque key such as enrolment:12
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # the audit page of a brand, newest first
            models.Index("brand", models.F("at").desc(), name="audit_brand_at"),
            # what is about somebody who is being erased, and what they did
            models.Index(fields=["subject"], name="audit_subject"),
            models.Index(fields=["actor_label"], name="audit_actor_label"),
        ]


class Version(models.Model):
    """How often what pages show under a key may have changed; moved and asked by versions.py."""

    key = models.CharField(max_length=40, primary_key=True)  # such as brand:<id>, see versions.py
    number = models.BigIntegerField(default=0)
