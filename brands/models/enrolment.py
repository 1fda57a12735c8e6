"""A person's consent to stand for a brand."""

from django.db import models

from brands.models.brand import Brand, Team, Topic
from people.models import Account, Person


class Enrolment(models.Model):
    """A person at a brand. States are moved only by enrolling.move, a compare-and-swap."""

    class State(models.TextChoices):
        INVITED = "invited", "invited"
        ACTIVE = "active", "active"
        PAUSED = "paused", "paused"
        LEFT = "left", "left"
        DECLINED = "declined", "declined"
        SUSPENDED = "suspended", "suspended"

    OPEN = (State.INVITED, State.ACTIVE, State.PAUSED, State.SUSPENDED)
    # which move is allowed from which state; a test walks every path to "active"
    MOVES = {
        State.INVITED: (State.ACTIVE, State.DECLINED),
        State.ACTIVE: (State.PAUSED, State.LEFT, State.SUSPENDED),
        State.PAUSED: (State.ACTIVE, State.LEFT, State.SUSPENDED),
        State.SUSPENDED: (State.ACTIVE, State.PAUSED, State.LEFT),
        State.LEFT: (),
        State.DECLINED: (),
    }

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="enrolments")
    person = models.ForeignKey(Person, models.CASCADE, related_name="enrolments")
    state = models.CharField(max_length=10, choices=State, default=State.INVITED)
    state_changed_at = models.DateTimeField(auto_now_add=True)
    title = models.CharField(max_length=120, blank=True)  # job title
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="enrolments")
    topics = models.ManyToManyField(Topic, blank=True, related_name="enrolments")
    place = models.CharField(max_length=80, blank=True)
    with_brand_since = models.DateField(null=True, blank=True)
    line = models.CharField(max_length=60, blank=True)  # own line for this brand, where it differs
    email = models.CharField(max_length=254, blank=True)  # the address that the brand knows, folded; never public
    external_id = models.CharField(max_length=80, blank=True)  # the brand's own number for the person
    consent_reference = models.CharField(max_length=200, blank=True)  # the operator's way: where the yes is on file
    consented_at = models.DateTimeField(null=True)
    paused_until = models.DateField(null=True, blank=True)  # what the card says; the person comes back by themselves
    paused_by_brand = models.BooleanField(default=False)  # the studio ends only a pause that it began
    suspended_reason = models.CharField(max_length=300, blank=True)  # the person reads it
    # suspended while paused: since when; putting them back restores the pause as it was
    suspended_pause_from = models.DateTimeField(null=True)
    in_chorus = models.BooleanField(default=False)  # the studio chose their line to open the page with
    # the letter of a consent on file, by which they learn that they are listed: when it is tried next; None: not owed
    letter_due_at = models.DateTimeField(null=True)
    letter_nonce = models.CharField(max_length=43, blank=True)  # the link in it is made from this: twice gives the same
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "person"],
                condition=models.Q(state__in=("invited", "active", "paused", "suspended")),
                name="enrolment_one_open",
            ),
            # the import finds people by the brand's own number
            models.UniqueConstraint(
                fields=["brand", "external_id"],
                condition=models.Q(state__in=("invited", "active", "paused", "suspended")) & ~models.Q(external_id=""),
                name="enrolment_external_id",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("active", "paused")) | models.Q(consented_at__isnull=False),
                name="enrolment_active_consented",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "state"], name="enrolment_brand_state"),  # people list and its counts
            models.Index(fields=["email"], name="enrolment_email"),  # the import finds people by address
            # a worker looks for letters that are owed
            models.Index(
                fields=["letter_due_at"],
                condition=models.Q(letter_due_at__isnull=False),
                name="enrolment_letter_due",
            ),
        ]


class ShownAccount(models.Model):
    """The part of a yes that is about one account: what the brand's page may show of it."""

    class Shows(models.TextChoices):
        ALL = "all", "all I say in public"
        PICKED = "picked", "only what I pick"

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="shown_accounts")
    account = models.ForeignKey(Account, models.CASCADE, related_name="shown_on")
    shows = models.CharField(max_length=6, choices=Shows)
    since = models.DateTimeField()  # nothing older than this is shown by itself
    reposts = models.BooleanField(default=False)  # reposts are shown only if the person picked that

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "account"], name="shown_enrolment_account")]
