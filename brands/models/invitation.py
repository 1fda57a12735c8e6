"""How somebody is asked, or asks, to stand for a brand."""

from django.conf import settings
from django.db import models

from brands.models.brand import Brand, Team
from brands.models.enrolment import Enrolment


class Invitation(models.Model):
    """One letter that asks a person for their yes. One use; only the hash of its token is kept.

    Whoever declined and whoever never answered look the same to the brand: the invitation ended.
    """

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="invitations")
    address = models.CharField(max_length=254, blank=True)  # that was asked, folded: all its letters go there
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    words = models.TextField(blank=True)  # the inviter's own words
    language = models.CharField(max_length=35, default="en")
    nonce = models.CharField(max_length=43)  # the token is a keyed hash of it: a copy of the database opens nothing
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    next_letter_at = models.DateTimeField(null=True)  # null: nothing more goes out
    letters = models.PositiveSmallIntegerField(default=0)  # ever sent, also with links of before: see inviting.resend
    sent_at = models.DateTimeField(null=True)  # the last letter
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=200, blank=True)  # in words
    revoked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # answered, whatever the answer was

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(revoked_at__isnull=True, ended_at__isnull=True),
                name="invitation_one_open",
            ),
        ]
        indexes = [
            # the letters that are due, soonest first
            models.Index(
                fields=["next_letter_at"],
                condition=models.Q(next_letter_at__isnull=False),
                name="invitation_letters_due",
            ),
            # how many letters an address has had
            models.Index(fields=["address"], name="invitation_address"),
        ]

    @property
    def goes_to(self) -> str:
        """The address of its letters, whatever the brand writes into the enrolment afterwards."""
        return self.address or self.enrolment.email


class JoinLink(models.Model):
    """A link to pass on: whoever has it may ask to join, until it expires or is used up."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="join_links")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    nonce = models.CharField(
        max_length=43
    )  # as for invitations: the link can be shown again, the row alone opens nothing
    token_hash = models.CharField(max_length=64, unique=True)
    note = models.CharField(max_length=120, blank=True)  # what it is for, for the studio
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    domain = models.CharField(max_length=253, blank=True)  # only addresses of this mail domain; "" for any
    needs_approval = models.BooleanField(default=True)
    cap = models.PositiveIntegerField(default=100)
    used = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class JoinRequest(models.Model):
    """Somebody who used a join link and waits for the studio, or for the letter that proves the address."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting for approval"
        APPROVED = "approved", "approved"
        REFUSED = "refused", "refused"

    link = models.ForeignKey(JoinLink, models.CASCADE, related_name="requests")
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254)  # folded
    title = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    enrolment = models.ForeignKey(Enrolment, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "email"], name="joinrequest_link_email")]
