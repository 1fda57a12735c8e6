"""How words are compared with what a network gives back, and named without being shown."""

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Mapping

_SPACE = re.compile(r"\s+")
_SCHEME = re.compile(r"\b(?:https?://(?:www\.)?|www\.)", re.IGNORECASE)
_LAST_SLASH = re.compile(r"(?<=\w)/(?=\s|$)")


def comparable(text: str) -> str:
    """Return a text as it is compared: entities undone, NFC, one space for many, no scheme and last slash of links."""
    plain = unicodedata.normalize("NFC", html.unescape(text))
    plain = _SCHEME.sub("", plain)
    return _SPACE.sub(" ", _LAST_SLASH.sub("", plain)).strip()


def text_hash(text: str) -> str:
    """Return the name of a text: equal for texts that compare as equal."""
    return hashlib.sha256(comparable(text).encode()).hexdigest()


def payload_hash(payload: Mapping[str, object]) -> str:
    """Return the SHA-256 of a payload as canonical JSON."""
    canonical = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
