"""The feeds of a brand's people, for feed readers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from advocacy.pages import keep
from brands.models import Brand, Team
from brands.queries.outgoing import of_brand
from brands.views.brand import brand_keys
from people.outgoing import answering
from people.queries.paging import Mark


def _keys(slug: str, ending: str) -> list[str] | None:
    return brand_keys(slug)


@require_safe
@keep(keys=_keys, params=("before",))
def brand_feed(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """Give what a brand's page shows as a feed."""
    brand = get_object_or_404(Brand, slug=slug)
    return answering.feed(request, of_brand(brand, Mark.read(request.GET.get("before", ""))), ending)


@require_safe
@keep(keys=_keys, params=("before", "team"))
def people_feed(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    """Give what the people of one team say, or all of them where none is asked for."""
    brand = get_object_or_404(Brand, slug=slug)
    wanted = request.GET.get("team", "").replace("\0", "")
    team = get_object_or_404(Team, brand=brand, slug=wanted) if wanted else None
    return answering.feed(request, of_brand(brand, Mark.read(request.GET.get("before", "")), team), ending)
