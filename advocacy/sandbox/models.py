"""The sandbox's own tables: who lives there, what they said, and how it misbehaves on request.

Ids are X's: numbers below 2**63, kept as numbers because their order is that of (length, value), also for the small
ids that are older than snowflakes; outside they are strings, always.
"""

import time

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Inhabitants(models.QuerySet["Inhabitant"]):
    """Questions about inhabitants."""

    def called(self, *handles: str) -> "Inhabitants":
        """Return those with these handles, whatever their case; served by the unique index."""
        return self.alias(folded=Lower("handle")).filter(folded__in=[handle.lower() for handle in handles])


class Inhabitant(models.Model):
    """An account of the pretend network."""

    id = models.BigIntegerField(primary_key=True)
    handle = models.CharField(max_length=15)
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    location = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    lang = models.CharField(max_length=10, default="en")
    created_at = models.DateTimeField()
    verified = models.BooleanField(default=False)
    protected = models.BooleanField(default=False)
    suspended = models.BooleanField(default=False)
    deactivated = models.BooleanField(default=False)
    picture_version = models.PositiveIntegerField(default=0)  # 0: has no picture
    sayings = models.JSONField(default=list)  # what tick makes them say, strings or {"text", "lang"}

    objects = Inhabitants.as_manager()

    class Meta:
        # users/by asks for handles whatever their case, and nobody shares one
        constraints = [models.UniqueConstraint(Lower("handle"), name="sandbox_handle_unique")]


class OldHandle(models.Model):
    """A handle that somebody gave up: the pages redirect, the API no longer knows it."""

    handle = models.CharField(max_length=15, unique=True)  # case-folded
    inhabitant = models.ForeignKey(Inhabitant, models.CASCADE, related_name="old_handles")


def seen() -> models.Q:
    """Return what readers find by now: a fault may let a post appear only some time after it was taken."""
    return models.Q(visible_at=None) | models.Q(visible_at__lte=timezone.now())


class Utterance(models.Model):
    """One version of a post. Its text is kept as X sends it, with &amp; &lt; &gt; escaped."""

    id = models.BigIntegerField(primary_key=True)
    author = models.ForeignKey(Inhabitant, models.CASCADE, related_name="utterances", db_index=False)
    created_at = models.DateTimeField()
    text = models.TextField()
    lang = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=100, blank=True)
    in_reply_to = models.BigIntegerField(null=True)
    in_reply_to_user = models.BigIntegerField(null=True)
    conversation = models.BigIntegerField(null=True)  # null: its own
    repost_of = models.JSONField(null=True)  # {id, user_id, handle, text, created_at}; its author may live elsewhere
    quote_of = models.BigIntegerField(null=True)
    mentions = models.JSONField(default=list)  # [{id, handle}]
    urls = models.JSONField(default=list)  # where the links of the text lead, in their order
    media = models.JSONField(default=list)  # [{key, type, alt, width, height}]
    likes = models.PositiveIntegerField(default=0)
    reposts = models.PositiveIntegerField(default=0)
    replies = models.PositiveIntegerField(default=0)
    quotes = models.PositiveIntegerField(default=0)
    first_version = models.BigIntegerField(null=True)  # null: never edited
    newest = models.BooleanField(default=True)
    deleted_at = models.DateTimeField(null=True)
    visible_at = models.DateTimeField(null=True)  # null: from the start
    price_mills = models.PositiveIntegerField(null=True)  # what X bills for it, in 0.001 USD; null: not said by API

    class Meta:
        indexes = [
            # a timeline, newest first; search over several authors
            models.Index(
                "author",
                models.F("id").desc(),
                name="sandbox_timeline",
                condition=models.Q(newest=True, deleted_at__isnull=True),
            ),
            # edit_history_tweet_ids
            models.Index(
                fields=["first_version"], name="sandbox_versions", condition=models.Q(first_version__isnull=False)
            ),
        ]


class Picture(models.Model):
    """A picture file that was given, for a profile (key "<id>-<version>") or a post (key = media key)."""

    key = models.CharField(max_length=50, unique=True)
    content_type = models.CharField(max_length=30)
    body = models.BinaryField()


