"""A brand's front page, its colour, and the first page of the site."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from advocacy import answers
from brands.models import Brand
from brands.queries import cards, feed
from brands.queries.front import front
from brands.queries.home import brand_cards
from people.queries.paging import Mark
from people.views.feeds import feed as feed_context


@require_safe
def home_of_all(request: HttpRequest) -> HttpResponse:
    """Show the brands of this site, or the one that the operator made its first page (HOME_BRAND)."""
    if settings.HOME_BRAND:
        return _show(request, get_object_or_404(Brand, slug=settings.HOME_BRAND))
    return answers.page(request, "public/home.html", "public/home.html", {"brands": brand_cards()})


@require_safe
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a brand by its people and their latest words."""
    return _show(request, get_object_or_404(Brand, slug=slug))


def _show(request: HttpRequest, found: Brand) -> HttpResponse:
    page = feed.feed_page(found, Mark.read(request.GET.get("before", "")))
    context: dict[str, object] = {
        "brand": found,
        "colour_url": cards.colour_url(found),
        "feed": feed_context(
            request,
            entries=page.entries,
            rows=page.rows,
            older=page.older,
            total=feed.total(found),
            anchor="latest",
            kept={},
        ),
    }
    if not answers.wants_fragment(request):
        today = timezone.now().astimezone(dt.UTC).date()
        context["front"] = front(found, today)
    return answers.page(request, "public/brand.html", "public/_feed.html", context)


@require_safe
@cache_control(public=True, max_age=86_400)
def brand_colour(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the brand's style sheet: its colour as a thread and a dot, never more."""
    found = get_object_or_404(Brand, slug=slug)
    rule = f":root {{ --brand: light-dark({found.colour}, {found.colour_dark}) }}\n"
    return HttpResponse(rule, content_type="text/css; charset=utf-8")
