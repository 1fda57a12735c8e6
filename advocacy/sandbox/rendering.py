"""A post's text as HTML, for the sandbox's own pages."""

import html
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from advocacy.sandbox.models import Utterance
from advocacy.sandbox.wording import entities


def linked(post: Utterance, here: set[str]) -> SafeString:
    """Return the text with its links, and the (case-folded) handles of those who live here, linked.

    The links that stand for pictures are left out.
    """
    found = entities(post.text, post.urls, post.mentions, [(one["key"], "") for one in post.media])
    spans = sorted(found.get("urls", []) + found.get("mentions", []), key=lambda span: int(span["start"]))
    pieces: list[SafeString] = []
    end = 0
    for span in spans:
        if span["start"] >= end:
            pieces += [_plain(post.text[end : span["start"]]), _link(span, here)]
            end = span["end"]
    pieces.append(_plain(post.text[end:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _plain(text: str) -> SafeString:
    return format_html("{}", html.unescape(text))


def _link(span: dict[str, Any], here: set[str]) -> SafeString:
    if "username" in span and span["username"].casefold() not in here:
        return format_html("@{}", span["username"])
    if "username" in span:
        address = reverse("sandbox:inhabitant", args=[span["username"]])
        return format_html('<a href="{}">@{}</a>', address, span["username"])
    if "media_key" in span:
        return SafeString("")
    return format_html('<a href="{}" rel="nofollow">{}</a>', span["expanded_url"], span["display_url"])
