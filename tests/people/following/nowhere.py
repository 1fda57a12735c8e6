"""A mail server that takes nothing."""

from typing import Any

from django.core.mail.backends.base import BaseEmailBackend


class Nowhere(BaseEmailBackend):
    """Refuses each letter."""

    def send_messages(self, email_messages: Any) -> int:
        """Refuse."""
        raise ConnectionRefusedError("no letter is taken here")
