"""A part of a page as a still picture of it: the same words and faces, and nothing that can be pressed or reached."""

from html.parser import HTMLParser

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# what binds a part to its page: names that the page around the picture may have too, and what the keyboard reaches
_BOUND = frozenset({"id", "aria-labelledby", "tabindex", "autofocus", "aria-current"})
_TAGS = {"h1": "h2", "nav": "div"}


def still(html: str, *, unfolded: bool = False) -> SafeString:
    """Return what our own templates drew, as a still picture that stands below a heading of its own.

    unfolded: what is folded away is drawn as if somebody had opened it; else only the line of the fold is.
    """
    parser = _Still(unfolded)
    parser.feed(html)
    parser.close()
    return mark_safe("".join(parser.drawn))  # noqa: S308 - drawn by our own templates, and passed on as it was


class _Still(HTMLParser):
    def __init__(self, unfolded: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.drawn: list[str] = []
        self._unfolded = unfolded
        self._away = False  # within a fold, which is not drawn

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "details":
            self._away = not self._unfolded
        elif tag == "summary":
            self.drawn.append('<p class="quiet-text">')
            self._away = False
        elif not self._away:
            self.drawn.append(self._opened(tag, attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._write(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._away = False
        elif tag == "summary":
            self.drawn.append("</p>")
            self._away = not self._unfolded
        else:
            self._write(f"</{_TAGS.get(tag, tag)}>")

    def handle_data(self, data: str) -> None:
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def _write(self, html: str) -> None:
        if not self._away:
            self.drawn.append(html)

    def _opened(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        if tag not in {"a", *_TAGS} and _BOUND.isdisjoint(name for name, _ in attrs):
            return self.get_starttag_text() or ""
        kept = [(name, value or "") for name, value in attrs if name not in _BOUND]
        if tag in {"a", "nav"}:  # without an address it looks the same, and is a link to nobody
            kept = [(name, value) for name, value in kept if name in {"class", "aria-hidden", "dir", "lang"}]
        return format_html("<{}{}>", _TAGS.get(tag, tag), format_html_join("", ' {}="{}"', kept))
