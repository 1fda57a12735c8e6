"""The first-run checklist: the steps that somebody says are done."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from brands import checklist, policies
from brands.views.studio.actor import actor_of


@require_POST
def say(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Note a step as done; looking at the page leads to it."""
    brand = policies.brand_for(request, slug, policies.SETTINGS)
    if key not in checklist.SAID:
        raise Http404
    checklist.say(brand, key, actor=actor_of(request))
    return redirect("brand" if key == "seen" else "studio-people", brand.slug)
