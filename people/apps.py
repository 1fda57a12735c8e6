"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, their accounts, what the networks say of them."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the files of pictures go with their rows, and a login find its person."""
        from people import logins, post_pictures  # noqa: PLC0415 - models can be imported from here on

        post_pictures.listen()
        logins.listen()
