"""A post's words as HTML: escaped, entities linked, rendered once when the post is stored."""

import re
from collections.abc import Sequence

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from people.networks.types import Entity

# X ends the words of a post with the address of its picture: "pic.x.com/...", or bare where it named no display_url
_PICTURE_LINK = re.compile(
    r'(?:<a href="[^"]*" rel="nofollow noopener ugc">(?:pic\.(?:twitter|x)\.com/|https://t\.co/)\w+</a>'
    r"|(?<![^\s>])https://t\.co/\w+)</p>\Z"
)


def words_html(text: str, entities: Sequence[Entity]) -> SafeString:
    """Return the words as <p> paragraphs.

    text is plain text (already unescaped once); entities do not overlap once sorted: one that does, or that reaches
    beyond the text, is left out, so that nothing a network sends can lose or double words.
    """
    pieces: list[str] = []
    at = 0
    for entity in sorted(entities, key=lambda e: e.start):
        if entity.start < at or entity.end <= entity.start or entity.end > len(text):
            continue
        pieces += [_escape(text[at : entity.start]), _link(entity)]
        at = entity.end
    pieces.append(_escape(text[at:]))
    paragraphs = [p for p in "".join(pieces).split("\n\n") if p.strip()]
    html = "".join(f"<p>{p.strip()}</p>" for p in paragraphs).replace("\n", "<br>")
    return mark_safe(html)  # noqa: S308 - every piece was escaped above


def beside_picture(html: str) -> SafeString:
    """Return words_html's words of a post on X without the link that ends them, which stands for the post's picture.

    Asked where the picture itself is shown, as X does; the stored words keep the link, for where it is not.
    """
    found = _PICTURE_LINK.search(html)
    if not found:
        return mark_safe(html)  # noqa: S308 - words_html escaped it
    left = html[: found.start()].rstrip()
    while left.endswith("<br>"):
        left = left.removesuffix("<br>").rstrip()
    # a paragraph that was the link alone goes with it
    return mark_safe(left.removesuffix("<p>") if left.endswith("<p>") else f"{left}</p>")  # noqa: S308


def _escape(text: str) -> str:
    # more than one empty line is still one paragraph break, and \r is no character of its own
    lines = str(conditional_escape(str(text))).replace("\r\n", "\n").replace("\r", "\n")
    while "\n\n\n" in lines:
        lines = lines.replace("\n\n\n", "\n\n")
    return lines


def _link(entity: Entity) -> str:
    if not entity.href.startswith(("https://", "http://", "/")) or entity.href.startswith("//"):
        return str(conditional_escape(entity.shown))
    return format_html('<a href="{}" rel="nofollow noopener ugc">{}</a>', entity.href, entity.shown)
