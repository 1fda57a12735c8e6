"""What a person is written when the studio changes where they stand."""

from django.db import models

from brands.models.enrolment import Enrolment


class StandingLetter(models.Model):
    """One letter that the person of an enrolment is owed: they were taken off the pages, put back, or it ended."""

    class Kind(models.TextChoices):
        TAKEN_OFF = "taken_off", "taken off the pages"
        PUT_BACK = "put_back", "put back"
        ENDED = "ended", "the enrolment ended"
        OFFERED = "offered", "offered a place among those who were here"
        FAREWELL = "farewell", "offered a farewell card"

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)  # as the person reads it
    due_at = models.DateTimeField(null=True)  # when it is sent; null: it went out, or nobody is to read it any more
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            # a worker looks for letters that are owed
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="standing_letters_due"),
        ]
