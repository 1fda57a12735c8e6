"""How a log line looks: one line of text each, whatever was in the words."""

import logging
import re
import time

# addresses that are secrets themselves: whoever reads a log must not be able to open them (ids of the studio are short)
_SECRET_ADDRESS = re.compile(
    r"""((?:/|%2F)(?:invitations|listing|join)(?:/|%2F)+)(?:(?!%2F)[^/\s"'<>?&#]){8,}""", re.IGNORECASE
)


class Line(logging.Formatter):
    """Times in UTC; control characters of a message are shown as escapes, so that no line can be forged.

    The secret part of addresses is left out, of the message and of the traceback below it.
    """

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with its traceback, and without secret addresses."""
        return _SECRET_ADDRESS.sub(r"\1...", super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that logging calls
        """Return the line without its traceback, which logging adds below it."""
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def without_readyz(record: logging.LogRecord) -> bool:
    """Return False for Django's line about a 503 of /readyz: that answer is the report, and it is asked for often."""
    request = getattr(record, "request", None)
    return request is None or not request.path.startswith("/readyz")
