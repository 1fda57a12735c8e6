"""The plumbing as a Django app: it owns rate limits, the heartbeat and the audit log."""

from django.apps import AppConfig


class AdvocacyConfig(AppConfig):
    """Plumbing shared by both apps."""

    name = "advocacy"
    default_auto_field = "django.db.models.BigAutoField"
