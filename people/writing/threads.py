"""Splitting a long text into the parts of a thread, at the ends of sentences where there are any."""

from collections.abc import Callable, Iterator

import regex

_CLOSING = r"[\"'”’»)\]」』）】]*"
_SHORT = r"(?<!\b(?:\p{L}|[Dd]r|Mr|Mrs|Ms|Prof|St|[Nn][or]|vs|ca|bzw)\.)"  # no sentence ends after these
# where a part may end, best first: a paragraph, a sentence, a comma, a word. Marks of scripts that set no space after
# them end a part by themselves; all others only before a space: 06:30 and 1,000 stay whole
_ENDS = tuple(
    regex.compile(pattern)
    for pattern in (
        r"\n\s*\n\s*",
        rf"(?<=[.!?…؟۔।॥]{_CLOSING}){_SHORT}\s+|(?<=[。！？｡]{_CLOSING})(?!{_CLOSING[:-1]})",
        r"\n+|(?<=[,;:–—،؛])\s+|(?<=[、，；：])",
        r"\s+",
    )
)
_LINK = regex.compile(r"https?://[!-~]+")


def split(text: str, fits: Callable[[str], int]) -> list[str]:
    """Return the parts of a text, each as long as may be; nothing but white space between them is lost.

    fits(text) -> how many code points of it a network takes (>= 1 for a text that is not empty).
    """
    return list(_parts(text.strip(), fits))


def _parts(rest: str, fits: Callable[[str], int]) -> Iterator[str]:
    while rest:
        most = fits(rest)
        if most >= len(rest):
            yield rest
            return
        end, following = _end(rest, max(1, most))
        yield rest[:end].rstrip()
        rest = rest[following:].lstrip()


def _end(text: str, most: int) -> tuple[int, int]:
    """Return where the part ends and where the next begins: at the last good place, else at the last whole sign."""
    for pattern in _ENDS:
        # not in the first third: a part of three words before a long sentence reads worse than a comma
        places: list[tuple[int, int]] = [
            m.span() for m in pattern.finditer(text, 0, most + 1) if most / 3 <= m.start() <= most
        ]
        if places:
            return places[-1]
    whole = [m.end() for m in regex.finditer(r"\X", text[: most + 1]) if m.end() <= most]
    cut = whole[-1] if whole else most
    # a link that stands right after a sign of such a script is not cut in two
    cut = next((m.start() for m in _LINK.finditer(text) if 0 < m.start() < cut < m.end()), cut)
    return cut, cut
