"""Initials for people without a picture."""

import math
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from people import faces, initials
from people.models.person import BACKDROPS

CSS = "static/voices.css"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ingrid Solbakk", "IS"),
        ("  ingrid   maria solbakk ", "IS"),
        ("Pel\u00e9", "P"),
        ("\u00c9va \u00d1u\u00f1ez", "\u00c9\u00d1"),
        ("E\u0301va Nu\u0303nez", "\u00c9N"),  # letters and marks apart, as some keyboards send them
        ("Martin Luther King Jr.", "MK"),
        ("Dr. Ana Ruiz, PhD", "AR"),
        ("Jr", "J"),
        ("(Bob) \u201cRay\u201d", "BR"),
        ("O\u2019Neil", "O"),
        ("\u0416\u0430\u043d\u043d\u0430 \u0410\u0433\u0443\u0437\u0430\u0440\u043e\u0432\u0430", "\u0416\u0410"),
        ("\u10d3\u10d0\u10d5\u10d8\u10d7 \u10d9\u10da\u10d3\u10d8\u10d0", "\u10d3\u10d9"),
        ("\u05d9\u05d5\u05e1\u05e3 \u05db\u05d4\u05df", "\u05d9\u05db"),
        ("\u738b\u5c0f\u660e", "\u738b"),
        ("\u5c71\u7530 \u592a\u90ce", "\u5c71"),
        ("\uae40\ucca0\uc218", "\uae40"),
        ("\u0645\u062d\u0645\u062f \u0639\u0644\u064a", "\u0645"),
        ("\u0928\u0930\u0947\u0928\u094d\u0926\u094d\u0930 \u092e\u094b\u0926\u0940", "\u0928"),
        ("\u0915\u094d\u0937\u093f\u0924\u093f\u091c", "\u0915\u094d\u0937\u093f"),
        ("\U00020bb7\u91ce", "\U00020bb7"),
        ("\U0001f642 \U0001f642", "_"),
        ("123 456", "_"),
        ("", "_"),
        ("<script>alert(1)</script>", "S"),
    ],
)
def test_a_name_gives_the_initials_that_its_script_uses(name: str, letters: str, client: Client) -> None:
    assert initials.initials(name) == letters
    assert client.get(faces.initials_url(name, "plum")).status_code == 200


@pytest.mark.parametrize(
    "letters",
    ["is", "ISX", "I S", "A1", "1", "<a", "&lt;", "\"x", "E\u0301", "\U0001f642", "\u0645\u0639", "A" * 13, "__",
     "A\x00", "A\u0301" * 20, "\u202eA", "..", "%3Cscript%3E"],
)  # fmt: skip
def test_what_is_no_initials_is_not_found(letters: str, client: Client) -> None:
    assert client.get(reverse("initials", args=["plum", letters])).status_code == 404


@pytest.mark.parametrize("backdrop", ["red", "Plum", "plum-1"])
def test_an_unknown_backdrop_is_not_found(backdrop: str, client: Client) -> None:
    assert client.get(f"/faces/initials/{backdrop}/IS.svg").status_code == 404


def test_the_picture_is_drawn_small_and_can_do_nothing(client: Client) -> None:
    answer = client.get("/faces/initials/slate/IS.svg")
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    assert [re.sub(r"\{.*\}", "", node.tag) for node in root.iter()] == ["svg", "style", "text"]
    assert root[1].text == "IS"
    assert len(answer.content) < 700
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; sandbox", answer["Content-Security-Policy"]
    )
    assert "Set-Cookie" not in answer
    assert "Vary" not in answer or "Cookie" not in answer["Vary"]


def test_somebody_without_a_letter_gets_head_and_shoulders(client: Client) -> None:
    answer = client.get(faces.initials_url("\U0001f642", "moss"))
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    assert [re.sub(r"\{.*\}", "", node.tag) for node in root.iter()] == ["svg", "style", "circle", "path"]


def test_initials_are_only_read(client: Client) -> None:
    assert client.head("/faces/initials/slate/IS.svg").status_code == 200
    assert client.post("/faces/initials/slate/IS.svg").status_code == 405


def _linear(lightness: float, chroma: float, hue: float) -> list[float]:
    """Return oklch as linear sRGB (CSS Color 4, 17)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return [
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    ]


def _luminance(linear: list[float]) -> float:
    red, green, blue = (min(1.0, max(0.0, part)) for part in linear)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _of_hex(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _contrast(one: list[float], other: list[float]) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("backdrop", BACKDROPS)
def test_the_letters_are_legible_on_their_backdrop_by_light_and_by_dark(backdrop: str) -> None:
    with open(CSS) as file:
        css = file.read()
    found = re.search(rf"\.{backdrop} {{ --hue: (\d+)(?:; --tone: ([\d.]+))? }}", css)
    assert found
    assert "light-dark(oklch(.885 var(--tone, .05) var(--hue)), oklch(.39 .05 var(--hue)))" in css
    hue, tone = float(found[1]), float(found[2] or 0.05)
    light, dark = initials.INK[backdrop]
    assert _contrast(_of_hex(light), _linear(0.885, tone, hue)) >= 7
    assert _contrast(_of_hex(dark), _linear(0.39, 0.05, hue)) >= 7
