"""The floors: what this kind of machine could do at best, by code that does as little as the thing measured must do.

Everything here runs in the site's own processes, behind its middleware and its web server. What a floor leaves out is
said where it is defined, and in docs/benchmarks.md.
"""

import datetime as dt
import functools
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.test import RequestFactory
from django.utils import timezone

from advocacy.templatetags.chorus import full_time, in_words, iso, when
from brands.models import Brand, BrandPost
from brands.queries.cards import Card
from brands.queries.feed import entries_of, runs_page
from brands.queries.front import front
from brands.views.brand import brand as brand_view
from people import post_pictures
from people.networks import links
from people.pictures import WHOLE
from people.queries.posts import Entry
from people.templatetags.posts import media_name, needs_stop, shown_media

KEPT_HEADERS = ("content-type", "content-encoding", "etag", "cache-control", "vary", "last-modified")
# what the feed query of the first floor reads: name in the floor's template -> column
COLUMNS = {
    "id": "post_id",
    "person_id": "person_id",
    "published_at": "published_at",
    "html": "post__html",
    "lang": "post__lang",
    "kind": "post__kind",
    "media": "post__media",
    "remote_id": "post__remote_id",
    "quote_of_id": "post__quote_of_id",
    "edit_history": "post__edit_history",
    "handle": "post__account__handle",
    "network": "post__account__network",
    "name": "post__person__name",
    "slug": "post__person__slug",
    "first_name": "post__person__first_name",
    "backdrop": "post__person__backdrop",
}
_PARTS = re.compile(
    r'(?P<before_chorus>.*?)<p class="chorus">.*?<strong>(?P<closing>.*?)</strong>\s*</p>'
    r'(?P<before_grid>.*?)<ul class="people-grid" id="people">.*?</ul>'
    r'(?P<before_feed>.*?<div id="feed">\s*)<article.*</article>\s*(?P<after_feed>.*)',
    re.DOTALL,
)


# (a) a constant page


def keep(folder: Path, name: str, headers: Mapping[str, str], body: bytes) -> None:
    """Keep an answer of the site as the constant of this name."""
    (folder / f"{name}.json").write_text(json.dumps({k: v for k, v in headers.items() if k in KEPT_HEADERS}))
    (folder / f"{name}.body").write_bytes(body)


@functools.cache
def _kept(name: str) -> tuple[dict[str, str], bytes]:
    folder = Path(os.environ["BENCH_DIR"])
    headers: dict[str, str] = json.loads((folder / f"{name}.json").read_text())
    return headers, (folder / f"{name}.body").read_bytes()


def constant(request: HttpRequest, name: str) -> HttpResponse:
    """Answer the same bytes and headers each time, 304 where the browser has them. Leaves out: everything else."""
    headers, body = _kept(name)
    if headers.get("etag") and request.headers.get("If-None-Match") == headers["etag"]:
        return HttpResponseNotModified(headers={k: v for k, v in headers.items() if not k.startswith("content-")})
    return HttpResponse(body, headers=headers)


# (b) an uncached brand page


class Known(NamedTuple):
    """What the floors know of a brand's page before anybody asks for it."""

    brand: int
    posts: int  # on the page, folded ones included
    parts: dict[str, str]  # the page around what they draw
    chorus: list[dict[str, Any]]
    grid: list[dict[str, Any]]
    around: dict[int, dict[str, Any]]  # post -> its author's face and line, its answers, pictures and fold
    pieces: dict[int, str]  # post -> its HTML; "" of one that is folded into another
    start: str  # the page up to the first post


@functools.cache
def known(slug: str) -> Known:
    """Look once at a brand's page."""
    brand = Brand.objects.get(slug=slug)
    entries = [entry for entry in entries_of(brand, runs_page(brand, None).runs) if entry]
    head = front(brand, timezone.now().astimezone(dt.UTC).date())
    html = whole_page(slug)
    found = _PARTS.fullmatch(html)
    if found is None:
        raise ValueError("the brand's page is not built as the floors know it")
    parts = found.groupdict()
    around: dict[int, dict[str, Any]] = {}
    pieces: dict[int, str] = {}
    for entry in entries:
        _note(entry, around)
        pieces[entry.post.pk] = render_to_string(entry.template, {"entry": entry})
        for folded in entry.more:
            _note(folded, around)
            pieces[folded.post.pk] = ""
    start = html[: found.start("after_feed")].partition('<div id="feed">')[0] + '<div id="feed">'
    chorus, grid = ([_card(card) for card in cards] for cards in (head.chorus, head.grid))
    return Known(brand.pk, len(around), parts, chorus, grid, around, pieces, start)


def whole_page(slug: str) -> str:
    """Return a brand's page as its view draws it."""
    request = RequestFactory().get(f"/brands/{slug}/", headers={"host": "localhost"})
    request.user = _nobody()
    return brand_view(request, slug).content.decode()


def _nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 - needs the apps

    return AnonymousUser()


