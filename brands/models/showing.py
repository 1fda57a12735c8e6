"""What the person and the brand decide about single posts on the brand's pages."""

from django.conf import settings
from django.db import models

from brands.models.brand import Brand
from brands.models.enrolment import Enrolment
from people.models import Post


class PostChoice(models.Model):
    """The person's own word about one post on one brand's page: shown here, or not shown here."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="post_choices")
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    shown = models.BooleanField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "post"], name="postchoice_enrolment_post")]


class Removal(models.Model):
    """A brand took one post off its own pages; the author reads why. On the person's own page it stays.

    A whole person is taken off by suspending the enrolment (state and reason stand there).
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="removals")
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    put_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "post"], condition=models.Q(put_back_at__isnull=True), name="removal_one_per_post"
            ),
        ]
