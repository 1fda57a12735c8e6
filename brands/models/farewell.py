"""A farewell card: a line that one side writes, and that stands on the brand's page while both want exactly it."""

from django.db import models

from brands.models.enrolment import Enrolment


class Farewell(models.Model):
    """The card about one enrolment that has ended. Who wrote the line wants it; the other side says yes to it."""

    LINE = 160

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, primary_key=True, related_name="farewell")
    line = models.CharField(max_length=LINE)
    by_brand = models.BooleanField()  # whose words they are: the brand's, or the person's
    person_at = models.DateTimeField(null=True)  # since when the person wants it; null: they have not said so
    brand_at = models.DateTimeField(null=True)  # since when the brand wants it; null: it has not said so

    class Meta:
        indexes = [
            # the few that stand on a page
            models.Index(
                fields=["person_at"],
                condition=models.Q(person_at__isnull=False, brand_at__isnull=False),
                name="farewell_both",
            ),
        ]
