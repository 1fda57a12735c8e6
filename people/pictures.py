"""Pictures re-encoded: what somebody sent goes in, small AVIFs without a past come out. No file, no row.

Nothing that was sent is ever served: the pixels are decoded, turned upright, brought to sRGB, cut, and written anew,
so that metadata (a place, a camera, a name), scripts and appended files stay behind.
"""

import io
import math
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

# SVG is no picture but a document that can run scripts; TIFF, PSD, EPS and the rest are attack surface for no gain
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
MOST_PIXELS = 24_000_000
LARGEST_PROFILE = 4_000_000  # bytes of a colour profile
NEUTRAL = (236, 233, 230)  # behind transparent pixels: paper, a shade darker
ABOVE_THE_MIDDLE = (0.5, 0.4)  # faces sit a little above the middle
QUALITIES = (68, 58, 48, 38, 28, 18)
JPEG_QUALITY = 86
SHRINK = 0.75  # noise that fits at no quality gets fewer pixels
ENOUGH = 1600  # pixels on the short side, twice what the largest picture shows
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Size:
    """One of the pictures made: pixels wide and high at most, bytes at most."""

    name: str
    width: int
    height: int
    budget: int


SIZES = (Size("face", 144, 144, 5_000), Size("320", 320, 400, 14_000), Size("640", 640, 800, 35_000))
# pictures of posts, uncut: as wide as a post shows them, on ordinary and on fine screens. The height bounds long
# screenshots, which nobody could read at any width that fits the budgets
WHOLE = (Size("600", 600, 1200, 40_000), Size("1200", 1200, 2400, 110_000))
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class NotAPicture(Exception):
    """The bytes are no picture that may be used; the message says why, in words for the person who sent it."""


def reencode(body: bytes, centre: tuple[float, float] = ABOVE_THE_MIDDLE) -> dict[str, bytes]:
    """Return the AVIF files by the names of SIZES, each within its budget and never larger than the source.

    centre says which part stays where the shape differs: 0 to 1 from the left, and from the top.
    Takes JPEG, PNG, WebP, GIF and AVIF (of moving ones the first frame). Raises NotAPicture.
    """
    image = _decoded(body)
    return {size.name: _within(size, _cut(image, size, centre)) for size in SIZES}


def for_letters(face: bytes) -> bytes:
    """Return the smallest of SIZES as a JPEG, for mail programs, which show no AVIF. Raises OSError."""
    with Image.open(io.BytesIO(face), formats=("AVIF",)) as image:
        side = (SIZES[0].width, SIZES[0].height)
        square = ImageOps.fit(image.convert("RGB"), side, Image.Resampling.LANCZOS, centering=ABOVE_THE_MIDDLE)
    buffer = io.BytesIO()
    square.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return buffer.getvalue()


def reencode_whole(body: bytes) -> dict[str, bytes]:
    """Return the AVIF files by the names of WHOLE, uncut, each within its budget and never larger than the source.

    Takes what `reencode` takes. Raises NotAPicture.
    """
    image = _decoded(body)
    return {size.name: _within(size, _fitted(image, size)) for size in WHOLE}


def size_of(path: Path) -> tuple[int, int]:
    """Return the width and height in pixels of a file made here. Raises OSError where it is gone."""
    with Image.open(path, formats=("AVIF",)) as image:
        return image.size


def _decoded(body: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _opened(body)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise NotAPicture(f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels") from None
    except UnidentifiedImageError:
        raise NotAPicture("the file is not a JPEG, PNG, WebP, GIF or AVIF picture") from None
    except Exception:  # Pillow's readers raise a dozen kinds for files that are damaged, or made to do damage
        raise NotAPicture("the picture is damaged and cannot be read") from None


def _opened(body: bytes) -> Image.Image:
    """Return the first frame: upright, RGB in sRGB, nothing transparent, nothing attached."""
    image: Image.Image = Image.open(io.BytesIO(body), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        raise Image.DecompressionBombError
    profile, turn = image.info.get("icc_profile"), _turn(image)
    # a JPEG is decoded at a half, a quarter or an eighth where that is enough: a fraction of the memory
    image.draft("RGB", (ENOUGH, ENOUGH))
    image.load()
    if image.width * image.height > MOST_PIXELS:  # a frame may be larger than the file says
        raise Image.DecompressionBombError
    flat = _flat(_small(image), profile)
    clean = Image.new("RGB", flat.size)
    clean.paste(flat)
    return clean if turn is None else clean.transpose(turn)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Return how to turn the picture upright, by what its EXIF says."""
    try:
        return TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except (OSError, SyntaxError, ValueError, TypeError, struct.error):  # damaged EXIF: the picture may still be good
        return None


def _small(image: Image.Image) -> Image.Image:
    """Bring a large picture down before it is converted, which needs several copies of it."""
    factor = min(image.size) // ENOUGH
    return image if factor < 2 or image.mode in {"P", "PA", "1"} else image.reduce(factor)


def _flat(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture as opaque RGB, with its colours as they were meant."""
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow's own conversion cuts them off instead of scaling
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if image.mode not in {"LA", "PA", "La", "RGBA", "RGBa"} and "transparency" not in image.info:
        return _in_srgb(image, profile)
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, NEUTRAL)
    paper.paste(_in_srgb(image.convert("RGB"), profile), mask=image.getchannel("A"))
    return paper


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if isinstance(profile, bytes) and len(profile) <= LARGEST_PROFILE and image.mode in {"RGB", "CMYK", "L"}:
        try:
            meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return cast(Image.Image, ImageCms.profileToProfile(image, meant, SRGB, outputMode="RGB"))
        except (ImageCms.PyCMSError, OSError, ValueError):  # a damaged or foreign profile: the plain way is good enough
            return image.convert("RGB")
    return image.convert("RGB")


def _cut(image: Image.Image, size: Size, centre: tuple[float, float]) -> Image.Image:
    """Cut to the size's shape, and bring it down to its size; a smaller picture keeps its pixels."""
    scale = min(1.0, image.width / size.width, image.height / size.height)
    wanted = max(1, round(size.width * scale)), max(1, round(size.height * scale))
    return ImageOps.fit(image, wanted, Image.Resampling.LANCZOS, centering=centre)


def _fitted(image: Image.Image, size: Size) -> Image.Image:
    """Bring the whole picture down into the size; a smaller one keeps its pixels."""
    scale = min(1.0, size.width / image.width, size.height / image.height)
    wanted = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(wanted, Image.Resampling.LANCZOS)


def _within(size: Size, image: Image.Image) -> bytes:
    """Return the picture as AVIF within the size's budget, as good as it gets."""
    while True:
        best, made, low, high = b"", b"", 0, len(QUALITIES)
        while low < high:  # the best quality that fits; most pictures need one try, the rest three
            middle = (low + high) // 2 if best or low else 0
            made = _avif(image, QUALITIES[middle])
            if len(made) <= size.budget:
                best, high = made, middle
            else:
                low = middle + 1
        if best:
            return best
        if max(image.size) < 16:
            raise NotAPicture("the picture cannot be made small enough")
        image = _smaller(image, size.budget / len(made))  # what was made last is of the least quality


def _avif(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "AVIF", quality=quality, speed=6, max_threads=1)
    return buffer.getvalue()


def _smaller(image: Image.Image, fits: float) -> Image.Image:
    """Return the picture with so many fewer pixels that about the part of its bytes that fits is left."""
    factor = min(SHRINK, math.sqrt(fits))
    return image.resize((max(1, int(image.width * factor)), max(1, int(image.height * factor))))
