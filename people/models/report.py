"""Somebody says that a post should not be shown."""

from django.db import models

from people.models.post import Post


class PostReport(models.Model):
    """A report of a post, by anybody. Its author reads why, and never who."""

    class Why(models.TextChoices):
        """What is wrong with the post."""

        HARM = "harm", "It threatens or hurts somebody"
        PRIVATE = "private", "It shows something private of somebody"
        FALSE = "false", "It says something untrue"
        OTHER = "other", "Something else"

    post = models.ForeignKey(Post, models.CASCADE, related_name="reports")
    why = models.CharField(max_length=7, choices=Why)
    words = models.CharField(max_length=500, blank=True)  # of whoever reports it
    email = models.CharField(max_length=254, blank=True)  # where decisions are told; "": nowhere. Gone after two months
    at = models.DateTimeField(auto_now_add=True)
    tell_at = models.DateTimeField(null=True)  # when the author's letter is due; null: sent, or nowhere to send it
    tries = models.PositiveSmallIntegerField(default=0)  # of that letter

    class Meta:
        indexes = [
            # the author's desk, newest first; letters that are owed; addresses to forget
            models.Index(fields=["post", "-at"], name="post_report_post_at"),
            models.Index(fields=["tell_at"], name="post_report_tell", condition=models.Q(tell_at__isnull=False)),
            models.Index(fields=["at"], name="post_report_email", condition=~models.Q(email="")),
        ]
