"""How near two texts are to each other: form letters are found by it. Pure.

A text is compared without its addresses, mentions, hashtags at its ends, case, accents and punctuation. Two measures,
each from 0 to 1: how many of a text's words stand in runs of five that the other one holds too, and rapidfuzz's ratio
of their words in any order: a sentence moved or a name put in changes neither much. `borrowed` asks how much of my text
is another's, and a title quoted among words of my own is little of it; `nearness` asks whether both are nearly one
text, and a piece of the other is not.
"""

import unicodedata
from collections.abc import Container, Iterable, Iterator
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
    def runs(self) -> list[tuple[str, ...]]:
        """Its runs of RUN words, by the place of their first; [] where it has fewer words."""
        folded = [word[0] for word in self.words]
        return [tuple(folded[n : n + RUN]) for n in range(len(folded) - RUN + 1)]


def normal(text: str, without: Iterable[str] = ()) -> Normal:
    """Make a text ready to be compared. without: sentences that count for nothing, wherever they stand in it."""
    words = list(_words(text, _places([*x_text.urls(text), *x_text.mentions(text)])))
    for sentence in without:
        words = _cut(words, [word[0] for word in _words(sentence, frozenset())])
    tags = _places(x_text.hashtags(text))
    own = [n for n, word in enumerate(words) if word[1] not in tags]
    # whoever adds hashtags to words says nothing of their own; one inside a sentence is a word of it
    return Normal(tuple(words[own[0] : own[-1] + 1]) if own else ())


def _places(found: Iterable[x_text.Found]) -> frozenset[int]:
    return frozenset(at for one in found for at in range(one.start, one.end))


def _cut(words: list[Word], sentence: list[str]) -> list[Word]:
    folded, size = [word[0] for word in words], len(sentence)
    kept, at = [], 0
    while at < len(words):
        if size and folded[at : at + size] == sentence:
            at += size
        else:
            kept.append(words[at])
            at += 1
    return kept


def _words(text: str, skipped: Container[int]) -> Iterator[Word]:
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
    """Return how near two texts are to being one; 0 where either is too short to be a form letter."""
    if _short(one, other):
        return 0.0
    return max(min(_share(one, other), _share(other, one)), _ratio(one, other))


def borrowed(mine: Normal, theirs: Normal) -> float:
    """Return how much of my text another one says, from 0 to 1; 0 where either is too short to be a form letter."""
    return 0.0 if _short(mine, theirs) else max(_share(mine, theirs), _ratio(mine, theirs))


def _short(one: Normal, other: Normal) -> bool:
    return min(len(one.words), len(other.words)) < FEWEST


def _ratio(one: Normal, other: Normal) -> float:
    return fuzz.token_sort_ratio(one.joined, other.joined) / 100


def _share(mine: Normal, theirs: Normal) -> float:
    """Return the share of my words that stand in a run which the other text holds too."""
    runs = frozenset(theirs.runs)
    return len({n + k for n, run in enumerate(mine.runs) if run in runs for k in range(RUN)}) / len(mine.words)


def shared_places(mine: Normal, other: Normal) -> list[tuple[int, int]]:
    """Return the stretches of my text, in code points, whose runs of words the other text holds too."""
    theirs = frozenset(other.runs)
    places: list[tuple[int, int]] = []
    for n, run in enumerate(mine.runs):
        if run not in theirs:
            continue
        start, end = mine.words[n][1], mine.words[n + RUN - 1][2]
        if places and start <= places[-1][1]:
            places[-1] = (places[-1][0], end)
        else:
            places.append((start, end))
    return places
