"""Everything that this site has of a person, packed for them to take along."""

from django.db import models

from people.models.person import Person


class Parcel(models.Model):
    """One zip file that a person asked for: packed by a worker, theirs to fetch for a day, then gone."""

    class State(models.TextChoices):
        WANTED = "wanted", "asked for"
        PACKING = "packing", "being packed"
        READY = "ready", "ready"

    person = models.ForeignKey(Person, models.CASCADE, related_name="parcels")
    key = models.CharField(max_length=32, unique=True)  # names the file; says nothing about anybody
    state = models.CharField(max_length=8, choices=State, default=State.WANTED)
    asked_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)  # null until it is ready
    # how far the posts are written: who follows a killed worker goes on from there
    written = models.PositiveBigIntegerField(default=0)  # bytes of the file that has them
    cursor = models.CharField(max_length=60, blank=True)  # the last one, as people.queries.paging.Mark; "": none yet

    class Meta:
        constraints = [
            # a second press while one is being packed asks for nothing new
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state__in=("wanted", "packing")), name="parcel_one_open"
            ),
        ]
