"""What a person said on an account."""

from django.db import models
from django.utils import timezone

from people.models.account import Account
from people.models.person import Person


class Post(models.Model):
    """A post as the network gave it, normalised; no raw answer is kept. Gone with deletion, unlinking or erasure.

    An edit keeps the row (and its address on this site) and moves remote_id to the newest version.
    """

    class Kind(models.TextChoices):
        POST = "post", "post"
        REPLY = "reply", "reply to somebody else"
        REPOST = "repost", "repost"
        QUOTE = "quote", "quote"

    account = models.ForeignKey(Account, models.CASCADE, related_name="posts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="posts")  # the account's; the person page reads it
    remote_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.POST)
    published_at = models.DateTimeField()
    text = models.TextField()  # plain text: the network's escaping is undone once, at the adapter
    html = models.TextField()  # entities rendered once, escaped; see people/rendering.py
    lang = models.CharField(max_length=35, blank=True)  # BCP 47 as the network said; "" where it said none
    entities = models.JSONField(default=list)  # [Entity as a dict], offsets in code points of text
    media = models.JSONField(default=list)  # [Media as a dict]
    link = models.CharField(max_length=1000, blank=True)  # only of what was said elsewhere: where it stands
    reply_to_id = models.CharField(max_length=64, blank=True)
    reply_to_handle = models.CharField(max_length=200, blank=True)
    repost_of_id = models.CharField(max_length=64, blank=True)
    repost_of_handle = models.CharField(max_length=200, blank=True)
    quote_of_id = models.CharField(max_length=64, blank=True)
    conversation_id = models.CharField(max_length=64, blank=True)
    edit_history = models.JSONField(default=list)  # ids of all versions, oldest first; [] where the network has none
    # latest figures as the network gave them: {"replies": int, ...}; null where it gave none, never 0 for unknown
    metrics = models.JSONField(null=True)
    quiet_at = models.DateTimeField(null=True)  # the person wants it shown nowhere on this site
    fetched_at = models.DateTimeField()
    # when this site first had it, which an edit does not move: letters bring what was found since the one before
    found_at = models.DateTimeField(default=timezone.now)
    # since when its author's page shows it where that was later (people/first_shown.py); null: since found_at, or never
    shown_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)  # last time the network was asked whether it still exists

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "remote_id"], name="post_account_remote_id")]
        indexes = [
            # the person page, newest first, keyset by (published_at, id)
            models.Index("person", models.F("published_at").desc(), models.F("id").desc(), name="post_person_newest"),
            # the answers to posts, and what an answer is to; a network names posts by their ids alone
            models.Index(fields=["reply_to_id"], name="post_reply_to"),
            models.Index(fields=["remote_id"], name="post_remote_id"),
            # look-ups for deletions, newest first
            models.Index(models.F("published_at").desc(), name="post_newest"),
        ]

    @property
    def edited(self) -> bool:
        """Whether the author changed the words after publishing."""
        return len(self.edit_history) > 1
