"""X's own conformance cases (twitter-text/ beside this file, Apache-2.0): lengths, addresses, mentions, hashtags."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from people.writing import x_text

FOLDER = Path(__file__).parent / "twitter-text"
VALIDATE = yaml.safe_load((FOLDER / "validate.yml").read_text(encoding="utf-8"))["tests"]
EXTRACT = yaml.safe_load((FOLDER / "extract.yml").read_text(encoding="utf-8"))["tests"]
# counted as version 2 did, before an emoji weighed 2 however many code points it has; version 3 has these cases anew
VERSION_2 = {
    "Count a mix of single byte single word, and double word unicode characters",
    "Count unicode emoji chars outside the basic multilingual plane with skin tone modifiers",
}


def cases(source: dict[str, Any], *sections: str) -> list[Any]:
    """Return the cases of some sections, named by what they say."""
    return [pytest.param(case, id=f"{name}: {case['description']}") for name in sections for case in source[name]]


def units(text: str, end: int) -> int:
    """Turn a count of code points into UTF-16 units, which the cases speak in."""
    return len(text[:end].encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in cases(
            VALIDATE,
            "WeightedTweetsCounterTest",
            "WeightedTweetsWithDiscountedEmojiCounterTest",
            "UnicodeDirectionalMarkerCounterTest",
        )
        if not (case.id.startswith("WeightedTweetsCounterTest") and case.values[0]["description"] in VERSION_2)
    ],
)
def test_a_text_is_as_long_as_x_says(case: dict[str, Any]) -> None:
    text, expected = case["text"], case["expected"]
    found = x_text.length(text)
    assert (found.used, found.valid, units(text, found.fits) - 1) == (
        expected["weightedLength"],
        expected["valid"],
        expected["validRangeEnd"],
    )


def test_the_cases_of_version_2_that_are_left_out_are_there_and_no_others() -> None:
    names = {case["description"] for case in VALIDATE["WeightedTweetsCounterTest"]}
    assert names >= VERSION_2
    assert len(VERSION_2) == 2


@pytest.mark.parametrize("case", cases(EXTRACT, "urls", "tco_urls_with_params"))
def test_x_makes_links_of_these_addresses(case: dict[str, Any]) -> None:
    assert [found.value for found in x_text.urls(case["text"])] == case["expected"]


@pytest.mark.parametrize("case", cases(EXTRACT, "urls_with_indices", "urls_with_directional_markers"))
def test_addresses_stand_where_x_finds_them(case: dict[str, Any]) -> None:
    found = [{"url": url.value, "indices": [url.start, url.end]} for url in x_text.urls(case["text"])]
    assert found == case["expected"]


@pytest.mark.parametrize("case", cases(EXTRACT, "mentions"))
def test_x_makes_links_of_these_mentions(case: dict[str, Any]) -> None:
    assert [found.value for found in x_text.mentions(case["text"])] == case["expected"]


@pytest.mark.parametrize("case", cases(EXTRACT, "mentions_with_indices"))
def test_mentions_stand_where_x_finds_them(case: dict[str, Any]) -> None:
    found = [{"screen_name": who.value, "indices": [who.start, who.end]} for who in x_text.mentions(case["text"])]
    assert found == case["expected"]


@pytest.mark.parametrize("case", cases(EXTRACT, "hashtags", "hashtags_from_astral"))
def test_x_makes_links_of_these_hashtags(case: dict[str, Any]) -> None:
    assert [found.value for found in x_text.hashtags(case["text"])] == case["expected"]


@pytest.mark.parametrize("case", cases(EXTRACT, "hashtags_with_indices"))
def test_hashtags_stand_where_x_finds_them(case: dict[str, Any]) -> None:
    found = [{"hashtag": tag.value, "indices": [tag.start, tag.end]} for tag in x_text.hashtags(case["text"])]
    assert found == case["expected"]


@pytest.mark.parametrize("emoji", ["🙂‍↔️", "🐦‍🔥", "👩🏽‍🚒", "🇦🇹", "❤️", "🏴‍☠️"])
def test_an_emoji_of_any_year_weighs_two(emoji: str) -> None:
    assert x_text.length(emoji).used == 2
