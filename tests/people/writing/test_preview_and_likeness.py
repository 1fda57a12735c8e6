"""What would be cut is marked, and a form letter is known by its words."""

import pytest

from people.writing import likeness, preview

MINE = "The winter timetable starts on Sunday and the night train to Venice runs every day of the week again."


def test_a_preview_says_what_becomes_a_link() -> None:
    [part] = preview.of_x("Warm bread. https://vesper.org/winter #nighttrain with @kofi").parts
    assert [piece for piece in part.pieces if piece.kind == "found"] == [
        ("found", "https://vesper.org/winter"),
        ("found", "#nighttrain"),
        ("found", "@kofi"),
    ]
    assert (part.used, part.over) == (12 + 23 + 1 + 11 + 6 + 5, 0)


def test_what_x_would_cut_is_marked_and_nothing_is_lost() -> None:
    text = "Forty centimetres. " * 20
    [part] = preview.of_x(text).parts
    assert "".join(piece.text for piece in part.pieces) == text
    assert [len(piece.text) for piece in part.pieces if piece.kind == "cut"] == [part.over]
    assert not preview.of_x(text).fits


def test_the_parts_of_a_thread_each_fit() -> None:
    parts = preview.split_for_x("Forty centimetres of snow overnight. " * 20)
    assert len(parts) == 3
    assert preview.of_x(parts).fits


def test_nothing_to_say_does_not_fit() -> None:
    assert not preview.of_x("  ").fits


def test_the_same_words_are_the_same_whatever_their_dress() -> None:
    other = (
        "the WINTER timetable starts on Sunday — and the night-train to Venice runs every day of the week; again! #ves"
    )
    assert likeness.nearness(likeness.normal(MINE), likeness.normal(other)) > likeness.NEAR


def test_a_sentence_moved_is_still_the_same_text() -> None:
    one = f"{MINE} Come and see the snow from the dining car with us."
    other = f"Come and see the snow from the dining car with us. {MINE}"
    assert likeness.nearness(likeness.normal(one), likeness.normal(other)) > likeness.NEAR


def test_two_people_about_one_thing_in_their_own_words_are_not_near() -> None:
    other = (
        "From Sunday I am back on the Venice run, every single night. My sister says I should learn to sleep by day."
    )
    assert likeness.nearness(likeness.normal(MINE), likeness.normal(other)) < 0.6


def test_short_greetings_are_no_form_letters() -> None:
    assert (
        likeness.nearness(
            likeness.normal("Good morning from the depot!"), likeness.normal("Good morning from the depot")
        )
        == 0
    )


def test_japanese_is_compared_without_spaces() -> None:
    one, other = "昨夜は雪が四十センチ積もりました。", "昨夜は雪が四十センチ積もりました！"
    assert likeness.nearness(likeness.normal(one), likeness.normal(other)) == 1


def test_the_shared_words_are_marked_in_my_text() -> None:
    text = f"I was there. {MINE}"
    assert likeness.shared_places(likeness.normal(text), likeness.normal(MINE)) == [(13, len(text) - 1)]


def test_addresses_and_mentions_make_nothing_alike() -> None:
    links = "https://vesper.org/winter-2026/a-long-address @kofi @ingrid @oskar @mei @lin @lea"
    assert likeness.nearness(likeness.normal(links), likeness.normal(links)) == 0


def borrowed(mine: str, theirs: str) -> float:
    return likeness.borrowed(likeness.normal(mine), likeness.normal(theirs))


TITLE = "The night train to Venice runs every day again"
LIVED = "My grandmother took this line in 1958 with two suitcases and a goose."


@pytest.mark.parametrize(
    "mine", [f"{LIVED} {TITLE}", f"{TITLE}. {LIVED}", f"{LIVED} {TITLE}, and tonight I wake them."]
)
def test_a_title_quoted_among_words_of_ones_own_is_no_form_letter(mine: str) -> None:
    assert borrowed(mine, TITLE) < likeness.NEAR
    assert borrowed(mine, f"{TITLE}. Book your bed with us now.") < likeness.NEAR


@pytest.mark.parametrize(
    "mine",
    [
        f"{MINE} \U0001f389\U0001f682",
        f"Hello everybody, good morning! {MINE}",
        f"#nighttrain #vesper {MINE} #winter #venice #travel #sleeper #railways #timetable @kofi https://vesper.org/w",
        f"{MINE} Yes!",
        MINE.partition(" and ")[2],
    ],
)
def test_anothers_words_with_a_trimming_are_still_anothers(mine: str) -> None:
    assert borrowed(mine, MINE) >= likeness.NEAR


def test_a_piece_of_a_text_is_not_nearly_that_text() -> None:
    whole = likeness.normal(f"{LIVED} {MINE} Come and see the snow from the dining car with us.")
    assert likeness.nearness(likeness.normal(TITLE), whole) < likeness.NEAR
    assert likeness.nearness(likeness.normal(MINE), whole) < likeness.NEAR


def test_a_sentence_that_everybody_gets_counts_for_nothing() -> None:
    said = "I work for The Great Northern Railway Company of Austria."
    mine, theirs = (likeness.normal(f"{word} {said}", [said]) for word in ("Delayed.", "Coffee?"))
    assert (likeness.borrowed(mine, theirs), likeness.nearness(mine, theirs)) == (0, 0)
    assert [word[0] for word in mine.words] == ["delayed"]
