"""What X turns into links in a text, and how long it counts a text: the rules of twitter-text, version 3.

Source: X's "Counting characters" and the conformance cases of twitter-text, which tests/people/writing runs. The list
of top-level domains beside this file is theirs (Apache-2.0, its licence lies beside it).
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import regex

LONGEST = 280
LABEL, LABELS = 63, 30  # characters of a name's label (RFC 1035), labels before its last two; nobody has so many
MOST_MARKS = 32  # accents of one sign that are counted with it: nobody writes more, and a text of them must end
URL_LENGTH = 23  # whatever the address: X replaces it by one of t.co
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # these weigh 1, all else 2
_NEVER = "\ufffe\ufeff\uffff"  # characters that X refuses

_DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_SPACES = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
_DOMAIN = rf"[^{_PUNCTUATION}{_SPACES}{_NEVER}{_DIRECTION}]"
_LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b"
    "\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_PATH = rf"[a-z0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_LATIN}\u0400-\u04ff]"
_PARENTHESES = rf"\((?:{_PATH}+|(?:{_PATH}*\({_PATH}+\){_PATH}*))\)"
_PATH_END = rf"(?:[+\-a-z0-9=_#/{_LATIN}\u0400-\u04ff]|{_PARENTHESES})"
_WHOLE_PATH = rf"(?:(?:{_PATH}*(?:{_PARENTHESES}{_PATH}*)*{_PATH_END})|(?:@{_PATH}+/))"
_QUERY = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
_ALNUM = (
    r"\p{L}\p{M}\p{Nd}_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
)
_HASHTAG = regex.compile(
    rf"(?:^|\ufe0e|\ufe0f|(?![{_ALNUM}&]).)([#＃](?!\ufe0f|\u20e3)([{_ALNUM}]*[\p{{L}}\p{{M}}][{_ALNUM}]*))",
    regex.DOTALL,
)
_MENTION = regex.compile(
    r"(?:^|[^a-zA-Z0-9_!#$%&*@＠]|(?:^|[^a-zA-Z0-9_+~.-])(?:rt|RT|rT|Rt):?)"
    r"([@＠]([a-zA-Z0-9_]{1,20})(/[a-zA-Z][a-zA-Z0-9_\-]{0,24})?)"
)
_AFTER_MENTION = regex.compile(rf"[@＠{_LATIN}]|://")
_AFTER_HASHTAG = regex.compile(r"[#＃]|://")
_TCO = regex.compile(rf"https?://t\.co/([a-z0-9]+)(?:{_QUERY})?", regex.IGNORECASE)
# how X draws emoji: one picture, and it weighs 2, however many code points it is made of
_EMOJI = regex.compile(
    r"[0-9#*]\ufe0f?\u20e3"
    r"|\p{Regional_Indicator}{2}"
    r"|(?:\p{Extended_Pictographic})[\U000e0020-\U000e007e]+\U000e007f"
    r"|\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?"
    r"(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)*"
)


class Found(NamedTuple):
    """A stretch of a text, in code points: text[start:end], and what it names without its sign."""

    start: int
    end: int
    value: str


class Length(NamedTuple):
    """How long X counts a text, and how much of it fits."""

    used: int
    limit: int
    fits: int  # code points of the text that X would take; the rest would be cut
    valid: bool  # neither empty nor too long, and without characters that X refuses


@cache
def _url() -> "regex.Pattern[str]":
    top = rf"(?:{_tops()}(?=[^0-9a-zA-Z@+\-]|$)|xn--[\-0-9a-z]{{1,{LABEL}}})"
    # bounded: without, a text of many dots or a very long word takes minutes
    label = rf"(?:{_DOMAIN}(?:[_-]|{_DOMAIN}){{0,{LABEL - 2}}})?{_DOMAIN}\."
    name = rf"(?:{_DOMAIN}(?:-|{_DOMAIN}){{0,{LABEL - 2}}})?{_DOMAIN}\."
    return regex.compile(
        rf"(?P<before>[^A-Za-z0-9@＠$#＃{_NEVER}]|[{_DIRECTION}]|^)"
        # after these signs only a whole address is one (the sign before a bare one is looked at again below)
        r"(?:(?<![-_./])|(?=https?://))"
        rf"(?P<url>(?P<protocol>https?://)?(?P<domain>(?:{label}){{0,{LABELS}}}{name}{top})(?::[0-9]+)?"
        rf"(?P<path>/{_WHOLE_PATH}*)?(?:{_QUERY})?)",
        regex.IGNORECASE,
    )


@cache
def _ascii_domain() -> "regex.Pattern[str]":
    return regex.compile(
        rf"(?:[\-a-z0-9{_LATIN}]+\.)+(?:{_tops()}(?=[^0-9a-zA-Z@+\-]|$)|xn--[\-0-9a-z]+)", regex.IGNORECASE
    )


@cache
def _tops() -> str:
    """Return a pattern of the top-level domains that looks at each sign once: names with one beginning share it."""
    tree: dict[str, Any] = {}
    for name in (Path(__file__).parent / "tlds.txt").read_text(encoding="utf-8").split():
        place = tree
        for sign in name:
            place = place.setdefault(sign, {})
        place[""] = {}
    return _branches(tree)


def _branches(tree: dict[str, Any]) -> str:
    ways = [regex.escape(sign) + _branches(rest) for sign, rest in tree.items() if sign]
    if not ways:
        return ""
    return f"(?:{'|'.join(ways)}){'?' if '' in tree else ''}"


def urls(text: str, *, bare: bool = True) -> list[Found]:
    """Return the addresses that X makes links of; bare: those without http:// too."""
    found: list[Found] = []
    at = 0
    while match := _url().search(text, at):
        at = max(match.end(), at + 1)
        start, end = match.span("url")
        if match["protocol"]:
            if short := _TCO.match(match["url"]):
                if len(short[1]) > 40:
                    continue
                end = start + len(short[0])
                at = end
            if _resolvable(match["domain"]):
                found.append(Found(start, end, text[start:end]))
        elif bare and match["before"] not in ("-", "_", ".", "/"):
            found += _bare(text, match)
    return found


