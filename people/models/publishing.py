"""What a person is writing, what is to go out once, each try of it, and what holds it back. See docs/publishing.md."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from people.models.account import Account
from people.models.person import Person
from people.models.post import Post


class Draft(models.Model):
    """Words that a person is writing. Nobody else reads them."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    text = models.TextField(blank=True)
    versions = models.JSONField(default=dict)  # {network: own text there, or [parts of a thread]}; others take `text`
    lang = models.CharField(max_length=35, blank=True)  # BCP 47; "" where the person did not say
    wall_time = models.CharField(max_length=19, blank=True)  # 2026-11-27T06:30, as the clock in `zone` shows; "": now
    zone = models.CharField(max_length=64, blank=True)  # IANA, such as Europe/Vienna
    disclosure = models.CharField(max_length=120, blank=True)  # "I work here" in the person's words; "": none
    speaks_for = models.PositiveBigIntegerField(null=True)  # id of the brand that it speaks for; people knows no more
    discloses = models.CharField(max_length=3, blank=True)  # yes, no; "": as the words suggest
    to = models.JSONField(default=list)  # ids of the accounts that it is meant for
    when = models.CharField(max_length=4, blank=True)  # now, slot, at; "": not said
    by_hand_at = models.DateTimeField(null=True)  # the network's own form was opened with these words
    story = models.PositiveBigIntegerField(null=True)  # id of the story that it is about; people knows no more
    shows = models.JSONField(default=dict)  # {id of a brand: shown on its page or not}, where the person said so
    revision = models.PositiveIntegerField(default=0)  # goes up with each saving: the later of two tabs is told
    window = models.CharField(max_length=32, blank=True)  # the open page that saved it last: it overtakes itself
    typed = models.PositiveIntegerField(default=0)  # grows there with what is typed: an older saving comes too late
    thrown_at = models.DateTimeField(null=True)  # thrown away then; it can be brought back for a day
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index("person", models.F("updated_at").desc(), name="draft_person_newest")]  # the desk's list


