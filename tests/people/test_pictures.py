"""Pictures re-encoded: whatever comes in, three small clean AVIFs go out, or a sentence says why not."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms

from people import pictures
from people.pictures import SIZES, NotAPicture, reencode

RED, GREEN, BLUE = (220, 30, 30), (30, 160, 60), (40, 60, 200)


def saved(image: Image.Image, kind: str, **words: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **words)
    return buffer.getvalue()


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def near(found: Any, wanted: tuple[int, int, int], by: int = 14) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def halves(size: tuple[int, int]) -> Image.Image:
    """The upper half red, the lower half blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (0, size[1] // 2, *size))
    return image


def noise(size: tuple[int, int]) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise(size, 90) for _ in range(3)])


def png(width: int, height: int, *chunks: tuple[bytes, bytes], depth: int = 8, colour: int = 2) -> bytes:
    """Return a PNG that says its size and holds these chunks."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n"
    for name, body in ((b"IHDR", header), *chunks, (b"IEND", b"")):
        whole += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return whole


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_each_kind_gives_three_avifs_of_the_sizes_asked_for(kind: str) -> None:
    made = reencode(saved(halves((900, 1200)), kind))
    assert {name: opened(body).size for name, body in made.items()} == {
        "face": (144, 144),
        "320": (320, 400),
        "640": (640, 800),
    }
    assert {opened(body).format for body in made.values()} == {"AVIF"}
    assert {opened(body).mode for body in made.values()} == {"RGB"}


def test_even_noise_keeps_to_the_budgets() -> None:
    made = reencode(saved(noise((330, 420)), "PNG"))
    assert [len(made[size.name]) <= size.budget for size in SIZES] == [True, True, True]


def test_noise_that_fits_at_no_quality_gets_fewer_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "SIZES", (pictures.Size("640", 128, 160, 600),))
    made = reencode(saved(noise((200, 200)), "PNG"))["640"]
    assert len(made) <= 600
    assert opened(made).width < 128


@pytest.mark.parametrize(
    ("size", "face", "small", "large"),
    [
        ((48, 48), (48, 48), (38, 48), (38, 48)),
        ((400, 400), (144, 144), (320, 400), (320, 400)),
        ((1, 1), (1, 1), (1, 1), (1, 1)),
        ((3, 2000), (3, 3), (3, 4), (3, 4)),
        ((2000, 3), (3, 3), (2, 3), (2, 3)),
    ],
)
def test_a_small_or_narrow_picture_is_never_blown_up(size: Any, face: Any, small: Any, large: Any) -> None:
    made = reencode(saved(halves(size), "PNG"))
    assert [opened(made[name]).size for name in ("face", "320", "640")] == [face, small, large]


def test_a_tall_picture_is_cut_a_little_above_its_middle() -> None:
    image = Image.new("RGB", (400, 1000), GREEN)
    image.paste(RED, (0, 0, 400, 200))  # four tenths of the 600 rows that a square of 400 leaves over are 240
    image.paste(BLUE, (0, 700, 400, 1000))
    face = opened(reencode(saved(image, "PNG"))["face"])
    assert near(face.getpixel((72, 3)), GREEN)
    assert near(face.getpixel((72, 140)), GREEN)
    image.paste(RED, (0, 0, 400, 300))
    assert near(opened(reencode(saved(image, "PNG"))["face"]).getpixel((72, 5)), RED)


@pytest.mark.parametrize(
    ("orientation", "top", "left"),
    [
        (1, RED, None),
        (3, BLUE, None),
        (6, None, BLUE),
        (8, None, RED),
        (5, None, RED),
        (7, None, BLUE),
        (4, BLUE, None),
    ],
)
def test_a_picture_is_turned_upright(orientation: int, top: Any, left: Any) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    face = opened(reencode(saved(halves((300, 300)), "JPEG", exif=exif))["face"])
    if top:
        assert near(face.getpixel((72, 20)), top)
    else:
        assert near(face.getpixel((20, 72)), left)


def test_nothing_of_what_was_attached_is_left() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "SECRET-MAKER", "SECRET-ARTIST"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    body = saved(halves((300, 300)), "JPEG", exif=exif, icc_profile=profile, comment=b"SECRET-COMMENT")
    body += b"SECRET-TAIL<script>"
    assert 0x8825 in opened(body).getexif()
    for made in reencode(body).values():
        assert b"SECRET" not in made
        assert b"script" not in made
        assert dict(opened(made).getexif()) == {}
        assert opened(made).info.get("xmp") is None


def test_cmyk_becomes_the_colour_that_was_meant() -> None:
    body = saved(Image.new("RGB", (200, 200), RED).convert("CMYK"), "JPEG", quality=95)
    assert near(opened(reencode(body)["face"]).getpixel((70, 70)), RED, by=24)


def test_a_wide_colour_space_is_brought_to_srgb() -> None:
    # a profile whose red and blue are exchanged: whoever ignores it shows the wrong colour
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    body = saved(Image.new("RGB", (200, 200), RED), "PNG", icc_profile=bytes(profile))
    found = opened(reencode(body)["face"]).getpixel((70, 70))
    assert found[2] > 150 > found[0]  # type: ignore[index]


@pytest.mark.parametrize("profile", [b"", b"nonsense", b"\x00" * 3000])
def test_a_damaged_colour_profile_is_passed_over(profile: bytes) -> None:
    body = saved(Image.new("RGB", (200, 200), RED), "PNG", icc_profile=profile)
    assert near(opened(reencode(body)["face"]).getpixel((70, 70)), RED)


def test_a_grey_profile_on_a_coloured_picture_is_passed_over() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    body = saved(Image.new("RGB", (200, 200), RED), "PNG", icc_profile=lab)
    assert near(opened(reencode(body)["face"]).getpixel((70, 70)), RED)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_on_neutral_paper(mode: str) -> None:
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    image.paste((*RED, 255) if mode != "LA" else (0, 0, 0, 255), (0, 0, 100, 200))
    body = saved(image.convert(mode), "PNG")
    face = opened(reencode(body)["face"])
    assert near(face.getpixel((130, 70)), pictures.NEUTRAL)
    assert near(face.getpixel((20, 70)), (0, 0, 0) if mode == "LA" else RED)


@pytest.mark.parametrize("value", [0, 0x4000, 0x8000, 0xFFFF])
def test_sixteen_bits_of_grey_are_scaled_and_not_cut_off(value: int) -> None:
    body = saved(Image.new("I;16", (200, 200), value), "PNG")
    assert near(opened(reencode(body)["face"]).getpixel((70, 70)), (value >> 8,) * 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_few_colours_are_enough(mode: str) -> None:
    body = saved(Image.new("RGB", (200, 200), (255, 255, 255)).convert(mode), "PNG")
    assert near(opened(reencode(body)["face"]).getpixel((70, 70)), (255, 255, 255))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_a_moving_picture_the_first_frame_counts(kind: str) -> None:
    frames = [Image.new("RGB", (200, 200), colour) for colour in (RED, GREEN, BLUE)]
    body = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    made = reencode(body)
    assert near(opened(made["face"]).getpixel((70, 70)), RED)
    assert getattr(opened(made["face"]), "n_frames", 1) == 1


# what is refused


@pytest.mark.parametrize("size", [(20_000, 20_000), (6_001, 4_000), (2_000_000, 13), (1, 24_000_001)])
def test_a_bomb_is_known_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(NotAPicture, match="more than 24 million pixels"):
        reencode(png(*size, (b"IDAT", zlib.compress(b"\x00" * 1000))))


def test_a_frame_larger_than_its_gif_is_a_bomb_too() -> None:
    body = bytearray(saved(Image.new("P", (10, 10)), "GIF"))
    place = body.index(b",\x00\x00\x00\x00")  # the first frame's descriptor: left, top, width, height
    body[place + 5 : place + 9] = struct.pack("<HH", 60_000, 60_000)
    with pytest.raises(NotAPicture):
        reencode(bytes(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"/etc/passwd",
        b"http://127.0.0.1/",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"%PDF-1.7\n",
        b"BM" + b"\x00" * 60,
        b"II*\x00" + b"\x00" * 60,
        b"8BPS" + b"\x00" * 60,
        b"P6 10 10 255 " + b"\x00" * 300,
        b"GIF89a",
        b"GIF89a=1/*" + b"\x00" * 10 + b"*/;alert(1)",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x1cftypavif",
    ],
)
def test_what_is_no_picture_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(NotAPicture, match=r"^(the file is not a JPEG|the picture is damaged)"):
        reencode(body)


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "ICO", "PCX", "TGA", "JPEG2000"])
def test_other_kinds_of_pictures_are_refused(kind: str) -> None:
    with pytest.raises(NotAPicture, match="not a JPEG, PNG, WebP, GIF or AVIF"):
        reencode(saved(halves((64, 64)), kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.9])
def test_half_a_picture_is_refused(kind: str, part: float) -> None:
    body = saved(noise((300, 300)), kind)
    with pytest.raises(NotAPicture):
        reencode(body[: int(len(body) * part)])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_bytes_changed_at_random_never_end_in_another_error(kind: str) -> None:
    body = saved(noise((40, 40)), kind)
    for place in range(0, len(body), max(1, len(body) // 60)):
        changed = bytearray(body)
        changed[place] ^= 0xFF
        try:
            made = reencode(bytes(changed))
        except NotAPicture:
            continue
        assert set(made) == {"face", "320", "640"}


def test_a_page_disguised_as_a_gif_comes_out_as_pixels_only() -> None:
    body = saved(halves((64, 64)), "GIF", comment=b"<script>alert(1)</script>") + b"<html><script>alert(2)</script>"
    for made in reencode(body).values():
        assert b"alert" not in made
        assert opened(made).format == "AVIF"


def test_a_text_bomb_in_a_png_is_not_unpacked() -> None:
    text = b"k\x00\x00" + zlib.compress(b"0" * 100_000_000)
    with pytest.raises(NotAPicture):
        reencode(png(8, 8, (b"zTXt", text), (b"IDAT", zlib.compress(b"\x00" * (8 * 25)))))
