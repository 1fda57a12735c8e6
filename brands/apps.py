"""The brands app."""

from django.apps import AppConfig


class BrandsConfig(AppConfig):
    """Brands, enrolments and the brand page's feed."""

    name = "brands"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the one signal by which people let brands know, and tell people's pages where they appear."""
        from brands import duties, feed, taken_along  # noqa: PLC0415 - models must be loaded first
        from brands.queries import cards  # noqa: PLC0415
        from people import sections  # noqa: PLC0415

        feed.listen()
        sections.register(cards.appearances)
        sections.register_shower(cards.shows_post)
        sections.register_duties(duties.of)
        sections.register_packer(taken_along.of)
