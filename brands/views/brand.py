"""A brand's front page, its colour, and the first page of the site."""

import datetime as dt

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from advocacy import answers, versions
from advocacy.pages import Ids, filled_in, keep, nobodys
from brands import drawing
from brands.models import Brand
from brands.queries.home import brand_cards
from people.queries.paging import Mark
from people.views.feeds import PARAMS
from people.views.feeds import feed as feed_context


def _found(slug: str) -> int | None:
    return Brand.objects.filter(slug=slug).values_list("pk", flat=True).first()


brand_ids = Ids(_found)


def brand_keys(slug: str) -> list[str] | None:
    """Return the version keys of a brand's pages."""
    pk = brand_ids.get(slug)
    return None if pk is None else [versions.brand(pk)]


def _home_keys() -> list[str] | None:
    return brand_keys(settings.HOME_BRAND) if settings.HOME_BRAND else [versions.SITE]


@require_safe
@keep(keys=_home_keys, params=PARAMS)
def home_of_all(request: HttpRequest) -> HttpResponse:
    """Show the brands of this site, or the one that the operator made its first page (HOME_BRAND)."""
    if settings.HOME_BRAND:
        return _show(request, settings.HOME_BRAND)
    return answers.page(request, "public/home.html", "public/home.html", {"brands": brand_cards()})


@require_safe
@keep(keys=brand_keys, params=PARAMS)
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a brand by its people and their latest words."""
    return _show(request, slug)


def _show(request: HttpRequest, slug: str) -> HttpResponse:
    brand_id = brand_ids.get(slug)
    if brand_id is None:
        raise Http404
    page = drawing.page_of(brand_id, Mark.read(request.GET.get("before", "")))
    today = timezone.now().astimezone(dt.UTC).date()
    context = feed_context(
        request,
        pieces=drawing.pieces(brand_id, page.runs, today),
        rows=page.rows,
        older=page.older,
        total=page.total,
        anchor="latest",
        kept={},
    )
    if context["fragment"]:
        return answers.page(request, "public/_feed.html", "public/_feed.html", {"feed": context})
    words = render_to_string("public/_brand_words.html", {"feed": context})
    nobody = nobodys(request)
    if context["begun"]:
        whole = {**drawing.around(brand_id, today), "feed": context, "words": words}
        html: str = render_to_string("public/brand.html", whole, request=nobody)
    else:
        html = drawing.frame(brand_id, today, nobody).replace(drawing.FEED, words, 1)
    return answers.shared(HttpResponse(filled_in(html, request)))


@require_safe
@cache_control(public=True, max_age=86_400)
def brand_colour(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the brand's style sheet: its colour as a thread and a dot, never more."""
    found = get_object_or_404(Brand, slug=slug)
    rule = f":root {{ --brand: light-dark({found.colour}, {found.colour_dark}) }}\n"
    return HttpResponse(rule, content_type="text/css; charset=utf-8")
