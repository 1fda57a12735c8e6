"""One identity of a person on one network."""

from django.db import models

from people.models.person import Person
from people.networks.types import ELSEWHERE, NETWORKS


class Account(models.Model):
    """An account. Its remote id is for ever, its handle may change; it belongs to the person, never to a brand."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting for look-up"  # named at the yes, network id not known yet
        ACTIVE = "active", "readable"
        UNKNOWN = "unknown", "not found at the network"
        PROTECTED = "protected", "protected"
        SUSPENDED = "suspended", "suspended at the network"
        TAKEN = "taken", "already an account of somebody here"

    person = models.ForeignKey(Person, models.CASCADE, related_name="accounts")
    network = models.CharField(max_length=20, choices=[*NETWORKS.items(), (ELSEWHERE, "elsewhere")])
    remote_id = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null until looked up: unique
    handle = models.CharField(max_length=200)  # as the network writes it, without @
    display_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    state_changed_at = models.DateTimeField(null=True)
    avatar_url = models.CharField(max_length=500, blank=True)  # at the network; fetched through the guarded door
    avatar = models.CharField(max_length=120, blank=True)  # stem of the re-encoded picture below media/
    avatar_fetched_url = models.CharField(max_length=500, blank=True)  # the avatar_url that `avatar` was made from
    avatar_tried_at = models.DateTimeField(null=True)
    looked_up_at = models.DateTimeField(null=True)
    # Reading starts at the yes: null means nobody's yes asks for this account, so the network is not asked
    read_from = models.DateTimeField(null=True)
    # What the person's own page shows of this account: posts from this time on; null: nothing by itself
    page_from = models.DateTimeField(null=True)
    named_by_operator = models.BooleanField(default=False)  # consent on file; else it awaits the person's proof
    # The person's proof that the account is theirs; until then no public page shows anything of it
    confirmed_at = models.DateTimeField(null=True)
    confirmed_how = models.CharField(max_length=10, blank=True)  # link (from the profile), code (in the bio), linking
    proof_code = models.CharField(max_length=20, blank=True)  # what the person writes into the bio
    proof_asked_at = models.DateTimeField(null=True)  # when the person last asked us to look for the proof
    proof_due_at = models.DateTimeField(null=True)  # a worker looks then; null: nobody asks
    proof_said = models.CharField(max_length=200, blank=True)  # how the last look ended, in words
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["network", "remote_id"], name="account_network_remote_id"),
        ]
        indexes = [
            # look-ups take the accounts longest not looked up
            models.Index(fields=["network", "looked_up_at"], name="account_look_ups"),
            # each face that is asked for: whose is it
            models.Index(fields=["avatar"], name="account_avatar"),
            # the proofs to look for
            models.Index(
                fields=["proof_due_at"], condition=models.Q(proof_due_at__isnull=False), name="account_proofs_due"
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.handle} on {self.get_network_display()}"

    @property
    def proven(self) -> bool:
        """Whether it is known to be the person's: by their proof, or named by the operator with a consent on file."""
        return self.named_by_operator or self.confirmed_at is not None
