"""Pictures of posts re-encoded: whole, in two widths, within their budgets."""

from typing import Any

import pytest
from PIL import Image

from people import pictures
from people.pictures import WHOLE, NotAPicture, reencode_whole
from tests.people.test_pictures import RED, halves, near, noise, opened, png, saved


@pytest.mark.parametrize(
    ("size", "small", "large"),
    [
        ((2400, 1600), (600, 400), (1200, 800)),
        ((1200, 675), (600, 338), (1200, 675)),
        ((700, 500), (600, 429), (700, 500)),
        ((600, 500), (600, 500), (600, 500)),
        ((80, 60), (80, 60), (80, 60)),
        ((1, 1), (1, 1), (1, 1)),
        ((1000, 4000), (300, 1200), (600, 2400)),
        ((5000, 2), (600, 1), (1200, 1)),
        ((2, 5000), (1, 1200), (1, 2400)),
    ],
)
def test_a_picture_keeps_its_shape_and_is_never_blown_up(size: Any, small: Any, large: Any) -> None:
    made = reencode_whole(saved(halves(size), "PNG"))
    assert [opened(made[name]).size for name in ("600", "1200")] == [small, large]
    assert {opened(body).format for body in made.values()} == {"AVIF"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_each_kind_comes_out_uncut(kind: str) -> None:
    image = opened(reencode_whole(saved(halves((900, 600)), kind))["600"])
    assert near(image.getpixel((2, 2)), RED)
    assert image.getpixel((597, 397))[2] > 150  # type: ignore[index] # blue


def test_even_noise_keeps_to_the_budgets() -> None:
    made = reencode_whole(saved(noise((1210, 300)), "PNG"))
    assert [(size.name, size.budget) for size in WHOLE] == [("600", 40_000), ("1200", 110_000)]
    assert [len(made[size.name]) <= size.budget for size in WHOLE] == [True, True]


def test_nothing_that_was_attached_is_left_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "SECRET-ARTIST"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.0)
    body = saved(halves((400, 300)), "JPEG", exif=exif, comment=b"SECRET-COMMENT") + b"SECRET-TAIL<script>"
    for made in reencode_whole(body).values():
        assert b"SECRET" not in made
        assert opened(made).size == (300, 400)


def test_what_is_no_picture_is_refused() -> None:
    for body in (
        b"",
        b"<svg/>",
        png(20_000, 20_000),
        saved(halves((64, 64)), "BMP"),
        saved(noise((90, 90)), "PNG")[:99],
    ):
        with pytest.raises(NotAPicture):
            reencode_whole(body)


def test_of_a_picture_that_fits_at_no_quality_fewer_pixels_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "WHOLE", (pictures.Size("600", 600, 1200, 900),))
    made = reencode_whole(saved(noise((600, 400)), "PNG"))["600"]
    assert len(made) <= 900
    assert opened(made).width < 600
