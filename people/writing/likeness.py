"""How near two texts are to each other: form letters are found by it. Pure.

A text is compared without its addresses, mentions, hashtags' signs, case, accents and punctuation. Nearness is the
larger of how much of the shorter text's five-word runs the other one holds, and rapidfuzz's ratio of its words in any
order: a sentence moved or a name put in changes neither much.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex
from rapidfuzz import fuzz

from people.writing import x_text

RUN = 5  # words; shorter runs are ordinary language
FEWEST = 6  # words: below that nothing is a form letter ("good morning from the depot")
NEAR = 0.8  # this near is nearly the same text
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
# scripts without spaces between words are compared by their signs
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


class Word(tuple[str, int, int]):
    """A word folded, and where it stands in the text: (folded, start, end)."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Normal:
    """A text made ready to be compared."""

    words: tuple[Word, ...]

    @property
    def joined(self) -> str:
        """Its folded words with spaces."""
        return " ".join(word[0] for word in self.words)

    @property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Its runs of RUN words; the whole text where it has fewer."""
        folded = [word[0] for word in self.words]
        return frozenset(tuple(folded[n : n + RUN]) for n in range(max(1, len(folded) - RUN + 1)))


def normal(text: str) -> Normal:
    """Make a text ready to be compared."""
    skip = [(found.start, found.end) for found in (*x_text.urls(text), *x_text.mentions(text))]
    return Normal(tuple(_words(text, skip)))


def _words(text: str, skip: Iterable[tuple[int, int]]) -> Iterator[Word]:
    skipped = {at for start, end in skip for at in range(start, end)}
    for match in _WORD.finditer(text):
        if match.start() in skipped:
            continue
        if _UNSPACED.search(match[0]):
            yield from (Word((sign, match.start() + n, match.start() + n + 1)) for n, sign in enumerate(match[0]))
        else:
            yield Word((_folded(match[0]), match.start(), match.end()))


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def nearness(one: Normal, other: Normal) -> float:
    """Return how near two texts are, from 0 to 1; 0 where either is too short to be a form letter."""
    if min(len(one.words), len(other.words)) < FEWEST:
        return 0.0
    mine, theirs = one.runs, other.runs
    shared = len(mine & theirs) / min(len(mine), len(theirs))
    return max(shared, fuzz.token_sort_ratio(one.joined, other.joined) / 100)


def shared_places(text: str, other: Normal) -> list[tuple[int, int]]:
    """Return the stretches of my text, in code points, whose runs of words the other text holds too."""
    mine = normal(text)
    theirs = other.runs
    folded = [word[0] for word in mine.words]
    places: list[tuple[int, int]] = []
    for n in range(len(folded) - RUN + 1):
        if tuple(folded[n : n + RUN]) not in theirs:
            continue
        start, end = mine.words[n][1], mine.words[n + RUN - 1][2]
        if places and start <= places[-1][1]:
            places[-1] = (places[-1][0], end)
        else:
            places.append((start, end))
    return places