def _note(entry: Entry, around: dict[int, dict[str, Any]]) -> None:
    media = shown_media(entry.post)
    around[entry.post.pk] = {
        "face_url": entry.face.face_url,
        "role": entry.role,
        "level": entry.level,
        "dated": entry.dated,
        "answers": [_other(other) for other in entry.first_answers],
        "further": in_words(entry.further_answers).capitalize() if entry.further_answers else "",
        "further_answers": entry.further_answers,
        "quoted": _other(entry.quoted) if entry.quoted else None,
        "pictures": [_picture(one.picture, one.alt) for one in media.pictures],
        "lines": [{"name": media_name(one.kind), "alt": one.alt} for one in media.lines],
        "folded": entry.folded,
        "beyond": entry.beyond,
        "more": [other.post.pk for other in entry.more],
    }


def _other(entry: Entry) -> dict[str, Any]:
    post = entry.post
    return {
        "id": post.pk,
        "person_id": post.person_id,
        "published_at": post.published_at,
        "html": post.html,
        "lang": post.lang,
        "face_url": entry.face.face_url,
        "backdrop": post.person.backdrop,
        "slug": post.person.slug,
        "name": post.person.name,
    }


def _picture(picture: Any, alt: str) -> dict[str, Any]:
    small, large = (post_pictures.url_of(picture.stem, size.name) for size in WHOLE)
    narrow = round(picture.width * min(1.0, WHOLE[0].width / picture.width, WHOLE[0].height / picture.height))
    size = {"width": picture.width, "height": picture.height}
    return {"small_url": small, "large_url": large, "narrow": narrow, "alt": alt, **size}


def _card(card: Card) -> dict[str, Any]:
    person, face = card.person, card.face
    return {
        **{name: getattr(person, name) for name in ("backdrop", "slug", "first_name", "name")},
        **{name: getattr(face, name) for name in ("face_url", "small_url", "large_url")},
        **{name: getattr(card, name) for name in ("line", "sentence", "role", "paused", "own_words")},
        "stop": needs_stop(card.line),
        "accounts": [{"network": a.network, "link": links.profile_link(a.network, a.handle)} for a in card.accounts],
    }


@functools.cache
def _template() -> jinja2.Template:
    folder = jinja2.FileSystemLoader(Path(__file__).parent)
    made = jinja2.Environment(loader=folder, autoescape=True, auto_reload=False)
    made.globals |= {"when": when, "full_time": full_time, "iso": iso, "sprite": static("icons.svg")}
    return made.get_template("floor.jinja")


def by_jinja(slug: str) -> str:
    """Return the page's HTML from one feed query and Jinja2.

    Leaves out: choosing the chorus and the grid, reading cards, roles, conversations and pictures (all known from
    before), folding, and the page around chorus, grid and feed (ready text).
    """
    page = known(slug)
    newest = BrandPost.objects.filter(brand=page.brand).order_by("-published_at", "-post_id")
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in newest.values_list(*COLUMNS.values())[: page.posts]]
    by_id = {row["id"]: _dressed(row, page.around[row["id"]]) for row in rows}
    folded = {pk for row in by_id.values() for pk in row["more"]}
    for row in by_id.values():
        row["more"] = [by_id[pk] for pk in row["more"]]
    shown = [row for pk, row in by_id.items() if pk not in folded]
    return _template().render(**page.parts, chorus=page.chorus, grid=page.grid, rows=shown)


def _dressed(row: dict[str, Any], around: dict[str, Any]) -> dict[str, Any]:
    row |= around
    network, handle, remote_id = row["network"], row["handle"], row["remote_id"]
    row["permalink"] = links.permalink(network, handle, remote_id)
    row["answer_link"] = links.answer_link(network, handle, remote_id)
    row["profile_link"] = links.profile_link(network, handle)
    row["quoted_link"] = links.permalink(network, "", row["quote_of_id"]) or row["permalink"]
    row["edited"] = len(row["edit_history"]) > 1
    if row["dated"]:
        time = row["published_at"]
        row["minute"] = time.isoformat(timespec="minutes")
        row["rest"] = f"{time:%b, %H:%M}" if time.year == timezone.now().year else f"{time:%b %Y}"
    return row


def by_pieces(slug: str) -> str:
    """Return the page's HTML from one feed query (ids) and one ready piece of HTML per post.

    Leaves out: what by_jinja leaves out, drawing chorus and grid, and where the pieces come from: they lie in the
    process's memory.
    """
    page = known(slug)
    newest = BrandPost.objects.filter(brand=page.brand).order_by("-published_at", "-post_id")
    shown = newest.values_list("post_id", flat=True)[: page.posts]
    return "".join([page.start, *(page.pieces[pk] for pk in shown), page.parts["after_feed"]])


def jinja_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer by_jinja."""
    return HttpResponse(by_jinja(slug))


def pieces_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer by_pieces."""
    return HttpResponse(by_pieces(slug))
