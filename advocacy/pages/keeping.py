"""The decorator of views whose answers are kept.

The view never sees the reader: it is asked with a request that has no session, no cookie and nobody signed in, so that
what is kept cannot hold anything of anybody's. It is asked once per change of the page's versions, or per LIFE.
"""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Collection, Hashable
from functools import wraps
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from advocacy import answers, versions
from advocacy.pages import parts, slots
from advocacy.pages.encodings import PLAIN, SMALLEST, chosen, compressed
from advocacy.pages.memory import Memory
from advocacy.pages.parts import LIFE

LONGEST_QUERY = 200  # characters: a longer one is nothing that a page of ours links to
_OVERHEAD = 2_000  # bytes of an answer beside its bodies, about
_IDS = 50_000
_READING = frozenset({"GET", "HEAD"})
_TAGS = re.compile(r'(?:W/)?("[^"]*")')

View = Callable[..., HttpResponseBase]
Keys = Callable[..., Collection[str] | None]


class Ids:
    """Ids by the words of addresses, which belong to them for good, so that a kept page is found without a query."""

    def __init__(self, find: Callable[[Any], int | None]) -> None:
        self._find = find
        self._known: dict[Any, int] = {}
        _all_ids.append(self)

    def get(self, word: Any) -> int | None:
        """Return the id, or None; only ids that there are are remembered."""
        found = self._known.get(word)
        if found is None:
            found = self._find(word)
            if found is not None:
                if len(self._known) >= _IDS:
                    self._known.clear()
                self._known[word] = found
        return found

    def forget(self) -> None:
        """Forget them."""
        self._known.clear()


_all_ids: list[Ids] = []


class Ready(NamedTuple):
    """A kept answer in one encoding."""

    body: bytes
    headers: dict[str, str]
    unmodified: dict[str, str]  # headers of the answer that only says that nothing changed


class Answer:
    """A kept answer."""

    def __init__(self, response: HttpResponse, keys: tuple[str, ...], numbers: tuple[int, ...]) -> None:
        self.keys = keys
        self.numbers = numbers
        self.until = time.monotonic() + LIFE
        self.pieces = slots.parts(response.content)
        self.headers = {name: value for name, value in response.items() if name not in {"ETag", "Content-Length"}}
        self._lock = threading.Lock()
        self._ready: dict[str, Ready] = {}

    def holds(self) -> bool:
        """Return whether nothing that it shows has changed since it was made."""
        return self.until > time.monotonic() and self.numbers == versions.current_of(self.keys)

    def ready(self, encoding: str) -> Ready | None:
        """Return what whoever has no session gets, where somebody has asked for this encoding before."""
        return self._ready.get(encoding)

    def for_strangers(self, request: HttpRequest, encoding: str) -> Ready:
        """Return the same, made once per encoding; request: one of theirs."""
        ready = self._ready.get(encoding)
        if ready is None:
            with self._lock:
                ready = self._ready.get(encoding) or self._made(request, encoding)
                self._ready[encoding] = ready
        return ready

    def _made(self, request: HttpRequest, encoding: str) -> Ready:
        body = slots.joined(self.pieces, request)
        tag = hashlib.blake2b(body, digest_size=12).hexdigest()
        headers = dict(self.headers)
        if encoding and len(body) >= SMALLEST:
            body = compressed(body, encoding)
            headers["Content-Encoding"] = encoding
            tag = f"{tag}-{encoding}"  # a strong tag names these bytes
        headers |= {"ETag": f'"{tag}"', "Content-Length": str(len(body))}
        unmodified = {name: value for name, value in headers.items() if not name.startswith("Content-")}
        return Ready(body, headers, unmodified)

    @property
    def size(self) -> int:
        """How many bytes it is reckoned to take, its compressed bodies included."""
        return sum(map(len, self.pieces)) * 3 + _OVERHEAD


_memory: Memory[Answer] = Memory()
_locks = [threading.Lock() for _ in range(256)]  # one rebuild per key: threads that want the same page wait for it


def clear() -> None:
    """Forget everything that this process keeps."""
    _memory.clear()
    parts.clear()
    for ids in _all_ids:
        ids.forget()


def keep(*, keys: Keys, params: Collection[str] = ()) -> Callable[[View], View]:
    """Keep the answers of a view.

    keys: asked with the view's own arguments for the version keys of the page, None where there is no such page.
    params: names of the query that the page knows; an address with any other, or a name twice, is answered unkept.
    """
    known = frozenset(params)

    def kept(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **words: Any) -> HttpResponseBase:
            query = request.META.get("QUERY_STRING", "")
            room = settings.PAGE_CACHE_MB * 1_000_000
            if not room or (query and not _is_plain(request, query, known)):
                return view(request, *args, **words)
            key = _key(request, query)
            answer = _memory.get(key)
            if answer is None or not answer.holds():
                made = _build(key, view, keys, request, args, words, room)
                if not isinstance(made, Answer):
                    return made
                answer = made
            return _given(answer, request)

        return answered

    return kept


