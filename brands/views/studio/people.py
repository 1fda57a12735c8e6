"""The list of a brand's people, and the same list as a file."""

import csv
import io
from collections.abc import Mapping
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from advocacy import answers
from advocacy.audit import record
from brands import bulk, policies
from brands.checklist import checklist
from brands.importing.report import harmless
from brands.models import Brand, Enrolment
from brands.queries import followers, roster
from brands.queries.roster import Wanted
from brands.views.studio.actor import actor_of

PAGE = 50
_CHUNK = 1_000  # rows of the file that are read at a time
_NAMES = {
    "state": "State",
    "team": "Team",
    "topic": "Topic",
    "place": "Place",
    "network": "Network",
    "health": "Accounts",
}
# words that the import of a file reads, so that the file can be mended and enrolled again
_COLUMNS = (
    "Name",
    "Title",
    "Team",
    "Topics",
    "Place",
    "E-mail",
    "Employee number",
    "State",
    "Accounts",
    "Member since",
)


@require_safe
def studio(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the people."""
    return redirect("studio-people", policies.brand_for(request, slug, policies.SEE).slug)


@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """List a brand's people: search, filter, sort and turn pages, all by addresses."""
    brand = policies.brand_for(request, slug, policies.SEE)
    wanted = Wanted.read(request.GET)
    ids = roster.find(brand, wanted)
    pages = Paginator(ids, PAGE)
    page = pages.get_page(request.GET.get("page"))
    choices = roster.choices(brand)
    context = {
        "brand": brand,
        "rows": roster.rows(brand, page.object_list),
        "page": page,
        "pages": list(pages.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "ellipsis": Paginator.ELLIPSIS,
        "found": len(ids),
        "wanted": wanted,
        "kept": urlencode(wanted.kept),
        "narrowed": bool(wanted.kept.keys() - {"sort"}),
        "on_page": " ".join(map(str, page.object_list)),
        "fields": _fields(choices, wanted),
        "heads": _heads(wanted),
        "teams": choices["team"],
        "acts": bulk.ACTS,
        "fans": followers.fans_of(brand),
    }
    if not answers.wants_fragment(request):
        context["steps"] = checklist(brand) if request.studio.may[policies.SETTINGS] else []  # type: ignore[attr-defined]
    return answers.page(request, "studio/people.html", "studio/_people_table.html", context)


@require_POST
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the people who match as a file: what the brand knows of them, and no token, address of a link or figure."""
    brand = policies.brand_for(request, slug, policies.EXPORT)
    ids = roster.find(brand, Wanted.read(request.POST))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for start in range(0, len(ids), _CHUNK):
        writer.writerows(_lines(brand, ids[start : start + _CHUNK]))
    record("people.exported", actor=actor_of(request), brand=brand.slug, details={"people": len(ids)})
    answer = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{brand.slug}-people-{timezone.now():%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "no-store, private"
    return answer


def _lines(brand: Brand, ids: list[int]) -> list[list[str]]:
    topics: dict[int, list[str]] = {}
    links = Enrolment.topics.through.objects.filter(enrolment__in=ids).order_by("topic__name")
    for pk, name in links.values_list("enrolment_id", "topic__name"):
        topics.setdefault(pk, []).append(name)
    lines = []
    for row in roster.rows(brand, ids):
        enrolment = row.enrolment
        cells = [
            enrolment.person.name,
            enrolment.title,
            enrolment.team.name if enrolment.team else "",
            "; ".join(topics.get(enrolment.pk, [])),
            enrolment.place,
            enrolment.email,
            enrolment.external_id,
            row.standing_words,
            "; ".join(f"{one.network_name} @{one.handle} ({one.words})" for one in row.accounts),
            f"{enrolment.consented_at:%Y-%m-%d}" if enrolment.consented_at else "",
        ]
        lines.append([harmless(cell) for cell in cells])
    return lines


def _fields(choices: Mapping[str, list[tuple[str, str]]], wanted: Wanted) -> list[dict[str, object]]:
    """Return the choices of the form, those with something to choose between."""
    asked = wanted.kept
    return [
        {"key": key, "name": name, "choices": choices[key], "chosen": asked.get(key, "")}
        for key, name in _NAMES.items()
        if len(choices[key]) > 1 or key in asked
    ]


def _heads(wanted: Wanted) -> dict[str, dict[str, str]]:
    """Return for each column that sorts: its name, the address of its other order, and aria-sort."""
    now = wanted.sort or "name"
    heads = {}
    for key, name in roster.SORTS.items():
        order = {key: "ascending", f"-{key}": "descending"}.get(now, "")
        query = urlencode({**wanted.kept, "sort": f"-{key}" if order == "ascending" else key})
        heads[key] = {"name": name, "query": query, "sorted": order}
    return heads
