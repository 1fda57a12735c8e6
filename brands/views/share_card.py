"""A brand's card, as it is now: what was drawn before a change is not found."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from brands.models import Brand
from brands.share_cards import KIND, look
from people.views.share_cards import card_file


@require_safe
def brand_card(request: HttpRequest, slug: str, stem: str) -> HttpResponseBase:
    """Answer with the card of a brand, while everybody's names and faces on it are what they are now."""
    seen = look(get_object_or_404(Brand, slug=slug, share_card__stem=stem))
    if seen is None or seen.stem != stem:
        raise Http404
    return card_file(KIND, stem)
