"""Fans and the people whom they follow. A follow belongs to the two of them: no brand is named here."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.expressions import CombinedExpression

from people.models.person import Person


class Rhythm(models.TextChoices):
    """How often a fan gets a letter with what their people said."""

    WEEKLY = "weekly", "Every Sunday"
    DAILY = "daily", "Every day"
    NEVER = "never", "No letters"


LAST_EPOCH = 32_767  # that the column holds


def first_epoch() -> int:
    """Return where a fan begins: whoever was erased and follows anew must not find their old links open again."""
    return 1 + secrets.randbelow(LAST_EPOCH)


def next_epoch() -> CombinedExpression:
    """Return what ends all links of before; after the last number one of long ago comes again."""
    return F("links_epoch") % LAST_EPOCH + 1


class Fan(models.Model):
    """How a user reads the people whom they follow. Without this row they follow nobody and never did."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="fan")
    rhythm = models.CharField(max_length=6, choices=Rhythm, default=Rhythm.WEEKLY)
    zone = models.CharField(max_length=64, default="UTC")  # IANA, such as Europe/Vienna: whose Sunday it is
    name = models.CharField(
        max_length=60, blank=True
    )  # as the fan signs towards people who may know them; "": not told
    # the newest post that /home/ showed before this visit: what is newer carries the unread mark; null: never looked
    read_until = models.DateTimeField(null=True)
    # part of what signs the links in the fan's letters (read, manage): counted up, all earlier links end
    links_epoch = models.PositiveSmallIntegerField(default=first_epoch)
    # letters stopped by the mail system's answers, not by the fan: the address bounced for good
    bounced_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        # a round of letters walks the fans of one rhythm in one zone; which zones there are
        indexes = [models.Index(fields=["rhythm", "zone", "user"], name="fan_rounds")]


class Follow(models.Model):
    """One user follows one person."""

    fan = models.ForeignKey(Fan, models.CASCADE, related_name="follows")
    person = models.ForeignKey(Person, models.CASCADE, related_name="followers")
    letters = models.BooleanField(default=True)  # whether this person's words come in the fan's letters
    muted = models.BooleanField(default=False)  # followed, but kept out of /home/ and letters for now
    said_so = models.BooleanField(default=False)  # the fan let the person know who they are
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # following twice is following once; /home/ and letters start from the fan
            models.UniqueConstraint(fields=["fan", "person"], name="follow_once"),
        ]
        indexes = [
            # "how many follow me, and who said so", newest first, and telling all of them once
            models.Index(fields=["person", "-since"], name="follow_person_since"),
        ]


class FollowRequest(models.Model):
    """Somebody without a login asked to follow: nothing is followed until the link in the mail was used."""

    email = models.CharField(max_length=254)  # folded; gone with the row after use or expiry
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of the token in the mail
    people = models.JSONField(default=list)  # ids of the people whom they chose, in the order of choosing
    rhythm = models.CharField(max_length=6, choices=Rhythm, default=Rhythm.WEEKLY)
    zone = models.CharField(max_length=64, default="UTC")
    asked_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    mail_at = models.DateTimeField(null=True)  # when its letter is due, or due again; null: sent
    tries = models.PositiveSmallIntegerField(default=0)  # of sending it

    class Meta:
        # old requests are swept away; those of an address go with whose it is
        indexes = [
            models.Index(fields=["expires_at"], name="follow_request_expires"),
            models.Index(fields=["email", "asked_at"], name="follow_request_email"),
            # letters that are owed
            models.Index(fields=["mail_at"], name="follow_request_mail", condition=models.Q(mail_at__isnull=False)),
        ]


class Block(models.Model):
    """A person wants no such follower: the follow ends and does not come back, and the fan is not told."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="blocks")
    fan = models.ForeignKey(Fan, models.CASCADE, related_name="blocked_by")
    # the follow as the fan still sees it: since, letters, muted, said_so; {}: they see that they do not follow
    looks = models.JSONField(default=dict)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # each try to follow asks for it
            models.UniqueConstraint(fields=["person", "fan"], name="block_once"),
        ]
