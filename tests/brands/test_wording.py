"""Words of posts and of questions."""

import pytest

from brands.queries.snippets import Piece, snippet
from brands.wording import ask, marks, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Snow, snow & SNOW!", " snow "),
        ("Größe der Łódź-Brücke", " grosse der lodz brucke "),
        ("don't #stop @the_train", " don t stop the train "),
        ("see https://example.org/a?b=c now", " see now "),
        ("夜行 train", " 夜 行 夜行 train "),
        ("🚂👍🏽 ❄️", " 🚂 👍 ❄ "),
        ("नमस्ते", " नमस्ते "),
        ("a\0b", " a b "),
        ("%_\\'\"-!", ""),
        ("", ""),
        ("x" * 100, f" {'x' * 64} "),
    ],
)
def test_a_text_has_its_words_once_between_blanks(text: str, words: str) -> None:
    assert words_of(text) == words


def test_of_a_very_long_text_the_beginning_is_looked_at() -> None:
    assert words_of("snow " * 4_000 + "buffers") == " snow "


@pytest.mark.parametrize("question", ["who knows about snow?", "Who here knows anything about snow", "snow", " SNOW "])
def test_a_question_asks_for_what_it_is_about(question: str) -> None:
    asked = ask(question)
    assert (asked.parts, asked.whole, asked.start) == (("snow",), (), "snow")


def test_a_question_about_nothing_asks_for_nothing() -> None:
    assert not ask("who knows about?")
    assert not ask("%")


def marked(text: str, question: str) -> list[str]:
    return [text[start:end] for start, end in marks(text, ask(question))]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Schnee, Schneepflug und SCHNEE", "schnee", ["Schnee", "Schneepflug", "SCHNEE"]),
        ("Schneepflug und Eis", "schnee eis", ["Eis"]),
        ("u\u0308ber Nacht", "über", ["u\u0308ber"]),
        ("夜行列車の夜行", "夜行", ["夜行", "夜行"]),
        ("夜夜夜", "夜夜", ["夜夜夜"]),
        ("see https://snow.example/snow", "snow", []),
        ("on ❄️ time", "❄", ["❄"]),
    ],
)
def test_what_was_asked_for_is_marked_as_it_is_written(text: str, question: str, expected: list[str]) -> None:
    assert marked(text, question) == expected


def test_a_snippet_is_cut_between_words_around_the_first_mark() -> None:
    text = "one two three " * 12 + "<b>snow</b> " + "four five six " * 20
    pieces = snippet(text, ask("snow"))
    assert pieces[0] == Piece("… ", False)
    assert [piece.words for piece in pieces if piece.marked] == ["snow"]
    assert "".join(piece.words for piece in pieces).startswith("… ")
    assert pieces[1].words.split()[0] in {"one", "two", "three"}
    assert pieces[-1].words.endswith((" …", "four …", "five …", "six …"))
    assert len("".join(piece.words for piece in pieces)) < 300


def test_a_short_text_is_its_own_snippet_and_an_unmarked_one_begins_at_its_beginning() -> None:
    assert snippet("All snow.", ask("snow")) == [Piece("All ", False), Piece("snow", True), Piece(".", False)]
    assert snippet("Nothing", ask("snow")) == [Piece("Nothing", False)]


def test_a_very_long_word_is_marked_no_further_than_the_snippet_goes() -> None:
    pieces = snippet("夜" * 5_000, ask("夜"))
    assert sum(len(piece.words) for piece in pieces) < 300
