"""The people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, their accounts, what the networks say of them."""

    name = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the files of pictures go with their rows, and a login find its person."""
        from advocacy import crypto  # noqa: PLC0415 - models can be imported from here on
        from people import connecting, link_cards, link_ends, logins, personal_fields, post_pictures, tokens, tombstones  # noqa: PLC0415
        from people.publishing import checks  # noqa: PLC0415
        from people.publishing import tokens as sending  # noqa: PLC0415
        from people.views import follow_buttons  # noqa: PLC0415
        from people.writing import shared_pictures  # noqa: PLC0415

        post_pictures.listen()
        logins.listen()
        link_ends.listen()
        link_cards.listen()
        shared_pictures.listen()
        follow_buttons.listen()
        sending.register(tokens.token_to_send)
        checks.register(connecting.sound, before_send=True)  # a link may end while pictures are on their way
        personal_fields.fill()
        crypto.register_resealer("the key of tombstones", tombstones.reseal)
        for name, resealer in tokens.resealers().items():
            crypto.register_resealer(name, resealer)
