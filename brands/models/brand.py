"""A brand: name, look, rules. It cannot say anything; its people do."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

hex_colour = RegexValidator(r"^#[0-9a-f]{6}$", "Write the colour as # and six digits, such as #1d6b72.")


class Brand(models.Model):
    """A brand. Its colour is a thread and a dot on the page, never a text colour."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    tagline = models.CharField(max_length=120, blank=True)  # "The people of {tagline or name}"
    colour = models.CharField(max_length=7, default="#1d6b72", validators=[hex_colour])
    colour_dark = models.CharField(max_length=7, default="#6cc2c9", validators=[hex_colour])
    closing_line = models.CharField(max_length=120, blank=True)  # ends the chorus; counts only with a signer
    closing_by = models.ForeignKey("people.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    letter_language = models.CharField(max_length=35, default="en")  # of the letters that it wrote last
    publishing_paused_at = models.DateTimeField(null=True, blank=True)  # posts that speak for it are held
    pause_line = models.CharField(max_length=140, blank=True)  # what its people read while that lasts
    posting_cap_usd = models.PositiveIntegerField(null=True, blank=True)  # a month; null: only the site's cap
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """What a user may do for a brand."""

    class Name(models.TextChoices):
        OWNER = "owner", "owner"
        MARKETER = "marketer", "marketer"
        TRAINER = "trainer", "trainer"
        MODERATOR = "moderator", "moderator"
        ANALYST = "analyst", "analyst"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="roles")
    name = models.CharField(max_length=10, choices=Name)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "brand"], name="role_user_brand")]


class Team(models.Model):
    """A team of a brand."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="teams")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "slug"], name="team_brand_slug")]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """Something that people of a brand know about."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="topics")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "slug"], name="topic_brand_slug")]

    def __str__(self) -> str:
        return self.name
