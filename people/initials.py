"""Initials for a person without a picture: which letters, and the small SVG that shows them."""

import base64
import hashlib
import unicodedata

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

NOBODY = "_"  # for a name without a letter: head and shoulders
# scripts whose letters stand alone, so that two of them side by side are two initials; of others one letter is shown
TWO_LETTER_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "HEBREW")
NOT_THE_NAME = frozenset({"dr", "prof", "jr", "sr", "ii", "iii", "iv", "md", "phd", "esq"})
LONGEST = 12  # code points: the longest conjuncts of Indic scripts with their signs have fewer
VIRAMA = 9  # the combining class of the signs that join two consonants
ZWNJ, ZWJ = "\u200c", "\u200d"
# ink on the backdrops of voices.css by light and by dark, at least 7:1 (a test computes it): oklch(.33 .07 hue) and
# oklch(.95 .02 hue), for slate less of the hue
INK = {
    "slate": ("#22384a", "#e8f0f6"),
    "marigold": ("#473100", "#f5eee0"),
    "sage": ("#163f21", "#e6f3e8"),
    "clay": ("#54261e", "#fceae6"),
    "plum": ("#492746", "#f7eaf5"),
    "teal": ("#003f46", "#e0f3f5"),
    "iris": ("#322f58", "#ededfc"),
    "moss": ("#343906", "#eef0e1"),
}


def initials(name: str) -> str:
    """Return the one or two letters that stand for a name, or NOBODY where it holds no letter."""
    words = [word for part in unicodedata.normalize("NFC", name).split() if (word := _from_first_letter(part))]
    words = [word for word in words if word.rstrip(".,").casefold() not in NOT_THE_NAME] or words
    if not words:
        return NOBODY
    letters = [_capital(_first_grapheme(word)) for word in (words[0], *words[1:][-1:])]
    if not all(unicodedata.name(letter[0], "").startswith(TWO_LETTER_SCRIPTS) for letter in letters):
        del letters[1:]
    return "".join(letters)


def is_initials(letters: str) -> bool:
    """Return whether these are letters as `initials` makes them: nothing else is drawn."""
    if letters == NOBODY:
        return True
    if not 0 < len(letters) <= LONGEST or unicodedata.normalize("NFC", letters) != letters:
        return False
    first = _first_grapheme(letters)
    rest = letters[len(first) :]
    return initials(f"{first} {rest}" if rest else first) == letters


def svg(letters: str, backdrop: str) -> SafeString:
    """Return the picture: 144 x 144, transparent, for the backdrop that the page paints behind it."""
    if letters == NOBODY:
        drawn = mark_safe('<circle cx="72" cy="58" r="24"/><path d="M26 132a46 42 0 0 1 92 0z"/>')
    else:
        drawn = format_html('<text x="72" y="73" dominant-baseline="central" text-anchor="middle">{}</text>', letters)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="144" height="144" viewBox="0 0 144 144">'
        "<style>{}</style>{}</svg>",
        mark_safe(style(backdrop)),  # noqa: S308 - made of the table above
        drawn,
    )


def style(backdrop: str) -> str:
    """Return the style sheet of the picture of a backdrop."""
    light, dark = INK[backdrop]
    return (
        f"svg{{fill:{light};font:600 46px system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif}}"
        f"@media (prefers-color-scheme:dark){{svg{{fill:{dark}}}}}"
    )


def policy(backdrop: str) -> str:
    """Return the Content-Security-Policy of the picture: its own style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style(backdrop).encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; sandbox"


def _from_first_letter(word: str) -> str:
    for place, character in enumerate(word):
        if unicodedata.category(character)[0] == "L":
            return word[place:]
    return ""


def _first_grapheme(word: str) -> str:
    """Return the first letter with the marks on it; Indic consonants joined by a virama belong together."""
    end = 1
    while end < len(word) and _continues(word[end - 1], word[end]):
        end += 1
    return word[:end].rstrip(ZWJ + ZWNJ)[:LONGEST]


def _continues(before: str, character: str) -> bool:
    kind = unicodedata.category(character)
    if kind[0] == "M" or character in {ZWJ, ZWNJ}:
        return True
    return kind == "Lo" and (unicodedata.combining(before) == VIRAMA or before == ZWJ)


def _capital(letter: str) -> str:
    """Return the letter as a name begins with it; one that would become two stays as it is."""
    capital = letter.title()
    return capital if len(capital) == len(letter) else letter
