"""Words as pictures, in the font of the site; what it has no letters for is not drawn at all, never as boxes."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from PIL import ImageDraw, ImageFont

Colour = str | tuple[int, int, int]
# the font comes in two files, as browsers load it: one for most words, one for the other letters of Latin alphabets
_FILES = ("alegreya-latin-wght-normal.woff2", "alegreya-latin-ext-wght-normal.woff2")
_NOT_A_CHARACTER = "\uffff"  # has no letter in any font: what is drawn for it is the box
LIGHTEST, HEAVIEST = 400, 900


class Style(NamedTuple):
    """How words are set: size in pixels, weight from 400 to 900, distance of lines in sizes."""

    size: int
    weight: int
    leading: float

    @property
    def height(self) -> int:
        """Return the height of one line in pixels."""
        return round(self.size * self.leading)


def drawable(words: str) -> bool:
    """Return whether the font has a letter for every character."""
    return all(_file_for(character) is not None for character in _composed(words))


def lines(words: str, style: Style, width: int) -> list[str] | None:
    """Return the words in lines of at most this width; None where a word alone is wider."""
    found: list[str] = []
    for word in _composed(words).split():
        longer = f"{found[-1]} {word}" if found else word
        if found and breadth(longer, style) <= width:
            found[-1] = longer
        elif breadth(word, style) <= width:
            found.append(word)
        else:
            return None
    return found


def fitted(words: str, style: Style, width: int, height: int, smallest: int) -> tuple[Style, list[str]] | None:
    """Return the largest style, from this one down to the smallest size, in which the words fit; None in none."""
    for size in range(style.size, smallest - 1, -2):
        smaller = style._replace(size=size)
        broken = lines(words, smaller, width)
        if broken is not None and len(broken) * smaller.height <= height:
            return smaller, broken
    return None


def breadth(words: str, style: Style) -> float:
    """Return the width of words in pixels."""
    return sum(_font(file, style.size, style.weight).getlength(run) for file, run in _runs(words))


def write(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, style: Style, colour: Colour) -> None:
    """Write one line, its left end and the top of its line box at this point."""
    x, y = float(at[0]), at[1]
    ascent = _font(_FILES[0], style.size, style.weight).getmetrics()[0]
    baseline = y + (style.height - style.size) / 2 + min(ascent, style.size * 0.82)
    for file, run in _runs(_composed(words)):
        font = _font(file, style.size, style.weight)
        draw.text((x, baseline), run, fill=colour, font=font, anchor="ls")
        x += font.getlength(run)


def _composed(words: str) -> str:
    return unicodedata.normalize("NFC", " ".join(words.split()))


def _runs(words: str) -> Iterator[tuple[str, str]]:
    """Yield the words in pieces that one file has all letters for."""
    for file, run in groupby(words, lambda character: _file_for(character) or _FILES[0]):
        yield file, "".join(run)


@lru_cache(maxsize=4096)
def _file_for(character: str) -> str | None:
    """Return the file that has a letter for a character; a blank is in the first."""
    if character == " ":
        return _FILES[0]
    if unicodedata.category(character)[0] in "CMZ":
        return None  # joins, marks and controls need a shaper that knows the script; Latin words are composed
    return next((file for file in _FILES if _picture(file, character) != _picture(file, _NOT_A_CHARACTER)), None)


def _picture(file: str, character: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(file, 24, LIGHTEST).getmask(character, "L")
    return mask.size, bytes(mask)


@lru_cache(maxsize=64)
def _font(file: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(settings.BASE_DIR / "static" / "fonts" / file), size)
    font.set_variation_by_axes([weight])
    return font
