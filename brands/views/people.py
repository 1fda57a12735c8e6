"""The full list of a brand's people."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from advocacy import answers
from brands.models import Brand
from brands.queries import cards
from brands.queries.directory import FACETS, Value, directory
from people.profiles import fold_name

PAGE = 48
_LONGEST_SEARCH = 100
Values = dict[str, list[Value]]  # facet -> its values


@require_safe
def brand_people(request: HttpRequest, slug: str) -> HttpResponse:
    """List a brand's people: search by words, filter by facets, turn pages; all by addresses."""
    brand = get_object_or_404(Brand, slug=slug)
    known = directory(brand)
    words = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH]
    wanted = {facet: request.GET[facet] for facet in FACETS if request.GET.get(facet)}
    if "place" in wanted:  # typed by hand it may have capitals and accents
        wanted["place"] = fold_name(wanted["place"]) or wanted["place"]
    values = {facet: known.values(facet) for facet in FACETS}
    ids = known.find(words, wanted)
    pages = Paginator(ids, PAGE)
    page = pages.get_page(request.GET.get("page"))
    by_id = cards.cards(page.object_list)
    kept = {"q": words, **wanted} if words else dict(wanted)
    context = {
        "brand": brand,
        "colour_url": cards.colour_url(brand),
        "cards": [by_id[pk] for pk in page.object_list if pk in by_id],
        "page": page,
        "pages": list(pages.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "ellipsis": Paginator.ELLIPSIS,
        "found": len(ids),
        "people": len(known.rows),
        "words": words,
        "wanted": wanted,
        "kept": urlencode(kept),
        "strange": _strange(values, wanted),
        "teams": _teams(values["team"], wanted, words),
        "fields": _fields(values, wanted),
    }
    return answers.page(request, "public/people.html", "public/_people_found.html", context)


def _strange(values: Values, wanted: dict[str, str]) -> list[tuple[str, str]]:
    """Return the filters that no person of this brand could ever match, as (what, asked for)."""
    return [
        (FACETS[facet].lower(), key)
        for facet, key in wanted.items()
        if key not in {value.key for value in values[facet]}
    ]


def _teams(teams: list[Value], wanted: dict[str, str], words: str) -> list[tuple[str, str, int, bool]]:
    """Return the teams as links that keep the other filters: (query, name, people, whether it is chosen)."""
    others = {facet: key for facet, key in wanted.items() if facet != "team"} | ({"q": words} if words else {})
    return [
        (urlencode({**others, "team": value.key}), value.name, value.people, wanted.get("team") == value.key)
        for value in teams
    ]


def _fields(values: Values, wanted: dict[str, str]) -> list[dict[str, object]]:
    """Return the choices of the form, those with something to choose between."""
    fields: list[dict[str, object]] = []
    for facet, name in FACETS.items():
        if len(values[facet]) > 1 or facet in wanted:
            fields.append({"facet": facet, "name": name, "values": values[facet], "chosen": wanted.get(facet, "")})
    return fields
