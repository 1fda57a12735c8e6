"""Somebody with a profile. Exists without a brand, and takes everything along."""

from django.conf import settings
from django.db import models

# the eight studio backdrops of voices.css; a person keeps one for good
BACKDROPS = ("slate", "marigold", "sage", "clay", "plum", "teal", "iris", "moss")


class Person(models.Model):
    """A person. `slug` is null until the first yes: until then there is no page and nothing is public."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person")
    # the private address given at the yes, folded; becomes the login once a code sent there was entered
    login_address = models.CharField(max_length=254, blank=True)
    slug = models.SlugField(max_length=80, unique=True, null=True)  # noqa: DJ001 - null until the yes: unique
    name = models.CharField(max_length=120)
    sort_name = models.CharField(max_length=120)  # family name first, folded; the people list is ordered by it
    first_name = models.CharField(max_length=60)  # what the chorus and "3 more from ..." call the person
    portrait = models.CharField(max_length=120, blank=True)  # stem of the pictures below media/, see faces.py
    portrait_alt = models.CharField(max_length=200, blank=True)
    backdrop = models.CharField(max_length=10, choices=[(b, b) for b in BACKDROPS])
    languages = models.JSONField(default=list)  # BCP 47 tags, such as ["de", "en"]
    line = models.CharField(max_length=60, blank=True)  # own words; the chorus reads "{first name} {line}"
    about = models.CharField(max_length=200, blank=True)  # own words for the head of the person's page
    links = models.JSONField(default=list)  # [{"label": str, "url": str}]
    page_open = models.BooleanField(default=False)  # the person's own page exists from the first yes on
    listing_hash = models.CharField(max_length=64, blank=True)  # SHA-256 of the token of the permanent listing link
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            # /listing/<token>/ finds the person by the hash
            models.Index(fields=["listing_hash"], name="person_listing_hash"),
            # each face that is asked for: whose is it
            models.Index(fields=["portrait"], name="person_portrait"),
        ]

    def __str__(self) -> str:
        return self.name


class OldSlug(models.Model):
    """A slug that a person or the site once used: it redirects for ever and is never given to anybody else."""

    slug = models.SlugField(max_length=80, unique=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="old_slugs")
