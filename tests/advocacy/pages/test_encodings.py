"""Which compression a reader takes."""

import gzip

import brotli
import pytest

from advocacy.pages.encodings import chosen, compressed


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("identity", ""),
        ("identity;q=0.5, gzip;q=0.4", ""),
        ("GZIP", "gzip"),
        ("deflate", ""),
        ("br;q=high", ""),
        ("gzip;q=2", ""),
    ],
)
def test_the_reader_gets_what_they_like_best(accepts: str, encoding: str) -> None:
    assert chosen(accepts) == encoding


def test_what_is_compressed_opens_to_what_it_was() -> None:
    body = b"Good morning from the night train. " * 100
    assert brotli.decompress(compressed(body, "br")) == body
    assert gzip.decompress(compressed(body, "gzip")) == body
    assert compressed(body, "") == body
