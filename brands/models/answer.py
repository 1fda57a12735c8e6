"""What an invited person has named and chosen so far: their own, until the yes; gone with a no and with the end."""

from django.db import models

from brands.models.enrolment import ShownAccount
from brands.models.invitation import Invitation
from people.networks.types import NETWORKS


class AnswerDraft(models.Model):
    """The answer to one invitation while its person is writing it. No page and no list of the studio reads it."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="draft")
    line = models.CharField(max_length=60, blank=True)
    login_address = models.CharField(max_length=254, blank=True)  # folded
    looks = models.PositiveSmallIntegerField(default=0)  # look-ups asked for; each costs money at X
    changed_at = models.DateTimeField(auto_now=True)


class NamedAccount(models.Model):
    """An account that an invited person named. Its posts were fetched because they asked, to pick from."""

    class Look(models.TextChoices):
        NONE = "", "not asked for"
        WANTED = "wanted", "asked for"
        RUNNING = "running", "being looked up"
        FOUND = "found", "found"
        FAILED = "failed", "not found"

    draft = models.ForeignKey(AnswerDraft, models.CASCADE, related_name="accounts")
    network = models.CharField(max_length=20, choices=list(NETWORKS.items()))
    handle = models.CharField(max_length=200)  # as the person or the network writes it, without @
    shows = models.CharField(max_length=6, choices=ShownAccount.Shows, blank=True)  # "" until chosen
    look = models.CharField(max_length=7, choices=Look, default=Look.NONE, blank=True)
    look_at = models.DateTimeField(null=True)  # asked for, begun or ended; a look-up that is put off waits until then
    trouble = models.CharField(max_length=200, blank=True)  # in words
    remote_id = models.CharField(max_length=64, blank=True)
    display_name = models.CharField(max_length=200, blank=True)
    posts = models.JSONField(default=list)  # columns of Post, newest first, times in ISO form
    picks = models.JSONField(default=list)  # remote ids of ticked posts

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "network", "handle"], name="named_account_once")]
        indexes = [
            # the look-ups that wait for a worker
            models.Index(
                fields=["look_at"], condition=models.Q(look__in=("wanted", "running")), name="named_account_looks"
            ),
        ]
