"""What the page behind a link offers as its card, kept while a draft names it."""

from django.db import models
from django.db.models import Q

from people.models.publishing import Draft


class LinkCard(models.Model):
    """The card of one address. It goes with the last draft that names it (people.link_cards)."""

    class State(models.TextChoices):
        WANTED = "wanted", "a worker has not looked yet"
        CARD = "card", "the page offers a card"
        NONE = "none", "the page offers none"
        FAILED = "failed", "the page could not be read"

    url = models.CharField(max_length=2048)  # in its plain spelling, see advocacy.http.plain
    host = models.CharField(max_length=253)  # of the address: one host is not asked again at once
    state = models.CharField(max_length=6, choices=State, default=State.WANTED)
    site = models.CharField(max_length=253, blank=True)  # host of the page that the address led to
    title = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=400, blank=True)
    stem = models.CharField(max_length=32, blank=True)  # of the picture's files below media/pictures; "" for none
    large = models.BooleanField(default=False)  # the picture stands above the words, not beside them
    due_at = models.DateTimeField(null=True)  # when a worker looks next, for the first link due; null: it need not
    tries = models.PositiveSmallIntegerField(default=0)  # looks that were begun since the last one that ended
    tried_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)  # when the last look ended

    class Meta:
        constraints = [models.UniqueConstraint(fields=["url"], name="linkcard_url")]
        indexes = [
            # what a worker is to look at
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="linkcard_due"),
            # which hosts were asked just now
            models.Index(fields=["tried_at"], condition=Q(tried_at__isnull=False), name="linkcard_tried"),
            # whether another row names the files of one that goes
            models.Index(fields=["stem"], condition=~Q(stem=""), name="linkcard_stem"),
        ]


class DraftLink(models.Model):
    """A draft names an address. Its writer sees the card once a worker has looked for this link, not before."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="links")
    card = models.ForeignKey(LinkCard, models.CASCADE, related_name="drafts")
    due_at = models.DateTimeField(null=True)  # when a look for this link is due; null: none is wished
    looked_at = models.DateTimeField(null=True)  # when the last one ended that found what the card shows

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "card"], name="draftlink_once")]
