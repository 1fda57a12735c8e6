"""When a person likes to post: the hours of their week, and when nothing shall go out by itself."""

from django.db import models

from people.models.person import Person


class Week(models.Model):
    """A person's week on a wall clock; without a row they have told nothing."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="week")
    zone = models.CharField(max_length=64, blank=True)  # IANA, such as Europe/Vienna; "": not told
    slots = models.JSONField(default=list)  # [[weekday from 0 = Monday, "07:10"]], in order
    days_off = models.JSONField(default=list)  # weekdays whose slots rest, kept for later
    quiet_from = models.CharField(max_length=5, blank=True)  # "22:00"; "": no quiet hours
    quiet_until = models.CharField(max_length=5, blank=True)  # "06:00"
    asks_alt = models.BooleanField(default=True)  # whether sending asks for missing descriptions of pictures
