"""The card that stands for a brand's page where somebody shares its address."""

from django.db import models

from brands.models.brand import Brand
from brands.models.enrolment import Enrolment


class BrandCard(models.Model):
    """What a worker drew last for a brand. A page names it only while nobody of the brand has changed since."""

    brand = models.OneToOneField(Brand, models.CASCADE, primary_key=True, related_name="share_card")
    stem = models.CharField(max_length=32, blank=True)  # made of everything that it shows; "" while it cannot be drawn
    alt = models.CharField(max_length=1000, blank=True)  # what is to be seen, in words
    shows = models.ManyToManyField(Enrolment, related_name="+")
    people = models.PositiveSmallIntegerField(default=0)  # how many of them were drawn: one erased since is missed
    # number of the brand's places (advocacy/versions.py) with which it was found right; null: not looked at yet
    places = models.PositiveBigIntegerField(null=True)
    checked_at = models.DateTimeField()
