"""A story: what a colleague asks others to tell. Never finished text."""

from django.db import models

from brands.models.brand import Brand
from people.models import Person, Post


class Story(models.Model):
    """A brief and the colleague who asks."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="stories")
    slug = models.SlugField(max_length=60)  # made once, never reused
    title = models.CharField(max_length=120)
    facts = models.TextField(max_length=2000)  # only the brand's own people read them
    angles = models.JSONField(default=list)  # [question]: from where somebody could tell it
    links = models.JSONField(default=list)  # [address]
    ends_on = models.DateField()  # its last day, in UTC
    ended_at = models.DateTimeField(null=True)  # somebody ended it before
    asker = models.ForeignKey(Person, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="story_brand_slug"),
        ]
        indexes = [
            # the brand page's band, the desk's list and the comparison with briefs ask for what is open
            models.Index(fields=["brand", "ends_on"], condition=models.Q(ended_at=None), name="story_brand_open"),
        ]

    def __str__(self) -> str:
        return self.title


class StoryPicture(models.Model):
    """A picture of a brief, re-encoded, with what it shows in words. Only those who are asked see it."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="pictures")
    position = models.PositiveSmallIntegerField()  # from 0
    stem = models.CharField(max_length=32)  # of the files below media/pictures
    alt = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "position"], name="storypicture_position")]


class Lead(models.Model):
    """Who is asked to lead a story, and leads it once they said so themselves. Gone with the person, words and all."""

    story = models.OneToOneField(Story, models.CASCADE, related_name="lead", primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    words = models.CharField(max_length=280, blank=True)  # what they say of it, on the brand's page
    yes_at = models.DateTimeField(null=True)  # null: nobody is shown as leading

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(yes_at__isnull=True) | ~models.Q(words=""), name="lead_yes_in_words"
            )
        ]


class Fingerprint(models.Model):
    """One run of words, as a number, of what somebody said or is about to say: near texts share some of them."""

    value = models.BigIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+")
    delivery = models.ForeignKey("people.Delivery", models.CASCADE, null=True, related_name="+")  # until it is a post
    said_at = models.DateTimeField()  # when it was published; of a delivery, when it was written down here

    class Meta:
        indexes = [
            models.Index(fields=["value", "said_at"], name="fingerprint_value"),  # who else has this run of words
            models.Index(fields=["said_at"], name="fingerprint_said_at"),  # what is too old is thrown away
        ]


class Compared(models.Model):
    """Whether a post of a brand's people was nearly what a colleague had said before; nobody's page names it."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    said_at = models.DateTimeField()
    near = models.BooleanField(null=True)  # null: too short to be compared

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "post"], name="compared_brand_post")]
        indexes = [models.Index(fields=["brand", "said_at"], name="compared_brand_said_at")]  # the figure over time
