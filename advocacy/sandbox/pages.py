"""The sandbox's own pages: who lives here and what they say."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from advocacy.sandbox import pictures
from advocacy.sandbox.api import including
from advocacy.sandbox.models import Inhabitant, OldHandle, Picture, Utterance, seen
from advocacy.sandbox.rendering import linked

Json = dict[str, Any]
PEOPLE_PAGE = 60
POSTS_PAGE = 20


@require_safe
def inhabitants(request: HttpRequest) -> HttpResponse:
    """List everybody, by handle."""
    rows = Inhabitant.objects.filter(deactivated=False).order_by("handle")
    page = Paginator(rows, PEOPLE_PAGE).get_page(request.GET.get("page"))
    return render(request, "sandbox/inhabitants.html", {"page": page})


@require_safe
def inhabitant(request: HttpRequest, handle: str) -> HttpResponseBase:
    """Show somebody's posts, newest first; an old handle leads to the new one."""
    who = _who(handle)
    if who.handle.casefold() != handle.casefold():
        return redirect("sandbox:inhabitant", who.handle)
    rows = (
        Utterance.objects.filter(seen(), author=who, newest=True, deleted_at=None)
        .order_by("-id")
        .select_related("author")
    )
    page = Paginator(rows if not including.hidden(who) else rows.none(), POSTS_PAGE).get_page(request.GET.get("page"))
    shown = _shown(page.object_list)
    return render(request, "sandbox/inhabitant.html", {"who": who, "page": page, "posts": shown})


@require_safe
def status(request: HttpRequest, handle: str, number: int) -> HttpResponseBase:
    """Show one post; the address works with any handle that its author had, as at X."""
    who = _who(handle)
    rows = Utterance.objects.filter(seen(), author=who, deleted_at=None).select_related("author")
    post = get_object_or_404(rows, id=number)
    if including.hidden(who):
        raise Http404
    if who.handle.casefold() != handle.casefold():
        return redirect("sandbox:status", who.handle, number)
    return render(request, "sandbox/status.html", {"who": who, "post": _shown([post])[0]})


@require_safe
def profile_picture(request: HttpRequest, number: int, version: int) -> HttpResponse:
    """Give a profile picture: the one that was given, or a drawn one."""
    who = get_object_or_404(Inhabitant, id=number, picture_version__gte=max(1, version))
    given = Picture.objects.filter(key=f"{number}-{version}").first()
    return _picture(given, lambda: pictures.profile_picture(who.name, f"{number}-{version}"))


@require_safe
def post_picture(request: HttpRequest, key: str) -> HttpResponse:
    """Give a post's picture: the one that was given, or a drawn one."""
    return _picture(Picture.objects.filter(key=key).first(), lambda: pictures.post_picture(key))


def _picture(given: Picture | None, draw: Callable[[], bytes]) -> HttpResponse:
    response = (
        HttpResponse(bytes(given.body), content_type=given.content_type)
        if given
        else HttpResponse(draw(), content_type="image/png")
    )
    patch_cache_control(response, public=True, max_age=86_400, immutable=True)
    return response


def _who(handle: str) -> Inhabitant:
    who = Inhabitant.objects.called(handle).filter(deactivated=False).first()
    if who is None:
        old = get_object_or_404(OldHandle.objects.select_related("inhabitant"), handle=handle.casefold())
        who = old.inhabitant
    return who


def _shown(posts: Iterable[Utterance]) -> list[Json]:
    rows = list(posts)
    named = {one["handle"] for post in rows for one in post.mentions}
    here = {handle.casefold() for handle in Inhabitant.objects.called(*named).values_list("handle", flat=True)}
    return [
        {"row": post, "html": linked(post, here), "edited": post.first_version not in {None, post.id}} for post in rows
    ]
