"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, their accounts, what the networks say of them."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"
