"""The words by which people and posts are found, the same on every database: made here, the database only looks.

A word is a run of letters and digits without case and accents. Scripts that set no blanks between words (Japanese,
Chinese, Thai ...) give each character and each pair of neighbours, so that any part of a sentence is found. An emoji
is a word. Nothing is cut down to a stem: posts come in many languages, often two in one sentence, and a stem of the
wrong language hides what stands there. The last word that is asked for may be a beginning instead.
"""

from dataclasses import dataclass

import regex

from people.profiles import fold_name

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_RUN = regex.compile(
    rf"(?V1)(?P<unspaced>[{_UNSPACED}]+)"
    rf"|[[\p{{L}}\p{{N}}]--[{_UNSPACED}]][[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}\uFE0E\uFE0F]]*"
    r"|\p{Regional_Indicator}{2}|\p{Extended_Pictographic}"
)
_ADDRESS = regex.compile(r"https?://\S+")
_QUESTION = regex.compile(r"^who (?:here )?knows (?:anything |something )?(?:about|of)\b")
_LONGEST_TEXT = 20_000  # characters of a post that are looked at
_LONGEST_WORD = 64
_MOST_ASKED = 12  # words of one question


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for."""

    parts: tuple[str, ...] = ()  # as asked, folded: each stands somewhere in what is found of a person
    whole: tuple[str, ...] = ()  # words that a post has
    start: str = ""  # beginning of one more word of it; "" where there is none

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.parts)


def words_of(text: str) -> str:
    """Return the words of a text, each once, with a blank before and after each; "" where it has none."""
    found = dict.fromkeys(word for part in _parts(_without_addresses(text)) for word in _words(*part))
    return f" {' '.join(found)} " if found else ""


def ask(words: str) -> Asked:
    """Return what is looked for; "who knows about snow?" asks for snow."""
    parts = _parts(_QUESTION.sub("", fold_name(words.replace("\0", " "))))[:_MOST_ASKED]
    if not parts:
        return Asked()
    last, unspaced = parts[-1]
    begun = [] if unspaced or not last[0].isalnum() else [last]
    whole = dict.fromkeys(word for part in parts[: len(parts) - len(begun)] for word in _words(*part))
    return Asked(tuple(part for part, _ in parts), tuple(whole), begun[0] if begun else "")


def marks(text: str, asked: Asked) -> list[tuple[int, int]]:
    """Return where in a text the words that were asked for stand, as (start, end), in order and apart."""
    sought = set(asked.parts[:-1] if asked.start else asked.parts)
    within = [part for whole in asked.parts for part, unspaced in _parts(whole) if unspaced]
    found = []
    hidden = [address.span() for address in _ADDRESS.finditer(text)]
    for run in _RUN.finditer(text):
        if any(start <= run.start() < end for start, end in hidden):
            continue
        if run["unspaced"]:
            found += [(run.start() + at, run.start() + at + len(part)) for part in within for at in _at(run[0], part)]
        elif any(part in sought or (asked.start and part.startswith(asked.start)) for part, _ in _parts(run[0])):
            found.append(run.span())
    return _apart(sorted(found))


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub(" ", text[:_LONGEST_TEXT])


def _parts(text: str) -> list[tuple[str, bool]]:
    """Return the runs of a text, folded, each with whether its script sets no blanks."""
    return [(run[0][:_LONGEST_WORD], run["unspaced"] is not None) for run in _RUN.finditer(fold_name(text))]


def _words(part: str, unspaced: bool) -> list[str]:
    """Return the words of a run."""
    if not unspaced:
        return [part]
    return [*part, *(part[at : at + 2] for at in range(len(part) - 1))]


def _at(text: str, part: str) -> list[int]:
    return [at for at in range(len(text) - len(part) + 1) if text.startswith(part, at)]


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
