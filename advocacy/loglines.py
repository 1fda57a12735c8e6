"""How a log line looks: one line of text each, whatever was in the words."""

import logging
import time


class Line(logging.Formatter):
    """Times in UTC; line breaks and control characters of a message are shown as escapes: no line can be forged."""

    converter = staticmethod(time.gmtime)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that logging calls
        """Return the line without its traceback, which logging adds below it."""
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def without_readyz(record: logging.LogRecord) -> bool:
    """Return False for Django's line about a 503 of /readyz: that answer is the report, and it is asked for often."""
    request = getattr(record, "request", None)
    return request is None or not request.path.startswith("/readyz")
