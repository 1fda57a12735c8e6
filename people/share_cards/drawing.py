"""The parts that both kinds of card are made of: paper, portraits, the dot; and the file that comes out."""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from people.initials import INK, NOBODY, initials
from people.share_cards import lettering
from people.share_cards.lettering import Style

SIZE = (1200, 630)
MARGIN = (64, 56)  # pixels at the sides, and above and below
PAPER, WORDS, QUIET = "#fbfaf8", "#291b27", "#655562"
SMALL = Style(24, 600, 1.25)
# the light backdrops of voices.css: oklch(.885 .05 hue), for slate less of the hue
BACKDROPS = {
    "slate": "#c9dcec",
    "marigold": "#ead7b4",
    "sage": "#c3e3c8",
    "clay": "#f8cec5",
    "plum": "#edcee9",
    "teal": "#b3e3e9",
    "iris": "#d5d5fa",
    "moss": "#d7deb8",
}
_QUALITY = 86
_FINER = 4  # round corners are drawn so many times larger, for smooth edges


def portrait(path: Path | None, name: str, backdrop: str, size: tuple[int, int]) -> Image.Image:
    """Return a picture of a person of this size: what the file shows, else their initials. Raises OSError."""
    if path is None:
        return _initials(name, backdrop, size)
    with Image.open(path, formats=("AVIF",)) as image:
        return ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS, centering=(0.5, 0.4))


def _initials(name: str, backdrop: str, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, BACKDROPS[backdrop])
    draw = ImageDraw.Draw(image)
    ink, letters = INK[backdrop][0], initials(name)
    width, height = size
    if letters == NOBODY or not lettering.drawable(letters):
        middle, r = width / 2, width * 0.17
        draw.ellipse((middle - r, height * 0.4 - r, middle + r, height * 0.4 + r), fill=ink)
        draw.pieslice((width * 0.18, height * 0.62, width * 0.82, height * 1.2), 180, 360, fill=ink)
        return image
    style = Style(round(width * 0.4), 700, 1.0)
    left = round((width - lettering.breadth(letters, style)) / 2)
    lettering.write(draw, (left, round((height - style.height) / 2)), letters, style, ink)
    return image


def with_corners(image: Image.Image, corners: tuple[int, int, int, int]) -> Image.Image:
    """Return a mask with round corners, given clockwise from the upper left in pixels; one stays nearly sharp."""
    width, height = (side * _FINER for side in image.size)
    mask = Image.new("L", (width, height), 255)
    for place, radius in enumerate(corners):
        r = radius * _FINER
        corner = Image.new("L", (r, r), 0)
        ImageDraw.Draw(corner).pieslice((0, 0, 2 * r, 2 * r), 180, 270, fill=255)
        corner = corner.rotate(-90 * place)
        mask.paste(corner, ((0, width - r)[place in {1, 2}], (0, height - r)[place in {2, 3}]))
    return mask.resize(image.size, Image.Resampling.LANCZOS)


def signed(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, colour: str) -> None:
    """Write the small line with the dot of the brand before it."""
    x, y = at
    middle = y + SMALL.height / 2
    draw.ellipse((x, middle - 9, x + 17, middle + 8), fill=colour)
    draw.rectangle((x + 9, middle, x + 17, middle + 8), fill=colour)  # the speaking corner
    lettering.write(draw, (x + 30, y), words, SMALL, QUIET)


def as_file(image: Image.Image) -> bytes:
    """Return the card as every network reads it: a JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue()
