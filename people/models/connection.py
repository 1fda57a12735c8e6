"""A link between a person's account and this site: what it may do, its sealed tokens, and how it ends."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from people.models.account import Account
from people.models.person import Person
from people.networks.types import NETWORKS


class Connection(models.Model):
    """The tokens of one account. Sealed for this row alone; read only by people.tokens. No tokens once it has ended."""

    class State(models.TextChoices):
        LINKED = "linked", "linked"
        BROKEN = "broken", "must be linked again"  # the network no longer takes the newest token

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="connection")
    network = models.CharField(max_length=20, choices=[*NETWORKS.items()])
    state = models.CharField(max_length=8, choices=State, default=State.LINKED)
    scopes = models.JSONField(default=list)  # what the network says it granted
    access = models.TextField(blank=True)  # sealed
    refresh = models.TextField(blank=True)  # sealed; empty where the network gave none
    access_ends_at = models.DateTimeField(null=True)  # null: the network named no end
    ends_at = models.DateTimeField(null=True)  # the link ends then unless it is used before; null: it does not
    previous = models.TextField(blank=True)  # sealed: the pair before the last refresh, kept for a day
    previous_until = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)  # goes up with each new pair
    refreshing = models.UUIDField(null=True)  # whoever asks the network for a new pair now
    refreshing_until = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)  # after a failure that says nothing about the token
    trouble = models.CharField(max_length=200, blank=True)  # the last failure in words
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    warned_days = models.PositiveSmallIntegerField(null=True)  # the last warning before ends_at: 14, 5 or 1
    tell_at = models.DateTimeField(null=True)  # the person is owed a letter: broken, or an end that comes near

    class Meta:
        indexes = [
            # ends that come near
            models.Index(fields=["ends_at"], condition=Q(ends_at__isnull=False), name="connection_ends"),
            # letters that are owed
            models.Index(fields=["tell_at"], condition=Q(tell_at__isnull=False), name="connection_owed"),
        ]


class PendingLink(models.Model):
    """A link that somebody began: from the first step at the network to their yes on our page. Minutes at most."""

    class State(models.TextChoices):
        BEGUN = "begun", "at the network"
        USED = "used", "the network answered"  # its state is used up
        SHOWN = "shown", "waits for the yes"
        OVER = "over", "over"  # linked, or not; its tokens are elsewhere or gone

    person = models.ForeignKey(Person, models.CASCADE, related_name="pending_links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    network = models.CharField(max_length=20, choices=[*NETWORKS.items()])
    state_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of the OAuth state
    session_hash = models.CharField(max_length=64)  # SHA-256 of the session that began
    callback = models.CharField(max_length=300)
    scopes = models.JSONField()  # what was asked for
    verifier = models.TextField(blank=True)  # sealed; gone once it was used
    step = models.CharField(max_length=6, choices=State, default=State.BEGUN)
    expires_at = models.DateTimeField()
    # what the network told of the account, from SHOWN on
    remote_id = models.CharField(max_length=64, blank=True)
    handle = models.CharField(max_length=200, blank=True)
    display_name = models.CharField(max_length=200, blank=True)
    avatar_url = models.CharField(max_length=500, blank=True)
    avatar = models.CharField(max_length=120, blank=True)  # stem of the picture below media/
    protected = models.BooleanField(default=False)
    granted = models.JSONField(default=list)
    access = models.TextField(blank=True)  # sealed
    refresh = models.TextField(blank=True)  # sealed
    access_ends_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="pendinglink_expires")]  # what is swept


class Revocation(models.Model):
    """A token that the network is to forget: kept, sealed, only until it has, or until it was asked for two days."""

    network = models.CharField(max_length=20, choices=[*NETWORKS.items()])
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")  # told if it does not succeed
    subject = models.CharField(max_length=40)  # whose it was, for the audit log: account:12
    handle = models.CharField(max_length=200)
    token = models.TextField(blank=True)  # sealed
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="revocation_due")]
