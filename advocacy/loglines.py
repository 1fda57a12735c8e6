"""How a log line looks: one line of text each, whatever was in the words."""

import logging
import re
import time

# where addresses are secrets themselves: no log writes them whole, and robots are told to stay away
SECRET_ROOMS = ("invitations", "listing", "join", "following", "letters")
# whoever reads a log must not be able to open them (ids of the studio are short)
_SECRET_ADDRESS = re.compile(
    rf"""((?:/|%2F)(?:letters(?:/|%2F)+stop|{"|".join(SECRET_ROOMS)})(?:/|%2F)+)"""
    r"""(?:(?!%2F)[^/\s"'<>?&#]){8,}""",
    re.IGNORECASE,
)
# a key of the API: its beginning says which it is, the rest opens
_KEY = re.compile(r"(chorus_[0-9a-z]{8})_[0-9a-z_-]{8,}", re.IGNORECASE)


# what a network sends to the callback of a link: good once and for seconds, but nobody else's
_SECRET_WORDS = re.compile(r"""((?:[?&]|%3F|%26)(?:code|state)(?:=|%3D))(?:(?!%26)[^&\s"'<>])+""", re.IGNORECASE)


class Line(logging.Formatter):
    """Times in UTC; control characters of a message are shown as escapes, so that no line can be forged.

    The secret part of addresses and of keys is left out, of the message and of the traceback below it.
    """

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with its traceback, and without what is secret."""
        line = _SECRET_WORDS.sub(r"\1...", _SECRET_ADDRESS.sub(r"\1...", super().format(record)))
        return _KEY.sub(r"\1_...", line)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name that logging calls
        """Return the line without its traceback, which logging adds below it."""
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def without_readyz(record: logging.LogRecord) -> bool:
    """Return False for Django's line about a 503 of /readyz: that answer is the report, and it is asked for often."""
    request = getattr(record, "request", None)
    return request is None or not request.path.startswith("/readyz")
