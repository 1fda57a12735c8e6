"""Pictures for tests of faces, and what lies in the folder of pictures."""

import io
from pathlib import Path
from typing import Any

from PIL import Image

from people.models import Account
from tests.factories import make_account


def png(colour: str = "teal", size: tuple[int, int] = (100, 100)) -> bytes:
    """Return a PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def files(media: Path) -> list[str]:
    """Return the names of all files below a folder."""
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def three(stem: str) -> list[str]:
    """Return the names of the files of a stem."""
    return [f"{stem}-{size}.avif" for size in ("320", "640", "face")]


def account_with(url: str, **fields: Any) -> Account:
    """Make an account whose picture at the network is at this address."""
    return make_account(avatar_url=url, **fields)


def fresh(row: Any) -> Any:
    """Read a row again."""
    row.refresh_from_db()
    return row
