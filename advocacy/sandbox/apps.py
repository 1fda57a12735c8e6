"""The sandbox as a Django app."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """A small pretend social network that speaks X API v2 over HTTP. Off in production; nothing else imports it."""

    name = "advocacy.sandbox"
    label = "sandbox"
    default_auto_field = "django.db.models.BigAutoField"
