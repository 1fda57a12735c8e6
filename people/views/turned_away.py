"""A form whose token is no longer good: its page stood open while its reader signed in again in another window."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from advocacy.origins import is_foreign
from people.models import Person
from people.views.desk import composer

_KEEPS_WORDS = {"desk-write", "desk-write-draft"}


def turned_away(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Refuse the form, and say what to do. What was typed for a post comes back on a page whose token is good.

    reason: Django's, for its log. Only words that carry the reader's own mark are kept, and never another site's.
    """
    if _writes(request) and not is_foreign(request) and _mine(request) and composer.stash(request):
        return redirect(request.path)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Reswap": "none"})
    return render(request, "turned_away.html", status=403)


def _mine(request: HttpRequest) -> bool:
    """Whether nobody else has signed in since the page was drawn."""
    if not request.user.is_authenticated:
        return True
    writer = composer.owner(request.POST.get("writer", ""))
    return writer is not None and Person.objects.filter(user=request.user.pk, pk=writer).exists()


def _writes(request: HttpRequest) -> bool:
    try:
        return resolve(request.path).url_name in _KEEPS_WORDS
    except Resolver404:
        return False