class Fault(models.Model):
    """How an endpoint misbehaves, for the next `times` calls or until cleared."""

    endpoint = models.CharField(max_length=30)
    status = models.PositiveSmallIntegerField(null=True)
    delay = models.FloatField(default=0)  # seconds
    after = models.BooleanField(default=False)  # the call is done first, and only its answer goes wrong
    late = models.FloatField(default=0)  # seconds until readers see a post that was taken
    drop = models.BooleanField(default=False)
    truncate = models.BooleanField(default=False)
    garbage = models.BooleanField(default=False)
    page = models.PositiveIntegerField(null=True)  # null: every page
    account = models.BigIntegerField(null=True)  # null: whoever is asked for
    reset_in = models.PositiveIntegerField(null=True, default=60)  # seconds; null: no reset header
    times = models.PositiveIntegerField(null=True)  # null: until cleared

    @property
    def spoils(self) -> bool:
        """Whether the caller gets something else than the answer, and not only later."""
        return bool(self.status or self.drop or self.truncate or self.garbage)

    def resets_at(self) -> int:
        """Return the unix time that a 429 of this fault tells; 0 without one."""
        return 0 if self.reset_in is None else int(time.time()) + self.reset_in


class RateWindow(models.Model):
    """How often an endpoint was called in its current window of 15 minutes. Moved by compare-and-swap."""

    endpoint = models.CharField(max_length=60, primary_key=True)  # with :id for the window of one person's tokens
    resets_at = models.BigIntegerField()  # unix seconds
    used = models.PositiveIntegerField(default=0)


class ComplianceJob(models.Model):
    """A batch compliance job: a list of ids goes up, those that must be removed come down."""

    id = models.BigIntegerField(primary_key=True)
    type = models.CharField(max_length=10)
    name = models.CharField(max_length=64, blank=True)
    resumable = models.BooleanField(default=False)
    secret = models.CharField(max_length=64)  # part of the upload and download addresses
    created_at = models.DateTimeField()
    upload_expires_at = models.DateTimeField()
    download_expires_at = models.DateTimeField()
    uploaded_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)


class Shift(models.Model):
    """By how much `load --as-if-now` moved times: one row, so that loading the same again changes nothing."""

    milliseconds = models.BigIntegerField()


class App(models.Model):
    """An app that inhabitants may let act for them."""

    client_id = models.CharField(max_length=100, unique=True)
    secret = models.CharField(max_length=200, blank=True)  # empty: a public client
    name = models.CharField(max_length=50)
    callbacks = models.JSONField(default=list)  # the addresses that it may be sent back to, exactly


class Grant(models.Model):
    """What one inhabitant allowed one app. All tokens of it end together."""

    app = models.ForeignKey(App, models.CASCADE)
    inhabitant = models.ForeignKey(Inhabitant, models.CASCADE)
    scopes = models.JSONField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=10, blank=True)  # revoked, replayed, code


class Code(models.Model):
    """What the app gets at its callback: good for 30 seconds, and once."""

    code = models.CharField(max_length=100, unique=True)
    grant = models.ForeignKey(Grant, models.CASCADE)
    callback = models.CharField(max_length=500)
    challenge = models.CharField(max_length=100)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Token(models.Model):
    """An access token, or a refresh token that is good once."""

    value = models.CharField(max_length=120, unique=True)
    grant = models.ForeignKey(Grant, models.CASCADE)
    refreshes = models.BooleanField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class Upload(models.Model):
    """A picture or film on its way into a post."""

    id = models.BigIntegerField(primary_key=True)
    inhabitant = models.ForeignKey(Inhabitant, models.CASCADE)
    media_type = models.CharField(max_length=30)
    total_bytes = models.PositiveIntegerField()
    alt = models.CharField(max_length=1000, blank=True)
    expires_at = models.DateTimeField()
    finalized_at = models.DateTimeField(null=True)


class Segment(models.Model):
    """A part of an upload."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="segments")
    place = models.PositiveSmallIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "place"], name="sandbox_segment_once")]
