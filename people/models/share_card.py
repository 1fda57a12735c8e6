"""The card that stands for a person's page where somebody shares its address."""

from django.db import models

from people.models.person import Person


class PersonCard(models.Model):
    """What a worker drew last for a person. A page names it only while it is what would be drawn now."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="share_card")
    stem = models.CharField(max_length=32, blank=True)  # made of everything that it shows; "" while it cannot be drawn
    checked_at = models.DateTimeField()  # when a worker last looked whether it is still right

    class Meta:
        # the longest not looked at come first
        indexes = [models.Index(fields=["checked_at"], name="personcard_checked")]
