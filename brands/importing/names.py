"""Names of people as staff lists write them. A name is never changed beyond order and spaces."""

import re
import unicodedata
from typing import NamedTuple

_SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "v"}
_DEGREES = {
    "phd",
    "dphil",
    "md",
    "mba",
    "msc",
    "bsc",
    "ma",
    "ba",
    "esq",
    "dds",
    "cpa",
    "rn",
    "llm",
    "jd",
    "pmp",
    "frs",
    "obe",
}
_PARTICLES = {
    *("van", "von", "vom", "der", "den", "de", "di", "da", "del", "della", "du", "la", "le", "dos", "das", "do"),
    *("bin", "al", "el", "ter", "ten", "zu", "zum", "zur", "af", "av", "y", "e"),
}
# "(Bob)", '"Bob"' and the typographic kinds; a single quote only between spaces, for O'Brien has one too
_NICKNAME = re.compile(r"(?:^|\s+)(?:\(([^)]*)\)|[\"“„«]([^\"“”„«»]*)[\"”“»]|(?<=\s)['‘]([^'‘’]*)['’](?=\s|$))\s*")
_NOT_A_NICKNAME = re.compile(r"/|^(?:née?|geb\.?|born|formerly|ex)\b", re.IGNORECASE)
_FAMILY_FIRST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # Japanese, Chinese, Korean


class Parts(NamedTuple):
    """A name in parts; shown is how pages write it."""

    shown: str
    given: str
    family: str
    nickname: str


def tidy(text: str) -> str:
    """Return text in NFC with single spaces and without control and format characters."""
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    bare = "".join(c for c in kept if unicodedata.category(c) != "Cf" or c in "\u200c\u200d")
    return unicodedata.normalize("NFC", " ".join(bare.split()))


def read_name(*, name: str = "", first: str = "", nickname: str = "", last: str = "", suffix: str = "") -> Parts:
    """Put a name together from the columns there are. A whole name is shown as written, but for "Last, First"."""
    name, first, nickname, last, suffix = (tidy(part) for part in (name, first, nickname, last, suffix))
    if not name:
        first, inner = _take_nickname(first)
        nickname = nickname or inner
        return Parts(_join(nickname or first, last, suffix), first or nickname, last, nickname)
    whole, inner = _take_nickname(name)
    given, family, ending = _split(whole)
    changed = whole != name or "," in whole
    nickname = nickname or inner
    shown = _join(inner or given, family, ending) if changed else name
    return Parts(shown, first or given, last or family, nickname)


def _take_nickname(text: str) -> tuple[str, str]:
    """Return the name without what stands in brackets or quotes, and that if it is a nickname."""
    found = _NICKNAME.search(text)
    if not found:
        return text, ""
    before, inner = text[: found.start()], tidy(found[1] or found[2] or found[3] or "")
    rest = tidy(before + " " + text[found.end() :]).replace(" ,", ",")
    if not rest:
        return inner, ""
    # "Anna Lee (External)": brackets after a whole name are more often a remark than a nickname
    remark = found[1] is not None and found.end() == len(text) and "," not in text and " " in before.strip()
    if remark or inner[:1].islower() or _NOT_A_NICKNAME.search(inner):
        return rest, ""
    return rest, inner


def _split(whole: str) -> tuple[str, str, str]:
    """Return given names, family name and suffix of a whole name."""
    pieces = [piece.strip() for piece in whole.split(",") if piece.strip()]
    endings = [piece for piece in pieces[1:] if all(_is_ending(word) for word in piece.split())]
    pieces = [piece for index, piece in enumerate(pieces) if index == 0 or piece not in endings]
    words = pieces[0].split() if pieces else []
    while len(words) > 1 and _is_ending(words[-1]):
        endings.insert(0, words.pop())
    ending = " ".join(endings)
    if len(pieces) > 1:
        return " ".join(pieces[1:]), " ".join(words), ending
    if len(words) < 2:
        return " ".join(words), "", ending
    if _FAMILY_FIRST.search(whole):
        return " ".join(words[1:]), words[0], ending
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:]), ending


def _is_ending(word: str) -> bool:
    return word.replace(".", "").casefold() in _SUFFIXES | _DEGREES and not word.islower()


def _join(given: str, family: str, suffix: str) -> str:
    if _FAMILY_FIRST.search(given + family):
        return " ".join(part for part in (family, given, suffix) if part)
    name = " ".join(part for part in (given, family) if part)
    if suffix and suffix.split()[0].replace(".", "").casefold() in _DEGREES:
        return f"{name}, {suffix}"
    return f"{name} {suffix}".strip()
