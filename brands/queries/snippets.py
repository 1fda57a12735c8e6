"""Why somebody is found: the place in their words where it stands."""

from dataclasses import dataclass
from typing import NamedTuple

from brands.models import Brand
from brands.queries.cards import Card
from brands.queries.search import Speaker
from brands.wording import Asked, marks
from people.outgoing.terms import words_may_be_cut
from people.queries.posts import open_posts

_BEFORE, _AFTER = 50, 110  # characters around the first word that matches
_EDGE = 15  # how far a cut moves so that it falls between two words


class Piece(NamedTuple):
    """A part of a snippet, not escaped."""

    words: str
    marked: bool  # it is what was asked for


@dataclass(slots=True)
class Reason:
    """Somebody with the newest of their posts that matches."""

    card: Card
    post_id: int
    lang: str
    network: str  # where it was said
    pieces: list[Piece]  # none where the network's terms let no part of a post stand by itself


def reasons(brand: Brand, speakers: list[Speaker], known: dict[int, Card], asked: Asked) -> list[Reason]:
    """Return why these people were found, in their order, in one query; known are cards by enrolment ids."""
    rows = open_posts().filter(pk__in=[speaker.post_id for speaker in speakers], shown_on__brand=brand)
    texts = {pk: said for pk, *said in rows.values_list("pk", "text", "lang", "account__network")}
    found = []
    for enrolment, post in speakers:
        if enrolment in known and post in texts:
            text, lang, network = texts[post]
            pieces = snippet(text, asked) if words_may_be_cut(network) else []
            found.append(Reason(known[enrolment], post, lang, network, pieces))
    return found


def snippet(text: str, asked: Asked) -> list[Piece]:
    """Return the part of a text around what was asked for, in pieces; its beginning where that is not to be seen."""
    spans = marks(text, asked)
    first = spans[0] if spans else (0, 0)
    start, end = _cut(text, *first)
    pieces, at = [Piece("… ", False)] if start else [], start
    for begin, stop in spans:
        if begin >= end:
            break
        stop = min(stop, end)
        pieces += [Piece(text[at:begin], False), Piece(text[begin:stop], True)]
        at = stop
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else ""), False))
    return [piece for piece in pieces if piece.words]


def _cut(text: str, first: int, first_end: int) -> tuple[int, int]:
    """Return where the snippet begins and ends, between two words where there are any."""
    start = max(0, first - _BEFORE)
    blank = text.find(" ", start, min(first, start + _EDGE)) if start else -1
    start = blank + 1 if blank >= 0 else start
    end = min(len(text), first_end + _AFTER, first + 2 * _AFTER)
    blank = text.rfind(" ", end - _EDGE, end) if end < len(text) else -1
    return start, blank if blank > first_end else end
