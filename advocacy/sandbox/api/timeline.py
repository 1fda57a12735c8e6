"""GET /2/users/:id/tweets: what one account said, newest first."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from advocacy.sandbox.api import fields, including, problems
from advocacy.sandbox.api.base import Endpoint, grant_of
from advocacy.sandbox.api.users import site_of
from advocacy.sandbox.models import Inhabitant, Utterance, seen

Json = dict[str, Any]

NEWEST = 3_200
NEWEST_WITHOUT_REPLIES = 800


class Timeline(Endpoint):
    """A page may be short, even empty, while next_token exists: X cuts the page first, then leaves out the excluded."""

    endpoint = "timeline"

    def page(self, request: Request) -> int:
        """Return the page that the token names."""
        return fields.token(request, "pagination_token").page

    def get(self, request: Request, id: str) -> Response:
        """Answer one page."""
        number, size = fields.path_id(id), fields.number(request, "max_results", 5, 100, 10)
        wanted, token = fields.wanted(request), fields.token(request, "pagination_token")
        exclude = _excluded(request)
        asked = self._asked(request)
        who = Inhabitant.objects.filter(id=number).first() if number < 1 << 63 else None
        if who is None or who.deactivated:
            return Response({"errors": [problems.not_found("user", "id", id)]})
        if who.suspended:
            return Response({"errors": [problems.suspended("id", id)]})
        grant = grant_of(request)
        if who.protected and not (grant and grant.inhabitant_id == who.id):
            return Response({"errors": [problems.not_authorized("user", "id", id)]})
        rows = Utterance.objects.filter(seen(), author=who, newest=True, deleted_at=None)
        floor = _floor(rows, NEWEST_WITHOUT_REPLIES if "replies" in exclude else NEWEST)
        posts, meta = paged(rows.filter(id__gte=floor, **asked).select_related("author"), size, token)
        kept = [post for post in posts if not _dropped(post, exclude)]
        return Response(answered(kept, meta, wanted, site_of(request)))

    def _asked(self, request: Request) -> Json:
        bounds = {
            "id__gt": fields.identifier(request, "since_id"),
            "id__lt": fields.identifier(request, "until_id"),
            "created_at__gte": fields.moment(request, "start_time"),
            "created_at__lt": fields.moment(request, "end_time"),
        }
        return {name: bound for name, bound in bounds.items() if bound is not None}


def paged(rows: "QuerySet[Utterance]", size: int, token: fields.Token) -> tuple[list[Utterance], Json]:
    """Return one page, newest first, and the tokens of its neighbours. One query."""
    if token.above is not None:  # backwards: the page just above the one that the reader came from
        found = list(rows.filter(id__gt=token.above).order_by("id")[: size + 1])
        more_above, posts = len(found) > size, found[:size][::-1]
        older = True
    else:
        found = list((rows.filter(id__lt=token.below) if token.below else rows).order_by("-id")[: size + 1])
        more_above, posts, older = token.page > 1, found[:size], len(found) > size
    meta: Json = {}
    if posts and older:
        meta["next_token"] = fields.token_text(fields.Token(token.page + 1, below=posts[-1].id))
    if posts and more_above:
        meta["previous_token"] = fields.token_text(fields.Token(max(1, token.page - 1), above=posts[0].id))
    return posts, meta


def answered(posts: list[Utterance], meta: Json, wanted: fields.Wanted, site: str) -> Json:
    """Return the body of a page of tweets with its meta; an empty page has no data."""
    found: Json = {"result_count": len(posts)}
    if posts:
        found |= {"newest_id": str(posts[0].id), "oldest_id": str(posts[-1].id)}
    return including.body(posts, wanted, site) | {"meta": found | meta}


def _excluded(request: Request) -> set[str]:
    asked = {part for part in request.query_params.get("exclude", "").split(",") if part}
    for part in sorted(asked - {"retweets", "replies"}):
        message = f"The `exclude` query parameter value [{part}] is not one of [retweets,replies]"
        raise problems.invalid(message, exclude=part)
    return asked


def _dropped(post: Utterance, exclude: set[str]) -> bool:
    is_reply = post.in_reply_to is not None or post.in_reply_to_user is not None
    return ("retweets" in exclude and post.repost_of is not None) or ("replies" in exclude and is_reply)


def _floor(rows: "QuerySet[Utterance]", newest: int) -> int:
    """Return the smallest id that still belongs to the newest posts."""
    last = rows.order_by("-id").values_list("id", flat=True)[newest - 1 : newest]
    return next(iter(last), 0)
