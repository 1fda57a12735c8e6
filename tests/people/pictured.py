"""Pictures for tests of faces and posts, and what lies in the folder of pictures."""

import io
from pathlib import Path
from typing import Any

from PIL import Image

from people import post_pictures
from people.models import Account, Post, PostPicture
from tests.advocacy.outside import Outside, answer
from tests.factories import make_account, make_post


def png(colour: str = "teal", size: tuple[int, int] = (100, 100)) -> bytes:
    """Return a PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def files(media: Path) -> list[str]:
    """Return the names of all files below a folder."""
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def four(stem: str) -> list[str]:
    """Return the names of the files of a stem."""
    return [*(f"{stem}-{size}.avif" for size in ("320", "640", "face")), f"{stem}-letter.jpg"]


def account_with(url: str, **fields: Any) -> Account:
    """Make an account whose picture at the network is at this address."""
    return make_account(avatar_url=url, **fields)


def fresh(row: Any) -> Any:
    """Read a row again."""
    row.refresh_from_db()
    return row


def medium(url: str | None, kind: str = "photo", alt: str | None = None) -> dict[str, Any]:
    """Return a medium as Post.media holds it."""
    return {"kind": kind, "url": url, "alt": alt, "width": 800, "height": 450}


def pictured(account: Account | None, *urls: str | None, **fields: Any) -> Post:
    """Make a post with pictures at these addresses, as a reading stores it."""
    post = make_post(account, media=[medium(url) for url in urls], **fields)
    post_pictures.want([post])
    return post


def served(network: Outside, *names: str, size: tuple[int, int] = (800, 450)) -> list[str]:
    """Let the network have a picture of each of these colours; return their addresses."""
    return [network.page(f"/{name}.png", answer(png(name, size), kind="image/png")) for name in names]


def two(*rows: PostPicture) -> list[str]:
    """Return the names of the files of these rows."""
    return sorted(f"{row.stem}-{size}.avif" for row in rows for size in ("1200", "600"))


def states(post: Post) -> list[tuple[int, bool, int]]:
    """Return of each picture of a post its position, whether it is here, and how often it was asked for."""
    return [(row.position, bool(row.stem), row.tries) for row in post.pictures.order_by("position")]
