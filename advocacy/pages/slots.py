"""What differs by reader on a kept page: a slot, marked in the kept HTML and filled for each request.

A slot may carry words, such as whose button it is: `{% slot "follow" person.pk %}`. All slots of a page are filled for
one request, so that a filler asks the database once and keeps what it learnt on the request.

A stranger (no session, no message waiting) gets what every stranger gets, so that their page can be kept compressed.
A slot that holds a secret, such as the form's token, is empty for strangers: no kept body ever holds one.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from typing import NamedTuple
from urllib.parse import quote, unquote

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from advocacy.behind import FAN

Fill = Callable[..., str]  # asked with the request and the slot's words
# nobody can write a marker into a post: it is made anew with each process
_MARK = secrets.token_hex(16)
_MARKER = re.compile(f"<!--{_MARK} ([a-z_]+(?: [\\w.~%-]*)*)-->".encode())


class Slot(NamedTuple):
    """How a slot is filled for a reader with a session, and whether strangers see it too."""

    fill: Fill
    for_strangers: bool


_slots: dict[str, Slot] = {}
_readers: list[Callable[[HttpRequest], bool]] = []


def register(name: str, fill: Fill, *, for_strangers: bool = False) -> None:
    """Let `{% slot "name" %}` be filled. for_strangers: what they see is the same for all of them."""
    _slots[name] = Slot(fill, for_strangers)


def register_reader(knows: Callable[[HttpRequest], bool]) -> None:
    """Let somebody tell whether a letter's link still lets this browser read; asked where one ever did."""
    if knows not in _readers:
        _readers.append(knows)


def is_kept(request: HttpRequest) -> bool:
    """Return whether this is nobody's request, whose answer is kept."""
    return getattr(request, "is_kept", False)


def shown(name: str, request: HttpRequest, *words: object) -> SafeString:
    """Return a slot as a template shows it: filled, or only marked on a page that is being kept."""
    if is_kept(request):
        marked = " ".join((name, *(quote(str(word), safe="") for word in words)))
        return mark_safe(f"<!--{_MARK} {marked}-->")  # noqa: S308 - names of slots are ours, their words quoted
    return mark_safe(filled(name, request, *map(str, words)))  # noqa: S308 - rendered by a template


def filled(name: str, request: HttpRequest, *words: str) -> str:
    """Return a slot for one reader."""
    slot = _slots[name]
    return slot.fill(request, *words) if slot.for_strangers or request.user.is_authenticated else ""


def parts(body: bytes) -> list[bytes]:
    """Return a kept body as pieces: HTML at the even places, slots with their words at the odd ones."""
    return _MARKER.split(body)


def joined(pieces: Iterable[bytes], request: HttpRequest) -> bytes:
    """Return the body for one reader."""
    return b"".join(_filled(piece, request) if at % 2 else piece for at, piece in enumerate(pieces))


def _filled(marked: bytes, request: HttpRequest) -> bytes:
    name, *words = marked.decode().split(" ")
    return filled(name, request, *map(unquote, words)).encode()


def filled_in(html: str, request: HttpRequest) -> str:
    """Return a page that was drawn for nobody as it is for one reader; as it is where it will be kept."""
    return html if is_kept(request) else joined(parts(html.encode()), request).decode()


def _door(request: HttpRequest) -> str:
    by_link = hasattr(request, "session") and FAN in request.session and not request.user.is_authenticated
    # what a letter's link opened may have been ended elsewhere: whoever knows is asked
    reads = by_link and any(knows(request) for knows in _readers)
    return render_to_string("_door.html", {"reads": reads}, request=request)


def _messages(request: HttpRequest) -> str:
    waiting = get_messages(request)
    return render_to_string("_messages.html", {"messages": waiting}) if len(waiting) else ""


def _token(request: HttpRequest) -> str:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


register("door", _door, for_strangers=True)
register("messages", _messages, for_strangers=True)
register("token", _token)
