"""Texts as X sends them: escaped, links wrapped, reposts cut; and the entities found in them."""

import hashlib
import html
import re
import string
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

LINK = re.compile(r"https?://t\.co/[A-Za-z0-9]+|https?://[^\s…<>\"]*[^\s…<>\".,;:!?)\]'’”]")
HASHTAG = re.compile(r"(?<![\w&])[#＃](\w*[^\W\d_]\w*)")
MENTION = re.compile(r"(?<![\w@])[@＠]([A-Za-z0-9_]{1,15})(?![\w@…])")
CASHTAG = re.compile(r"(?<![\w$])\$([A-Za-z]{1,6})(?!\w)")
STATUS = re.compile(r"https?://(?:twitter|x)\.com/\w+/status/\d+")
_CUT = re.compile(r"\S?…")  # what follows a link that runs into the ellipsis of a cut repost
_DIGITS = string.digits + string.ascii_letters


def escaped(text: str) -> str:
    """Return the text with &, < and > escaped: X leaves quotes alone."""
    return html.escape(text, quote=False)


def short_link(target: str) -> str:
    """Return the t.co address for a target, always the same one."""
    number = int.from_bytes(hashlib.sha256(target.encode()).digest()[:8], "big")
    digits = ""
    for _ in range(10):
        number, rest = divmod(number, len(_DIGITS))
        digits += _DIGITS[rest]
    return f"https://t.co/{digits}"


def wrapped(text: str) -> tuple[str, list[str]]:
    """Return the text with every link replaced by its t.co address, and where the links lead, in order."""
    targets: list[str] = []

    def replace(found: "re.Match[str]") -> str:
        targets.append(found[0])
        return short_link(found[0])

    return LINK.sub(replace, text), targets


def repost_text(handle: str, text: str) -> str:
    """Return "RT @handle: text" cut at 140 characters as the API sends it. text is escaped, and so is the result."""
    whole = html.unescape(f"RT @{handle}: {text}")
    return escaped(whole if len(whole) <= 140 else whole[:139] + "…")


def display_url(target: str) -> str:
    """Return what X shows for a link: the host and the first 15 characters of the rest."""
    parts = urlsplit(target)
    rest = target.split(parts.netloc, 1)[1] if parts.netloc else ""
    shown = "" if rest == "/" else rest
    return parts.netloc.removeprefix("www.") + (shown if len(shown) <= 15 else shown[:15] + "…")


def entities(
    text: str, urls: Sequence[str], mentions: Sequence[Json], pictures: Sequence[tuple[str, str]], whole: str = ""
) -> Json:
    """Return X's entities of an escaped text; start and end count its code points.

    urls are the targets of the links in their order; pictures are (media key, address on the network), which X
    hangs onto the last link of the text. whole is the text that was reposted: of a hashtag that runs into the ellipsis
    X sends an entity only if it was not cut.
    """
    found: Json = {"urls": _urls(text, urls, pictures)}
    known = {mention["handle"].casefold(): mention for mention in mentions}
    found["mentions"] = [
        {"start": hit.start(), "end": hit.end(), "username": one["handle"]}
        | ({"id": one["id"]} if one.get("id") else {})
        for hit in MENTION.finditer(text)
        if (one := known.get(hit[1].casefold()))
    ]
    tags = set(HASHTAG.findall(whole))
    for kind, pattern in (("hashtags", HASHTAG), ("cashtags", CASHTAG)):
        found[kind] = [
            {"start": hit.start(), "end": hit.end(), "tag": hit[1]}
            for hit in pattern.finditer(text)
            if not whole or hit[1] in tags or not text.startswith("…", hit.end())
        ]
    return {kind: hits for kind, hits in found.items() if hits}


def _urls(text: str, urls: Sequence[str], pictures: Sequence[tuple[str, str]]) -> list[Json]:
    targets: list[str | None] = list(urls)
    if pictures:  # their link comes last, but for the link of a quoted post
        targets.insert(len(urls) - (1 if urls and STATUS.match(urls[-1]) else 0), None)
    found: list[Json] = []
    place = 0
    for hit in LINK.finditer(text):
        if _CUT.match(text, hit.end()):
            continue
        span = {"start": hit.start(), "end": hit.end(), "url": hit[0]}
        target = targets[place] if place < len(targets) else hit[0]
        place += 1
        if target is None:
            shown = "pic.twitter.com/" + hit[0].rsplit("/", 1)[-1]
            found += [span | {"expanded_url": to, "display_url": shown, "media_key": key} for key, to in pictures]
        else:
            found.append(span | {"expanded_url": target, "display_url": display_url(target)})
    return found