class DraftPicture(models.Model):
    """A picture of a draft, re-encoded, with what it shows in words."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="pictures")
    position = models.PositiveSmallIntegerField()  # from 0
    stem = models.CharField(max_length=32)  # of the files below media/pictures
    alt = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "position"], name="draftpicture_position")]


class Delivery(models.Model):
    """The outbox row of something to be published on one account. Moved only by people.publishing.moves."""

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "scheduled"
        CLAIMED = "claimed", "being prepared"
        SENDING = "sending", "being sent"
        UNKNOWN = "unknown", "being looked for at the network"
        PUBLISHED = "published", "published"
        FAILED = "failed", "refused by the network"
        HELD = "held", "held"
        MISSED = "missed", "missed"
        CANCELLED = "cancelled", "cancelled"
        NEEDS_HUMAN = "needs_human", "waits for your answer"

    FINAL = (State.PUBLISHED, State.FAILED, State.MISSED, State.CANCELLED)
    UNDELETED = (
        "undeleted"  # reason of what is published, though its author wanted it deleted and was told that it is not
    )
    AFTER_ALL = "after_all"  # reason of what was published late, after it had been told that it was not
    ENDING = "erasing"  # told, of what was on its way as its author asked to be erased: they get a letter of its own
    # which move is allowed from which state; PUBLISHED is reached from everywhere, for it is a proof, not a plan
    MOVES = {
        State.SCHEDULED: {"scheduled", "claimed", "held", "missed", "failed", "cancelled", "unknown", "needs_human"},
        State.CLAIMED: {"scheduled", "sending", "held", "missed", "failed", "cancelled", "unknown", "needs_human"},
        State.SENDING: {"scheduled", "unknown", "published", "failed", "held"},
        State.UNKNOWN: {"scheduled", "unknown", "published", "failed", "needs_human"},
        State.HELD: {"scheduled", "held", "cancelled", "unknown"},
        State.NEEDS_HUMAN: {"scheduled", "unknown", "published", "cancelled"},
        State.PUBLISHED: set(),
        State.FAILED: set(),
        State.MISSED: set(),
        State.CANCELLED: set(),
    }

    account = models.ForeignKey(Account, models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(Person, models.CASCADE, related_name="deliveries")  # the account's
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, related_name="deliveries")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="parts")  # the part before, in a thread
    threaded = models.BooleanField(default=False)  # it has a part before it, even if that row is gone
    speaks_for = models.PositiveBigIntegerField(null=True)  # id of the brand that it speaks for; people knows no more
    shows = models.JSONField(default=dict)  # {id of a brand: shown on its page or not}, as its draft said
    # {"text": str, "lang": str, "pictures": [{"stem": str, "alt": str}]}; only an edit before sending changes it
    payload = models.JSONField()
    payload_hash = models.CharField(max_length=64)  # SHA-256 of the payload as canonical JSON
    text_hash = models.CharField(max_length=64)  # SHA-256 of the text as a network's answer is compared with it
    state = models.CharField(max_length=12, choices=State, default=State.SCHEDULED)
    state_changed_at = models.DateTimeField()
    reason = models.CharField(max_length=20, blank=True)  # a word for code: paused, budget, late, refused ...
    trouble = models.CharField(max_length=300, blank=True)  # the same for the person, with the network's own words
    wall_time = models.CharField(max_length=19, blank=True)  # what the person said: the clock in `zone`; "": now
    zone = models.CharField(max_length=64, blank=True)
    exact = models.BooleanField(default=False)  # at that second, without the jitter that spreads round times
    due_at = models.DateTimeField()
    late_after = models.DateTimeField()  # nothing is sent after this
    next_due_at = models.DateTimeField(null=True)  # when somebody looks at the row next; null: nobody needs to
    rung_at = models.DateTimeField(null=True)  # when the dispatcher last sent a message for it
    owner = models.UUIDField(null=True)  # the run that holds it
    lease_until = models.DateTimeField(null=True)
    attempt_count = models.PositiveSmallIntegerField(default=0)  # sends begun that no answer "not taken" took back
    crash_count = models.PositiveSmallIntegerField(default=0)  # runs in a row that ended without any answer
    ambiguous = models.BooleanField(default=False)  # one send may have been taken
    refused = models.BooleanField(default=False)  # the network refused one send while another was ambiguous
    unauthorized = models.BooleanField(default=False)  # the network did not take the token, and it was renewed since
    resends = models.PositiveSmallIntegerField(default=0)  # sends after readings that found nothing (policy auto)
    first_sent_at = models.DateTimeField(null=True)
    reads = models.PositiveSmallIntegerField(default=0)  # readings that found nothing
    candidate = models.CharField(max_length=100, blank=True)  # the id that a refusal of a duplicate names
    key = models.CharField(max_length=64, blank=True)  # kind K: the idempotency key
    rkey = models.CharField(max_length=64, blank=True)  # kind P: the id that we choose
    record = models.JSONField(null=True)  # kind P: the frozen record
    media = models.JSONField(default=list)  # what the network calls the uploaded pictures: [{"stem", "id", "until"}]
    remote_id = models.CharField(max_length=100, null=True)  # noqa: DJ001 - null until published: unique
    published_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)  # gone from the network, by the person's wish or found so
    post = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="deliveries")
    wish = models.CharField(max_length=6, blank=True)  # delete or edit: what the author wants done to what went out
    wish_payload = models.JSONField(null=True)  # the words of such an edit
    mills = models.PositiveIntegerField(default=0)  # price at the network in 1/1000 USD, but for what is paid already
    spent_on = models.DateField(null=True)  # the first of the month whose budgets hold the price; null: none does
    told = models.CharField(max_length=40, blank=True)  # "state:reason" that the owner was last told of
    tell_after = models.DateTimeField(null=True)  # a letter that failed is tried again then
    alarmed_at = models.DateTimeField(null=True)  # the operator was told that it is overdue
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="delivery_account_remote_id"),
            # the same words never wait twice for one account
            models.UniqueConstraint(
                fields=["account", "text_hash"],
                condition=~Q(state__in=("published", "failed", "missed", "cancelled")),
                name="delivery_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(remote_id__isnull=False) | Q(deleted_at__isnull=False),
                name="delivery_published_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("sending", "unknown")) | Q(first_sent_at__isnull=False),
                name="delivery_sent_known",
            ),
        ]
        indexes = [
            # the dispatcher asks for what is due
            models.Index(fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="delivery_due"),
            # the desk and the calendar of a person
            models.Index(fields=["person", "due_at"], name="delivery_person_due"),
            # what owners must be told of
            models.Index(
                fields=["state_changed_at"],
                condition=Q(state__in=("missed", "failed", "held", "needs_human")),
                name="delivery_troubled",
            ),
            # what its author wanted deleted, and is still there
            models.Index(fields=["person"], condition=Q(reason="undeleted"), name="delivery_undeleted"),
            # the same words within a day, on networks that refuse them
            models.Index(fields=["account", "text_hash"], name="delivery_same_words"),
        ]


class Attempt(models.Model):
    """One thing that a run did or learnt about a delivery. Rows are added, never changed."""

    class Act(models.TextChoices):
        SEND = "send", "send"
        READ = "read", "read back"
        EDIT = "edit", "edit"
        DELETE = "delete", "delete"
        ANSWER = "answer", "answer of the person"

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    run = models.UUIDField(null=True)
    act = models.CharField(max_length=6, choices=Act)
    outcome = models.CharField(max_length=20)  # began, published, not_now, refused, unsure, found, not_found ...
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["delivery", "at"], name="attempt_delivery_at")]  # the history of one delivery


class Pause(models.Model):
    """Nothing is sent while one of these holds: for an account, a person, a network, or the whole site."""

    class Scope(models.TextChoices):
        SITE = "site", "the site"
        NETWORK = "network", "a network"
        PERSON = "person", "a person"
        ACCOUNT = "account", "an account"

    scope = models.CharField(max_length=7, choices=Scope)
    subject = models.CharField(max_length=20, blank=True)  # the network's key, or the id of the person or account
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=200)  # who it was in words
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "subject"], name="pause_scope_subject")]


class Epoch(models.Model):
    """The one row that tells a restored database from the one that runs, and whose turn it is to dispatch."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)  # goes up with each tick; a copy lies outside the database
    raised_at = models.DateTimeField(null=True)
    owner = models.UUIDField(null=True)  # the dispatcher
    lease_until = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)  # this database is older than the copy says: a person must release it

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="epoch_one_row")]
