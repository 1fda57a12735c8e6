"""How words would read on a network: what becomes a link, what would be cut, how much room is left. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from people.writing import threads, x_text

MOST_LINKS = 2  # of one post whose cards count: X shows that of the first link that has one
AT_ONCE = 2_000  # code points: more than a post holds, unless it is addresses
Kind = Literal["text", "found", "cut"]


class Piece(NamedTuple):
    """A stretch of the words: plain, what the network makes a link of, or what it would cut off."""

    kind: Kind
    text: str


class Card(NamedTuple):
    """What a network would show below a post for its link, as far as this site knows."""

    state: str  # card, none, failed, wanted; "": nobody has asked; pictures: it shows those instead
    url: str = ""
    site: str = ""
    title: str = ""
    description: str = ""
    picture: int | None = None  # the card's id where it has one
    large: bool = False
    again: int | None = None  # it may be known soon: how often the open page will have asked by then

    @property
    def pause(self) -> int:
        """After how many seconds it asks; the fifth question comes 45 s after the words were typed.

        What is typed waits ten seconds for its look, and a worker comes by every twenty.
        """
        return 3 * (self.again or 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One post of what goes out (a thread has several)."""

    text: str
    used: int
    limit: int
    pieces: Sequence[Piece]
    refused: bool  # it holds characters that the network does not take
    links: Sequence[str] = ()  # as they are written: those whose card the network may show, in its order
    card: Card | None = None  # where that was asked for, and there is a link

    @property
    def over(self) -> int:
        """How many characters are too many; 0 where it fits."""
        return max(0, self.used - self.limit)

    @property
    def shown(self) -> int:
        """How far a bar is filled."""
        return min(self.used, self.limit)


@dataclass(frozen=True, slots=True)
class Reading:
    """What goes out on one network."""

    network: str
    parts: Sequence[Part]
    linked: bool  # it holds an address: on X the API then costs more, so that X's own form is offered first

    @property
    def fits(self) -> bool:
        """Whether the network would take every part."""
        return all(part.text.strip() and not part.over and not part.refused for part in self.parts)


Reader = Callable[[str | Sequence[str]], Reading]
Splitter = Callable[[str, str], list[str]]  # a text, and the sentence for which its first part keeps room


def of_x(text: str | Sequence[str]) -> Reading:
    """Return how X shows a text, or the parts of a thread."""
    parts = [_x_part(part) for part in ([text] if isinstance(text, str) else text)]
    return Reading("x", parts, linked=any(part.links for part in parts))


def links_of_x(text: str) -> list[str]:
    """Return the links of one post on X whose cards count, in X's order; far behind its end none is looked for."""
    return [url.value for url in x_text.urls(text[:AT_ONCE])[:MOST_LINKS]]


def split_for_x(text: str, sentence: str = "") -> list[str]:
    """Return a text as the parts of a thread on X; the first one keeps room for a sentence behind it."""
    whole = text.strip()

    def fits(rest: str) -> int:
        if not sentence or rest != whole:
            return _fits_x(rest)
        return max(1, _fits_x(f"{sentence} {rest}") - len(sentence) - 1)

    return threads.split(whole, fits)


def _fits_x(rest: str) -> int:
    """Return how much of a text X takes, without counting all of a long one again for each part."""
    fits = x_text.length(rest[:AT_ONCE]).fits
    return fits if fits < AT_ONCE else x_text.length(rest).fits  # addresses count 23, however long they are


def _x_part(text: str) -> Part:
    length = x_text.length(text)
    urls = x_text.urls(text)
    found = sorted([*urls, *x_text.mentions(text), *x_text.hashtags(text)])
    pieces: list[Piece] = []
    at = 0
    for one in found:
        if one.start < at or one.start >= length.fits:
            continue
        pieces += [Piece("text", text[at : one.start]), Piece("found", text[one.start : min(one.end, length.fits)])]
        at = min(one.end, length.fits)
    pieces += [Piece("text", text[at : length.fits]), Piece("cut", text[length.fits :])]
    refused = not length.valid and bool(text.strip()) and length.used <= length.limit
    shown = [piece for piece in pieces if piece.text]
    return Part(text, length.used, length.limit, shown, refused, [url.value for url in urls[:MOST_LINKS]])


def shown_address(url: str) -> str:
    """Return an address as networks show it: without scheme, cut after thirty characters."""
    bare = url.split("://", 1)[-1].removeprefix("www.")
    return bare if len(bare) <= 30 else f"{bare[:29]}…"


LINKS: dict[str, Callable[[str], list[str]]] = {"x": links_of_x}
READERS: dict[str, Reader] = {"x": of_x}
SPLITTERS: dict[str, Splitter] = {"x": split_for_x}


def readable(network: str) -> bool:
    """Return whether we know how a network counts and shows words."""
    return network in READERS


def of(network: str, text: str | Sequence[str]) -> Reading:
    """Return how a network shows a text, or the parts of a thread. Raises KeyError for one that is not readable."""
    return READERS[network](text)


def links(network: str, text: str) -> list[str]:
    """Return the links of one post whose cards count on a network, as they are written, in its order."""
    return LINKS[network](text)


def split_for(network: str, text: str, sentence: str = "") -> list[str]:
    """Return a text as the parts of a thread on a network; the first one keeps room for a sentence behind it."""
    return SPLITTERS[network](text, sentence)
