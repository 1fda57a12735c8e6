"""A brand's page, put together from parts that are ready: the frame with its people, and one piece of HTML per run.

Reading a brand's page so asks for the newest rows of its feed, and draws only what changed since somebody looked.
"""

import datetime as dt
from collections.abc import Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from advocacy import versions
from advocacy.pages.parts import Parts, numbers_of
from brands import sharing
from brands.models import Brand
from brands.queries import cards, farewells, feed
from brands.queries.front import front
from brands.share_cards import with_card
from people.drawing import drawn
from people.queries.paging import Mark

FEED = "<!--the feed-->"  # where the frame is open; no text of a page holds it, for every text is escaped
_pieces: Parts[str] = Parts()
_frames: Parts[str] = Parts()


def pieces(brand_id: int, runs: Sequence[feed.Run], today: dt.date) -> list[SafeString]:
    """Return the HTML of these runs of one person's posts; of those that are not ready, drawn together.

    A piece names days, so it is of one day. It hangs on its author, and on who stands for the brand: whoever answers in
    it stands for it too, and what they say there moves the author's version (people/telling.py).
    """
    keys = [(brand_id, run.ids, run.size, today) for run in runs]
    ready = _pieces.ready(keys)
    missing = {key: run for key, run in zip(keys, runs, strict=True) if key not in ready}
    if missing:
        before = numbers_of(name for run in missing.values() for name in _of_run(brand_id, run))
        entries = feed.entries_of(brand_id, list(missing.values()))
        for (key, run), entry in zip(missing.items(), entries, strict=True):
            ready[key] = drawn(entry) if entry else ""
            numbers = {name: before[name] for name in _of_run(brand_id, run)}
            _pieces.put(key, ready[key], numbers, size=len(ready[key]))
    return [mark_safe(ready[key]) for key in keys if ready[key]]  # noqa: S308 - drawn by our own templates


def frame(brand_id: int, today: dt.date, request: HttpRequest) -> str:
    """Return a brand's first page, with FEED where its feed belongs if it lists anybody; request: nobody's."""
    key = (brand_id, today)
    found = _frames.ready([key]).get(key)
    if found is None:
        before = numbers_of([versions.places(brand_id)])
        found = render_to_string("public/brand.html", around(brand_id, today), request=request)
        _frames.put(key, found, before, size=len(found))
    return found


def around(brand_id: int, today: dt.date) -> dict[str, object]:
    """Return what public/brand.html shows around the feed, which is still to be put in at FEED."""
    brand = farewells.with_farewells(with_card(Brand.objects.all())).get(pk=brand_id)
    head = front(brand, today)
    return {
        "brand": brand,
        "colour_url": cards.colour_url(brand),
        "front": head,
        "farewells": farewells.of_brand(brand),
        "share": sharing.of_brand(brand, head),
        "linked": sharing.organisation(brand, head),
        "feed": {"begun": False},
        "words": mark_safe(FEED),  # noqa: S308 - ours
    }


def page_of(brand_id: int, mark: Mark | None) -> feed.Runs:
    """Return which posts stand on one page of a brand, and how many there are.

    The versions of everything on the page are asked for here, at once, so that its parts find them known.
    """
    page = feed.runs_page(brand_id, mark)
    numbers_of(name for run in page.runs for name in _of_run(brand_id, run))
    return page


def _of_run(brand_id: int, run: feed.Run) -> tuple[str, str]:
    return versions.places(brand_id), versions.person(run.person_id)
