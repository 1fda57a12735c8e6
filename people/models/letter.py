"""Letters to fans: what their people said, told once each. A letter belongs to the fan; no brand is in it."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from people.models.follow import Fan, Rhythm
from people.models.person import Person


class Opening(models.Model):
    """A person's own lines: they come first in the next letter of everybody who gets letters from them."""

    WORDS = 600

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="opening")
    words = models.TextField()  # plain text, at most WORDS characters
    written_at = models.DateTimeField()  # a letter has the lines that were written since the fan's last one
    # [[words, ISO time]] of before, oldest first: letters whose hour has passed and that still wait have those
    former = models.JSONField(default=list)
    first_at = models.DateTimeField(null=True)  # when the oldest of those was written; null: there are none

    class Meta:
        # the lines that a letter may still have, and those that every rhythm has passed
        indexes = [models.Index(fields=["written_at"], name="opening_written")]

    def as_of(self, since: datetime, until: datetime) -> "Opening | None":
        """Return the lines as they were last written in this time, not to be saved; None where none were."""
        written = [(words, datetime.fromisoformat(at)) for words, at in self.former]
        for words, at in reversed([*written, (self.words, self.written_at)]):
            if at <= until:
                return Opening(person_id=self.person_id, words=words, written_at=at) if at > since else None
        return None


class AnswerAddress(models.Model):
    """Where answers to a person's own lines go. Everybody who gets them by letter sees it; no page shows it."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="answers")
    address = models.CharField(max_length=254)  # folded; shown to be theirs (people/letters/answers.py)
    chosen_at = models.DateTimeField(auto_now=True)


class LetterRound(models.Model):
    """One morning of one time zone: a worker walks its fans once and leaves a letter for whoever has one coming."""

    rhythm = models.CharField(max_length=6, choices=Rhythm)
    zone = models.CharField(max_length=64)  # IANA; the fans are those whose zone it is when they are walked
    day = models.DateField()  # in that zone
    at = models.DateTimeField()  # when the round began to be due: letters have what was said until then
    cursor = models.BigIntegerField(default=0)  # the last fan who was looked at
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # two workers begin the same round once
            models.UniqueConstraint(fields=["rhythm", "zone", "day"], name="letter_round_once"),
        ]
        # the rounds that are not walked to their end
        indexes = [models.Index(fields=["at"], condition=Q(done_at=None), name="letter_round_open")]


class Telling(models.Model):
    """What all followers who agreed to letters are told once, such as that a person has left a brand."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tellings")
    key = models.CharField(max_length=80, unique=True)  # names the occasion: the same one is told once, ever
    left = models.CharField(max_length=120, blank=True)  # the brand that the person left, by name; "": none
    words = models.TextField(blank=True)  # the person's own, at most Opening.WORDS characters; "": the site's sentence
    # whether the site's sentence goes out although their page is closed: it closed by this end, or they asked for it
    closes = models.BooleanField(default=False)
    cursor = models.BigIntegerField(default=0)  # the last follow that was looked at
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        # what is not told to the end
        indexes = [models.Index(fields=["asked_at"], condition=Q(done_at=None), name="telling_open")]


class Letter(models.Model):
    """One letter to one fan. Its words are drawn when it is sent, and kept nowhere."""

    class State(models.TextChoices):
        DUE = "due", "waits for its time"
        CLAIMED = "claimed", "being written"
        SENDING = "sending", "being handed to the mail server"
        SENT = "sent", "taken by the mail server"
        UNSURE = "unsure", "nobody knows whether the mail server took it"
        REFUSED = "refused", "refused by the mail server"
        NOTHING = "nothing", "nothing to say, or not wanted any more"

    fan = models.ForeignKey(Fan, models.CASCADE, related_name="all_letters")
    period = models.CharField(max_length=40)  # "weekly 2026-11-29", "daily 2026-11-27", "told 12"
    telling = models.ForeignKey(Telling, models.CASCADE, null=True, related_name="letters")
    key = models.UUIDField(default=uuid.uuid4)  # names it in its Message-ID: a second copy would have the same
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    until = models.DateTimeField()  # it has what was said until then, and since the fan's letter before
    next_due_at = models.DateTimeField(null=True)  # null once nothing is to be done any more
    late_after = models.DateTimeField()  # nothing is sent after this
    owner = models.UUIDField(null=True)  # the run that holds it
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # runs that held it
    said = models.CharField(max_length=60, blank=True)  # why it did not go out: a code of the mail server, or a word
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # each letter once, whoever asks for it how often
            models.UniqueConstraint(fields=["fan", "period"], name="letter_once"),
        ]
        indexes = [
            # what is due, the longest waiting first, and what a killed worker left behind
            models.Index(fields=["next_due_at", "id"], condition=~Q(next_due_at=None), name="letter_due"),
            # since when a fan has not been written to
            models.Index(fields=["fan", "-until"], name="letter_fan_until"),
            # old letters are forgotten
            models.Index(fields=["ended_at"], condition=~Q(ended_at=None), name="letter_ended"),
        ]