def _bare(text: str, match: "regex.Match[str]") -> list[Found]:
    """Without http:// only the latin parts of a run of characters are a domain; a path belongs to the last."""
    start = match.start("domain")
    inside = [
        Found(start + part.start(), start + part.end(), part[0])
        for part in _ascii_domain().finditer(match["domain"])
        if _resolvable(part[0])
    ]
    if inside and inside[-1].end == match.end("domain"):
        last = inside[-1]
        inside[-1] = Found(last.start, match.end("url"), text[last.start : match.end("url")])
    return inside


def _resolvable(domain: str) -> bool:
    """Whether each label, as DNS writes it, has at most 63 characters (RFC 1035), and none is encoded twice."""
    return all(0 < len(_label(label)) <= 63 for label in domain.split("."))


def _label(label: str) -> str:
    if label.isascii():
        return label
    return "" if label.lower().startswith("xn--") else "xn--" + label.encode("punycode").decode()


def mentions(text: str) -> list[Found]:
    """Return the handles that X makes links of; lists (@name/list) are not among them."""
    return [
        Found(match.start(1), match.end(1), match[2])
        for match in _MENTION.finditer(text)
        if not match[3] and not _AFTER_MENTION.match(text, match.end(1))
    ]


def hashtags(text: str) -> list[Found]:
    """Return the hashtags that X makes links of, without those inside addresses."""
    taken = [(url.start, url.end) for url in urls(text)]
    return [
        Found(match.start(1), match.end(1), match[2])
        for match in _HASHTAG.finditer(text)
        if not _AFTER_HASHTAG.match(text, match.end(1))
        and not any(start < match.end(1) and match.start(1) < end for start, end in taken)
    ]


def length(text: str) -> Length:
    """Count a text as X does: in NFC, an address 23, an emoji 2, latin and punctuation 1, all else 2."""
    links = {url.start: url.end for url in urls(text)}
    emoji = {match.start(): match.end() for match in _EMOJI.finditer(text) if _drawn(match[0])}
    used = fits = at = 0
    open_ = True  # nothing yet that X would cut
    while at < len(text):
        end, weight = _next(text, at, links, emoji)
        used += weight
        open_ = open_ and used <= LONGEST and not any(sign in _NEVER for sign in text[at:end])
        at = end
        fits = at if open_ else fits
    refused = any(sign in _NEVER for sign in text)
    return Length(used, LONGEST, fits, valid=bool(text.strip()) and used <= LONGEST and not refused)


def _next(text: str, at: int, links: dict[int, int], emoji: dict[int, int]) -> tuple[int, int]:
    """Return where the unit of counting that starts here ends, and what it weighs."""
    if at in links:
        return links[at], URL_LENGTH
    if at in emoji:
        return emoji[at], 2
    end = at + 1
    while end < min(len(text), at + MOST_MARKS) and unicodedata.combining(text[end]):
        end += 1
    return end, sum(_weight(sign) for sign in unicodedata.normalize("NFC", text[at:end]))


def _weight(sign: str) -> int:
    return 1 if any(first <= ord(sign) <= last for first, last in _LIGHT) else 2


def _drawn(found: str) -> bool:
    """Whether X draws it as a picture: a lone digit, © or ™ without its sign for that is text."""
    return len(found) > 1 or not found.isascii() and ord(found) > 0xFF
