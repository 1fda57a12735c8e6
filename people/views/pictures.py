"""Pictures that this site serves itself: faces by their content's name, and initials drawn on request."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from people import initials, post_pictures
from people.faces import file_of, hidden, seen_by
from people.models import User
from people.models.person import BACKDROPS

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def face(request: HttpRequest, shard: str, stem: str, size: str) -> HttpResponseBase:
    """Answer with one re-encoded picture.

    No shared cache may keep it: when its person takes it away, this address must answer 404 for everybody else.
    """
    if not stem.startswith(shard):
        raise Http404
    kept_from = hidden(stem)
    if kept_from and not (isinstance(request.user, User) and seen_by(request.user, kept_from)):
        raise Http404
    try:
        file = file_of(stem, size).open("rb")
    except OSError:
        raise Http404 from None
    response = _guarded(FileResponse(file, content_type="image/avif"), "default-src 'none'; sandbox")
    response["Cache-Control"] = "no-store" if kept_from else FOR_EVER.replace("public", "private")
    return response


@require_safe
def post_picture(request: HttpRequest, shard: str, stem: str, size: str) -> HttpResponseBase:
    """Answer with one re-encoded picture of a post.

    No shared cache may keep it: when the author deletes the post, this address must answer 404 for everybody.
    """
    if not stem.startswith(shard):
        raise Http404
    if post_pictures.withheld(stem):
        raise Http404
    try:
        file = post_pictures.file_of(stem, size).open("rb")
    except OSError:
        raise Http404 from None
    response = _guarded(FileResponse(file, content_type="image/avif"), "default-src 'none'; sandbox")
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@require_safe
def initials_picture(request: HttpRequest, backdrop: str, letters: str) -> HttpResponseBase:
    """Answer with an SVG of one or two letters; anything that is no initials is not found."""
    if backdrop not in BACKDROPS or not initials.is_initials(letters):
        raise Http404
    drawn = HttpResponse(initials.svg(letters, backdrop), content_type="image/svg+xml; charset=utf-8")
    return _guarded(drawn, initials.policy(backdrop))


def private_picture(stem: str) -> HttpResponseBase:
    """Answer with a picture of a draft or a brief to whoever may see it; no browser keeps it."""
    try:
        body = post_pictures.file_of(stem, "600").read_bytes()
    except OSError:
        raise Http404 from None
    response = _guarded(HttpResponse(body, content_type="image/avif"), "default-src 'none'; sandbox")
    response["Cache-Control"] = "no-store"
    return response


def _guarded(response: HttpResponseBase, policy: str) -> HttpResponseBase:
    response["Cache-Control"] = FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = policy
    return response
