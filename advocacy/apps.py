"""The plumbing as a Django app: it owns rate limits, the heartbeat and the audit log."""

from django.apps import AppConfig, apps


class AdvocacyConfig(AppConfig):
    """Plumbing shared by both apps."""

    name = "advocacy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let second steps be sealed anew; a site that is nothing but the sandbox has none."""
        if apps.is_installed("allauth.mfa"):
            from advocacy import crypto, signin  # noqa: PLC0415 - models can be imported from here on

            crypto.register_resealer("second steps", signin.reseal_second_steps)
