"""Which compression a reader takes (RFC 9110, 12.5.3), and compressing."""

import functools
import gzip
import re

import brotli

BROTLI, GZIP, PLAIN = "br", "gzip", ""
SMALLEST = 500  # bytes; below it compressing makes nothing faster
_WORD = re.compile(r"\s*(?P<name>[\w*-]+)\s*(?:;\s*q\s*=\s*(?P<q>[01](?:\.\d{0,3})?)\s*)?\Z", re.ASCII)


@functools.lru_cache(maxsize=512)
def chosen(accepts: str) -> str:
    """Return the encoding to answer with: what the reader likes best, of equals the smaller; PLAIN where in doubt."""
    likes: dict[str, float] = {}
    for part in accepts.split(","):
        if found := _WORD.match(part):
            likes[found["name"].lower()] = float(found["q"] or 1)
    others = likes.get("*", 0.0)
    weights = {BROTLI: likes.get(BROTLI, others), GZIP: likes.get(GZIP, likes.get("x-gzip", others))}
    best = max(weights, key=lambda name: weights[name])  # the first of equals
    return best if weights[best] > likes.get("identity", 0.0) and weights[best] > 0 else PLAIN


def compressed(body: bytes, encoding: str) -> bytes:
    """Return the body in an encoding."""
    if encoding == BROTLI:
        small: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=5)
        return small
    return gzip.compress(body, compresslevel=6, mtime=0) if encoding == GZIP else body