def from_memory(rest: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: give a stranger the page that is kept, before anything else looks at the request.

    What comes after it (sessions, forms, signing in) has nothing to say to a request without any cookie.
    """

    def given(request: HttpRequest) -> HttpResponse:
        if request.method in _READING and settings.PAGE_CACHE_MB and not request.META.get("HTTP_COOKIE"):
            answer = _memory.get(_key(request, request.META.get("QUERY_STRING", "")))
            ready = answer.ready(_encoding(request)) if answer is not None else None
            if answer is not None and ready is not None and answer.holds():
                request.get_host()  # refuses a name that is not ours, as CommonMiddleware would
                return _sent(ready, request)
        return rest(request)

    return given


def _key(request: HttpRequest, query: str) -> Hashable:
    # reading all headers costs more than the rest: few readers have this one
    fragment = "HTTP_HX_REQUEST" in request.META and answers.wants_fragment(request)
    return request.path, query, fragment, get_language(), _day()


def _is_plain(request: HttpRequest, query: str, known: frozenset[str]) -> bool:
    names = frozenset(request.GET)
    once = all(len(values) == 1 for _, values in request.GET.lists())
    return len(query) <= LONGEST_QUERY and once and known >= names and "%00" not in query


def _day() -> int:
    return int(time.time() // 86_400)


def _build(
    key: Hashable, view: View, keys: Keys, request: HttpRequest, args: Any, words: Any, room: int
) -> Answer | HttpResponseBase:
    """Return the answer, made by one thread; what is no page (a redirect, an error) is returned as it is."""
    with _locks[hash(key) % len(_locks)]:
        answer = _memory.get(key)
        if answer is not None and answer.holds():
            return answer
        wanted = keys(*args, **words)
        if wanted is None:
            return view(request, *args, **words)
        names, bare = tuple(wanted), nobodys(request)
        with versions.afresh():  # no part of it may be judged by what was known earlier than these numbers
            numbers = versions.current_of(names)  # before anything is read: a change meanwhile makes the answer old
            response = view(bare, *args, **words)
        if "CSRF_COOKIE" in bare.META:
            raise RuntimeError(f"{request.path} writes a form's token into a kept page: it must be a slot")
        if not isinstance(response, HttpResponse) or response.status_code != 200 or response.cookies:
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        answer = Answer(response, names, numbers)
        _memory.put(key, answer, answer.size, room=room)
        return answer


def nobodys(request: HttpRequest) -> HttpRequest:
    """Return a request for the same page by nobody: templates then mark their slots."""
    if slots.is_kept(request):
        return request
    bare = HttpRequest()
    bare.method, bare.path, bare.path_info = "GET", request.path, request.path_info
    bare.GET, bare.resolver_match = request.GET, request.resolver_match
    passed = ("SERVER_NAME", "SERVER_PORT", "HTTP_HX_REQUEST", "HTTP_HX_HISTORY_RESTORE_REQUEST")
    bare.META = {name: request.META[name] for name in passed if name in request.META}
    bare.user = AnonymousUser()
    bare.is_kept = True  # type: ignore[attr-defined] # the slots' mark
    return bare


def _given(answer: Answer, request: HttpRequest) -> HttpResponse:
    if len(answer.pieces) > 1 and not _is_stranger(request):
        # Not compressed: the token of a form would stand beside words that others wrote (BREACH)
        return HttpResponse(slots.joined(answer.pieces, request), headers=answer.headers)
    return _sent(answer.for_strangers(request, _encoding(request)), request)


def _encoding(request: HttpRequest) -> str:
    return chosen(request.META.get("HTTP_ACCEPT_ENCODING", PLAIN))


def _sent(ready: Ready, request: HttpRequest) -> HttpResponse:
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if asked and _has(asked, ready.headers["ETag"]):
        return HttpResponseNotModified(headers=ready.unmodified)
    return HttpResponse(ready.body, headers=ready.headers)


def _has(asked: str, tag: str) -> bool:
    """Return whether an If-None-Match names this tag (RFC 9110, 13.1.2: compared weakly)."""
    return asked == tag or asked.strip() == "*" or tag in _TAGS.findall(asked)


def _is_stranger(request: HttpRequest) -> bool:
    """Return whether the reader is like all others: only a cookie of ours can make a difference."""
    if not request.COOKIES:
        return True
    if "messages" in request.COOKIES:
        return False
    return settings.SESSION_COOKIE_NAME not in request.COOKIES
