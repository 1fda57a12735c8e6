"""Somebody who left a brand, and what of that is still said where: only while both want it."""

from django.db import models

from brands.models.enrolment import Enrolment


class Alumnus(models.Model):
    """The two wishes about one enrolment that has ended. The brand's page names the person while both stand."""

    enrolment = models.OneToOneField(Enrolment, models.CASCADE, primary_key=True, related_name="alumnus")
    person_at = models.DateTimeField(null=True)  # since when the person wants it; null: they do not
    brand_at = models.DateTimeField(null=True)  # since when the brand wants it; null: it does not
    now_at = models.CharField(max_length=80, blank=True)  # where they are now, in the person's words
    on_own_page = models.BooleanField(default=False)  # whether the person's own page says where they were

    class Meta:
        indexes = [
            # "they were here": the few whom both sides want
            models.Index(
                fields=["person_at"],
                condition=models.Q(person_at__isnull=False, brand_at__isnull=False),
                name="alumnus_both",
            ),
        ]
