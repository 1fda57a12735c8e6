"""The full list of a brand's people."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from advocacy import answers
from advocacy.pages import keep
from brands.models import Brand
from brands.queries import alumni, cards
from brands.queries.directory import FACETS, Directory, Value, directory
from brands.queries.search import PAGE as PAGE_OF_WORDS
from brands.queries.search import Found, look, search, wish, words_page
from brands.queries.snippets import reasons
from brands.views.brand import brand_keys
from brands.wording import ask
from people.queries.paging import Mark
from people.views.feeds import PARAMS

PAGE = 48
Values = dict[str, Sequence[Value]]  # facet -> its values


@require_safe
@keep(keys=brand_keys, params=("q", *FACETS, "page", *PARAMS))
def brand_people(request: HttpRequest, slug: str) -> HttpResponse:
    """List a brand's people: search by words, filter by facets, turn pages; all by addresses.

    Words are looked for among the people first, then in what they said. With "before" the page goes on with the latter.
    """
    brand = get_object_or_404(alumni.with_alumni(Brand.objects.all()), slug=slug)
    known = directory(brand)
    words, wanted = wish(request.GET)
    mark = Mark.read(request.GET.get("before", "")) if words else None
    context: dict[str, object] = {
        "brand": brand,
        "colour_url": cards.colour_url(brand),
        "people": len(known.rows),
        "words": words,
        "wanted": wanted,
        "were_here": alumni.of_brand(brand) if not words and not wanted else [],
        "kept": urlencode({"q": words, **wanted} if words else wanted),
        "goes_on": mark is not None,
    }
    if mark:
        persons = [row.person_id for row in known.sift(wanted)] if wanted else None
        said = words_page(brand, look(brand, ask(words), mark=mark, persons=persons, limit=PAGE_OF_WORDS))
        if said.entries and answers.wants_fragment(request):
            said.entries[0].focus = True
        context["said"] = said
        return answers.page(request, "public/people.html", "public/_people_words.html", context)
    return answers.page(
        request,
        "public/people.html",
        "public/_people_found.html",
        context | _list(request, brand, known, words, wanted),
    )


def _list(
    request: HttpRequest, brand: Brand, known: Directory, words: str, wanted: dict[str, str]
) -> dict[str, object]:
    """Return what the list shows: a page of the people and, on the first with words, those who spoke about it."""
    values = {facet: known.values(facet) for facet in FACETS}
    found = search(brand, known, words, wanted) if words else Found(known.find("", wanted))
    pages = Paginator(found.people, PAGE)
    page = pages.get_page(request.GET.get("page"))
    first = page.number == 1
    speakers = found.speakers if first else []
    by_id = cards.cards([*page.object_list, *(speaker.enrolment_id for speaker in speakers)])
    asked = ask(words)
    return {
        "cards": [by_id[pk] for pk in page.object_list if pk in by_id],
        "page": page,
        "pages": list(pages.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "ellipsis": Paginator.ELLIPSIS,
        "found": len(found.people),
        "nothing_asked": bool(words) and not asked,
        "speakers": reasons(brand, speakers, by_id, asked) if words else [],
        "bounded": found.spoken.more,
        "said": words_page(brand, found.spoken) if words and first else None,
        "strange": _strange(values, wanted),
        "teams": _teams(values["team"], wanted, words),
        "fields": _fields(values, wanted),
    }


def _strange(values: Values, wanted: dict[str, str]) -> list[tuple[str, str]]:
    """Return the filters that no person of this brand could ever match, as (what, asked for)."""
    return [
        (FACETS[facet].lower(), key)
        for facet, key in wanted.items()
        if key not in {value.key for value in values[facet]}
    ]


def _teams(teams: Sequence[Value], wanted: dict[str, str], words: str) -> list[tuple[str, str, int, bool]]:
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
