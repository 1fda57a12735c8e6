"""A person's card: portrait, name, own words, and what they do where."""

import hashlib
import json
import re
from dataclasses import astuple, dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from people import faces
from people.models import Person
from people.outgoing.contacts import words_of
from people.queries.faces import Face
from people.sections import Appearance
from people.share_cards import drawing, lettering
from people.share_cards.lettering import Style

RECIPE = 1  # another one makes new stems, as the file of a stem never changes
NAME, SAYING = Style(84, 700, 0.98), Style(44, 500, 1.18)
PICTURE = (504, 630)
_LEFT, _WIDTH = PICTURE[0] + drawing.MARGIN[0], drawing.SIZE[0] - PICTURE[0] - 2 * drawing.MARGIN[0]
_GAP = 26  # pixels between name, words and the small line
_ROOM = drawing.SIZE[1] - 2 * drawing.MARGIN[1]
_STEM = re.compile(r"/([0-9a-f]{32})-640\.avif\Z")


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a person's card shows; the same look is the same file."""

    person: int  # its id: nobody else's card is the same file
    name: str
    words: str
    role: str  # the small line
    colour: str  # of its dot
    backdrop: str
    picture: str  # stem of the portrait, "" for initials

    @property
    def stem(self) -> str:
        """What the file is named by."""
        return hashlib.sha256(json.dumps([RECIPE, *astuple(self)]).encode()).hexdigest()[:32]

    @property
    def alt(self) -> str:
        """What is to be seen, in words."""
        drawn = lettering.drawable(self.words) and self.words
        return f"Portrait of {self.name}" + (f" beside the words: {self.words}" if drawn else "")


def picture_stem(face: Face) -> str:
    """Return the stem of a face's files; "" where initials are drawn."""
    found = _STEM.search(face.large_url)
    return found[1] if found else ""


def look(person: Person, face: Face, first: Appearance | None) -> Look:
    """Return how a person's card looks now; first is where they appear first."""
    role = f"{first.title} at {first.brand}" if first and first.title else first.brand if first else ""
    return Look(
        person=person.pk,
        name=person.name,
        words=words_of(person, person.line),
        role=role,
        colour=(first.colour if first else "") or drawing.QUIET,
        backdrop=person.backdrop,
        picture=picture_stem(face),
    )


def draw(seen: Look) -> bytes:
    """Return the card as a file. Raises OSError where the portrait's file is gone."""
    card = Image.new("RGB", drawing.SIZE, drawing.BACKDROPS[seen.backdrop])
    card.paste(drawing.portrait(_file(seen.picture), seen.name, seen.backdrop, PICTURE), (0, 0))
    blocks = _blocks(seen)
    small = drawing.SMALL.height if seen.role and lettering.drawable(seen.role) else 0
    heights = [len(broken) * style.height for style, broken in blocks] + ([small] if small else [])
    y = (drawing.SIZE[1] - sum(heights) - _GAP * (len(heights) - 1)) // 2
    pen = ImageDraw.Draw(card)
    for (style, broken), height in zip(blocks, heights, strict=False):
        for number, line in enumerate(broken):
            lettering.write(pen, (_LEFT, y + number * style.height), line, style, drawing.WORDS)
        y += height + _GAP
    if small:
        drawing.signed(pen, (_LEFT, y), _within(seen.role), seen.colour)
    return drawing.as_file(card)


def _blocks(seen: Look) -> list[tuple[Style, list[str]]]:
    """Return name and words as they fit; what the font cannot write, or what is too long, is left out."""
    found = []
    name = lettering.fitted(seen.name, NAME, _WIDTH, 3 * NAME.height, 36) if lettering.drawable(seen.name) else None
    if name:
        found.append(name)
    if seen.words and lettering.drawable(seen.words):
        taken = len(name[1]) * name[0].height + _GAP if name else 0
        room = _ROOM - taken - drawing.SMALL.height - _GAP
        words = lettering.fitted(f"“{seen.words}”", SAYING, _WIDTH, room, 26)
        if words:
            found.append(words)
    return found


def _within(words: str) -> str:
    """Return the small line, cut after a word where it is too long."""
    if lettering.breadth(words, drawing.SMALL) <= _WIDTH - 30:
        return words
    while words and lettering.breadth(f"{words} …", drawing.SMALL) > _WIDTH - 30:
        words = words.rpartition(" ")[0]
    return f"{words} …"


def _file(stem: str) -> Path | None:
    return faces.file_of(stem, "640") if stem else None
