"""The audit log of a brand: who did what, searched, paged, and as a file."""

import csv
import io
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from advocacy.audit import record
from brands import policies
from brands.importing.report import harmless
from brands.queries import events
from brands.views.studio.actor import actor_of

PAGE = 50
_MOST_LINES = 50_000
_CHUNK = 1_000


@require_safe
def audit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the log, newest first."""
    brand = policies.brand_for(request, slug, policies.AUDIT)
    words, verb = _asked(request.GET.get("q", ""), request.GET.get("act", ""))
    page = Paginator(events.search(brand, words, verb), PAGE).get_page(request.GET.get("page"))
    context = {
        "brand": brand,
        "page": page,
        "events": events.in_words(brand, page.object_list),
        "words": words,
        "verb": verb,
        "verbs": sorted(events.WORDS.items(), key=lambda item: item[1]),
        "kept": urlencode({"q": words, "act": verb}) if words or verb else "",
    }
    return render(request, "studio/audit.html", context)


@require_POST
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Give what the search finds as a file, the newest lines of it."""
    brand = policies.brand_for(request, slug, policies.AUDIT)
    rows = events.search(brand, *_asked(request.POST.get("q", ""), request.POST.get("act", "")))[:_MOST_LINES]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["When", "Who", "What", "About", "Details"])
    found = list(rows)
    for start in range(0, len(found), _CHUNK):
        for event in events.in_words(brand, found[start : start + _CHUNK]):
            cells = [event.at.isoformat(timespec="seconds"), event.who, event.what, event.subject, event.details]
            writer.writerow(map(harmless, cells))
    record("audit.exported", actor=actor_of(request), brand=brand.slug, details={"lines": len(found)})
    answer = HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{brand.slug}-audit-{timezone.now():%Y-%m-%d}.csv"'
    answer["Cache-Control"] = "no-store, private"
    return answer


def _asked(words: str, verb: str) -> tuple[str, str]:
    return words.replace("\0", "").strip()[:100], verb if verb in events.WORDS else ""
