"""Saying that one works for whom one writes about: on by itself where the words name the brand or link to it."""

from collections.abc import Sequence

from people.sections import Spoken
from people.writing import x_text

LONGEST = 120  # characters
Text = str | Sequence[str]


def named_in(text: str, places: Sequence[Spoken]) -> Spoken | None:
    """Return the first brand that a text names or links to; None where it speaks of none."""
    folded = " ".join(text.casefold().split())
    links = [found.value.casefold() for found in x_text.urls(text)]
    for place in places:
        hosts = [host.casefold().removeprefix("www.") for host in place.hosts]
        if _holds(folded, place.name.casefold()) or any(host in link for link in links for host in hosts):
            return place
    return None


def suggestion(place: Spoken | None) -> str:
    """Return the words that say it, for the person to change."""
    return f"I work for {place.name}." if place else "I work here."


def disclosed(text: Text, disclosure: str) -> Text:
    """Return a text, or the parts of a thread, with the disclosure as its last sentence; unchanged if it says so."""
    if not disclosure:
        return text
    if isinstance(text, str):
        return text if disclosure.rstrip(".") in text else f"{text.rstrip()} {disclosure}".strip()
    parts = list(text)
    if not parts or any(disclosure.rstrip(".") in part for part in parts):
        return parts
    return [str(disclosed(parts[0], disclosure)), *parts[1:]]


def _holds(text: str, name: str) -> bool:
    """Whether a text holds a name as words of its own: "Vespers" does not name Vesper."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = text.find(name, at + 1)
    return False
