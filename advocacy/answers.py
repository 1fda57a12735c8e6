"""How pages answer: one address gives the whole page, or only its fragment where htmx asks for that."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers


def wants_fragment(request: HttpRequest) -> bool:
    """Return whether htmx asks for a part of the page; going back in history asks for the whole."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def page(request: HttpRequest, whole: str, fragment: str, context: Mapping[str, object]) -> HttpResponse:
    """Return the page or its fragment, kept apart in every cache."""
    return shared(render(request, fragment if wants_fragment(request) else whole, dict(context)))


def shared(answer: HttpResponse) -> HttpResponse:
    """Say of a public page what caches may do with it; return it."""
    patch_vary_headers(answer, ["HX-Request", "Cookie"])
    # a post that is taken away must be away: browsers ask each time
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def unseen(answer: HttpResponse) -> HttpResponse:
    """Keep an address that is itself a secret out of logs of other sites, searches and caches; return the answer."""
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "no-store, private"
    return answer


def unseen_form(answer: HttpResponse) -> HttpResponse:
    """Do the same for a page with a form that is checked: the browser must say to our own site where it stands."""
    unseen(answer)["Referrer-Policy"] = "same-origin"
    return answer
