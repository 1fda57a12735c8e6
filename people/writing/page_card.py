"""What card a page offers a network: its Twitter Card and Open Graph tags, read from whatever bytes came. Pure.

The rules are X's: https://developer.x.com/en/docs/x-for-websites/cards/overview/markup
"""

import re
import time
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin

from advocacy.http import DoorError, plain

PIECE = 4_096  # characters that are read at once
MOST = 1_000_000  # characters that are read at all: a page's head, and scripts that stand before its tags
LONGEST_TAG = 16_384  # a tag that does not end by then ends the reading
SECONDS = 2.0
LONGEST_TITLE, LONGEST_DESCRIPTION = 200, 400
LARGE = frozenset({"summary_large_image", "player"})
PICTURES = ("twitter:image", "twitter:image:src", "og:image", "og:image:secure_url", "og:image:url")
# what pages are written in; some of Python's other codecs are slow, or make more out of little
_CHARSET = re.compile(
    r"(utf-?8|utf-?16(le|be)?|us-ascii|ascii|latin-?1|iso-?8859-\d{1,2}|windows-\d{3,4}|cp\d{3,4}|shift[_-]jis|sjis"
    r"|euc-(jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5(-hkscs)?|koi8-[ru]|mac-?roman)\Z"
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([a-z0-9_-]{2,20})""", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
# controls, and signs that turn the direction of everything after them
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


class Offered(NamedTuple):
    """A card: its words, the address of its picture ("" for none), and whether that stands large above the words."""

    title: str
    description: str
    picture: str
    large: bool


def read(body: bytes, *, charset: str, url: str) -> Offered | None:
    """Return the card that a page offers; None where it offers none. charset: what the header says, or ""."""
    tags = _Tags()
    tags.take(decoded(body, charset))
    found = tags.found
    kind = found.get("twitter:card", "").lower()
    by_graph = all(found.get(name) for name in ("og:type", "og:title", "og:description"))
    title = _clean(found.get("twitter:title") or found.get("og:title") or tags.title, LONGEST_TITLE)
    if not title or not (kind or by_graph):
        return None
    description = _clean(found.get("twitter:description") or found.get("og:description") or "", LONGEST_DESCRIPTION)
    picture = next((found[name] for name in PICTURES if found.get(name)), "")
    return Offered(title, description, _address(url, picture), kind in LARGE)


def decoded(body: bytes, charset: str) -> str:
    """Return the beginning of a page as text; what cannot be read becomes the sign for that."""
    body = body[: MOST * 2]
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), "")
    declared = _DECLARED.search(body[:2_048])
    named = (marked, charset, declared[1].decode("ascii") if declared else "", "utf-8")
    known = next(name for name in named if _CHARSET.match(name.lower()))
    try:
        return body.decode(known, errors="replace")[:MOST]
    except LookupError:  # such as iso-8859-99
        return body.decode(errors="replace")[:MOST]


class _Tags(HTMLParser):
    """Collects the tags of a head. A page is never complained about, only not understood."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self.title = ""
        self.in_title = False
        self.over = False

    def take(self, text: str) -> None:
        """Read a page piece by piece, until its body begins or it has cost enough."""
        ends = time.monotonic() + SECONDS
        for at in range(0, len(text), PIECE):
            try:
                self.feed(text[at : at + PIECE])
            except (AssertionError, ValueError, IndexError):  # what the parser raises for marks that make no sense
                return
            # what is left over is looked at anew with each piece
            stuck = len(self.rawdata) > LONGEST_TAG and not self.cdata_elem
            if self.over or stuck or time.monotonic() > ends:
                return

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a meta tag; of two with one name the first counts, of twitter:card the last."""
        if tag == "body":
            self.over = True
        self.in_title = tag == "title" and not self.title
        if tag != "meta" or self.over:
            return
        said = {name: value or "" for name, value in attrs}
        name = (said.get("property") or said.get("name") or "").strip().lower()
        content = said.get("content", "").strip()
        if name == "twitter:card" or (name.startswith(("twitter:", "og:")) and name not in self.found):
            self.found[name] = content[:4_096]

    def handle_endtag(self, tag: str) -> None:
        """Note the ends of the title and the head."""
        self.in_title = False
        self.over = self.over or tag == "head"

    def handle_data(self, data: str) -> None:
        """Note the title."""
        if self.in_title and len(self.title) < LONGEST_TITLE:
            self.title += data


def _clean(text: str, longest: int) -> str:
    one = " ".join(_UNSHOWN.sub(" ", text).encode(errors="replace").decode().split())
    return one if len(one) <= longest else f"{one[: longest - 1]}…"


def _address(page: str, picture: str) -> str:
    if not picture:
        return ""
    try:
        return plain(urljoin(page, picture))
    except (DoorError, ValueError):
        return ""
