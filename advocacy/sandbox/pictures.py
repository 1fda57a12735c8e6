"""Pictures that the sandbox draws itself, so that nothing is fetched from anywhere."""

import hashlib
import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PROFILE = (400, 400)
POST = (800, 450)


def profile_picture(name: str, key: str) -> bytes:
    """Return a PNG with the initials of a name on a colour of its own."""
    words = name.split() or ["?"]
    return _drawn("".join(word[0] for word in (words[0], *words[1:][-1:])).upper(), key, PROFILE)


def post_picture(key: str) -> bytes:
    """Return a PNG for a post's picture that nobody gave a file for."""
    return _drawn(f"picture {key.rsplit('_', 1)[-1][-6:]}", key, POST)


def read_picture(path: Path) -> tuple[bytes, str, int, int]:
    """Return the bytes, content type, width and height of a picture file. Raises OSError for what is no picture."""
    body = path.read_bytes()
    with Image.open(io.BytesIO(body)) as image:
        return body, Image.MIME[image.format or "PNG"], image.width, image.height


def size_of(body: bytes) -> tuple[int, int]:
    """Return the width and height of a picture."""
    with Image.open(io.BytesIO(body)) as image:
        return image.size


def _drawn(words: str, key: str, size: tuple[int, int]) -> bytes:
    digest = hashlib.sha256(key.encode()).digest()
    colour = tuple(60 + part % 90 for part in digest[:3])
    image = Image.new("RGB", size, colour)
    font = ImageFont.load_default(size=size[1] // 3)
    middle = (size[0] / 2, size[1] / 2)
    ImageDraw.Draw(image).text(middle, words, fill=(255, 255, 255), font=font, anchor="mm")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
