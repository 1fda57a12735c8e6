"""A thread is split where a reader would take breath: never amid a time, a number, a link or an abbreviation."""

import pytest

from people.writing.threads import split


def parts(text: str, most: int) -> list[str]:
    return split(text, lambda rest: min(most, len(rest)))


@pytest.mark.parametrize(
    ("text", "most", "first"),
    [
        ("The night train to Rome leaves at 06:30 from Vienna", 37, "The night train to Rome leaves at"),
        ("We have baked and sold nearly 1,000 loaves today", 34, "We have baked and sold nearly"),
        ("Read what we wrote about it at https://vesper.example/a now", 38, "Read what we wrote about it at"),
        ("Bread at dawn, rolls at noon: cake at night", 33, "Bread at dawn, rolls at noon:"),
        ("We baked it with Dr. Berger and then we slept", 30, "We baked it with Dr. Berger"),
        ("We use old tools, e.g. wooden peels and linen", 30, "We use old tools,"),
        ("Es hat 3.50 gekostet und war gut. Danach kam Regen", 45, "Es hat 3.50 gekostet und war gut."),
    ],
)
def test_marks_end_a_part_only_before_a_space(text: str, most: int, first: str) -> None:
    found = parts(text, most)
    assert found[0] == first
    assert " ".join(found) == text


@pytest.mark.parametrize(
    ("text", "most", "first"),
    [
        ("هل وصل القطار إلى روما؟ نعم وصل في الصباح الباكر", 35, "هل وصل القطار إلى روما؟"),
        ("کیا ٹرین روم پہنچ گئی ہے۔ ہاں صبح سویرے پہنچی", 35, "کیا ٹرین روم پہنچ گئی ہے۔"),
        ("रात की रेलगाड़ी रोम पहुँची। सुबह बहुत ठंडी थी", 35, "रात की रेलगाड़ी रोम पहुँची।"),
        ("他说：「夜车到了。」我们下车了，外面很冷", 14, "他说：「夜车到了。」"),
        ("夜车晚点了，外面很冷很冷很冷", 10, "夜车晚点了，"),
    ],
)
def test_other_scripts_end_their_sentences_too(text: str, most: int, first: str) -> None:
    assert parts(text, most)[0] == first


def test_a_link_amid_a_script_without_spaces_stays_whole() -> None:
    assert parts("我们写了一篇文章请看https://vesper.example/a", 20) == [
        "我们写了一篇文章请看",
        "https://vesper.examp",  # longer than a part by itself: it cannot stay whole
        "le/a",
    ]
    assert parts("我们写了一篇文章请看https://ves.er/a", 20) == ["我们写了一篇文章请看", "https://ves.er/a"]
