"""Saying that one works for whom one writes about: on by itself where the words name the brand or link to it."""

from collections.abc import Sequence

import regex

from people.sections import Spoken
from people.writing import x_text

LONGEST = 120  # characters
Text = str | Sequence[str]
# {language: (where one works for somebody named, where one names nobody)}
_WORDS = {
    "de": ("Ich arbeite für {}.", "Ich arbeite hier."),
    "en": ("I work for {}.", "I work here."),
    "es": ("Trabajo para {}.", "Trabajo aquí."),
    "fr": ("Je travaille pour {}.", "Je travaille ici."),
    "it": ("Lavoro per {}.", "Lavoro qui."),
    "nl": ("Ik werk voor {}.", "Ik werk hier."),
    "pt": ("Trabalho para {}.", "Trabalho aqui."),
}
# scripts that set no space between words: a name stands there right beside other letters
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_ENDED = regex.compile(r"[.!?…。！？｡؟۔।:;]\P{L}*\Z|[^\p{L}\p{N}\p{M}]\Z")
_TAKES_MARKS = regex.compile(r"(?:\A|\s)(?:[#@]|https?://)\S*\Z", regex.IGNORECASE)  # what a mark after it would join


def named_in(text: str, places: Sequence[Spoken]) -> Spoken | None:
    """Return the first brand that a text names or links to; None where it speaks of none."""
    folded = " ".join(text.casefold().split())
    links = [_bare(found.value) for found in x_text.urls(text)]
    for place in places:
        if _holds(folded, place.name.casefold()) or any(_leads(link, to) for link in links for to in place.links):
            return place
    return None


def suggestion(place: Spoken | None, lang: str = "") -> str:
    """Return the words that say it, for the person to change. lang: BCP 47, of the post; English where unknown."""
    named, unnamed = _WORDS.get(lang.partition("-")[0].lower(), _WORDS["en"])
    return named.format(place.name) if place else unnamed


def suggestions(place: Spoken | None) -> list[str]:
    """Return them in all languages."""
    return [suggestion(place, lang) for lang in _WORDS]


def disclosed(text: Text, disclosure: str) -> Text:
    """Return a text, or the parts of a thread, with the disclosure as its last sentence; unchanged if it says so."""
    if not disclosure:
        return text
    if isinstance(text, str):
        return text if disclosure.rstrip(".") in text else f"{_ended(text.rstrip())}{disclosure}".strip()
    parts = list(text)
    if not parts or any(disclosure.rstrip(".") in part for part in parts):
        return parts
    return [str(disclosed(parts[0], disclosure)), *parts[1:]]


def _ended(text: str) -> str:
    """Return a text with what must stand between it and another sentence."""
    if not text:
        return ""
    if _TAKES_MARKS.search(text):
        return f"{text}\n"
    if _ENDED.search(text):
        return f"{text} "
    return f"{text}。" if regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}]\Z", text) else f"{text}. "


def _bare(link: str) -> str:
    return regex.sub(r"\Ahttps?://(?:www\.)?", "", link.casefold()).rstrip("/")


def _leads(link: str, to: str) -> bool:
    """Whether a bare link is this address, or one below it."""
    place = _bare(to)
    return link == place or link.startswith((f"{place}/", f"{place}?", f"{place}#"))


def _holds(text: str, name: str) -> bool:
    """Whether a text holds a name as words of its own: "Vespers" does not name Vesper."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if _apart(before, name[:1]) and _apart(after, name[-1:]):
            return True
        at = text.find(name, at + 1)
    return False


def _apart(sign: str, edge: str) -> bool:
    """Whether a name ends at a sign beside its edge: no letter, or one of a script without spaces."""
    return not sign.isalnum() or bool(_UNSPACED.match(sign) or _UNSPACED.match(edge))
