"""A key by which a program of a user's reads this site's API."""

from django.conf import settings
from django.db import models


class Scope(models.TextChoices):
    """What a key may read."""

    BRANDS = "brands:read", "Brands"
    PEOPLE = "people:read", "People"
    POSTS = "posts:read", "Posts"


class ApiKey(models.Model):
    """A key of a user. The key itself is shown once and not kept: here are its beginning and a SHA-256 of the whole."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=60)  # what the user calls it
    prefix = models.CharField(max_length=8, unique=True)  # names the key on pages and in logs; each request asks for it
    digest = models.CharField(max_length=64)  # SHA-256 of the whole key, in hexadecimal digits
    scopes = models.JSONField(default=list)  # values of Scope
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)  # a worker notes it; null: never, or not noted yet

    class Meta:
        constraints = [
            # sending the form twice makes one key; one that was revoked leaves its name free
            models.UniqueConstraint(
                fields=["user", "name"], condition=models.Q(revoked_at__isnull=True), name="api_key_name_once"
            ),
        ]
