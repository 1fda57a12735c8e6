"""The brands app."""

from django.apps import AppConfig


class BrandsConfig(AppConfig):
    """Brands, enrolments and the brand page's feed."""

    name = "brands"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the one signal by which people let brands know."""
        from brands import feed  # noqa: PLC0415 - models must be loaded first

        feed.listen()
