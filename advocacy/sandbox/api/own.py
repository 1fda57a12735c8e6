"""What somebody's own token is for: GET /2/users/me, GET /2/users/:id/mentions, DELETE /2/tweets/:id."""

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from advocacy.sandbox.api import fields, problems, shapes
from advocacy.sandbox.api.base import Endpoint, person_of
from advocacy.sandbox.api.timeline import answered, paged
from advocacy.sandbox.api.users import site_of
from advocacy.sandbox.models import Inhabitant, Utterance, seen
from advocacy.sandbox.verbs import delete

NEWEST_MENTIONS = 800


class Me(Endpoint):
    """Whoever the token is of."""

    endpoint = "me"

    def get(self, request: Request) -> Response:
        """Answer with the one user."""
        who = person_of(request).inhabitant
        return Response({"data": shapes.picked(shapes.user(who, site_of(request)), fields.wanted(request).user)})


class Mentions(Endpoint):
    """What others said to or about an account, newest first; by the account's own token."""

    endpoint = "mentions"

    def page(self, request: Request) -> int:
        """Return the page that the token names."""
        return fields.token(request, "pagination_token").page

    def get(self, request: Request, id: str) -> Response:
        """Answer one page."""
        number, size = fields.path_id(id), fields.number(request, "max_results", 5, 100, 10)
        wanted, token = fields.wanted(request), fields.token(request, "pagination_token")
        who = Inhabitant.objects.filter(id=number).first() if number < 1 << 63 else None
        if who is None or who.deactivated:
            return Response({"errors": [problems.not_found("user", "id", id)]})
        since, until = fields.identifier(request, "since_id"), fields.identifier(request, "until_id")
        rows = _mentioning(who)
        rows = rows.filter(id__gt=since) if since is not None else rows
        rows = rows.filter(id__lt=until) if until is not None else rows
        start, end = fields.moment(request, "start_time"), fields.moment(request, "end_time")
        rows = rows.filter(created_at__gte=start) if start else rows
        rows = rows.filter(created_at__lt=end) if end else rows
        posts, meta = paged(rows.select_related("author"), size, token)
        return Response(answered(posts, meta, wanted, site_of(request)))


def _mentioning(who: Inhabitant) -> "QuerySet[Utterance]":
    """Return what mentions an account. Names are JSON, which no index serves: the text narrows them first."""
    rows = Utterance.objects.filter(
        seen(), Q(text__icontains=f"@{who.handle}"), newest=True, deleted_at=None, repost_of__isnull=True
    )
    rows = rows.exclude(author=who).exclude(author__protected=True).exclude(author__suspended=True)
    rows = rows.exclude(author__deactivated=True).order_by("-id")
    meant = [
        number
        for number, names in rows.values_list("id", "mentions")[: NEWEST_MENTIONS * 2]
        if any(str(one.get("id")) == str(who.id) for one in names)
    ]
    return Utterance.objects.filter(id__in=meant[:NEWEST_MENTIONS])


class Post(Endpoint):
    """One post of one's own."""

    endpoint = "delete"
    scopes = ("tweet.read", "tweet.write", "users.read")

    def delete(self, request: Request, id: str) -> Response:
        """Take it away; 403 for somebody else's, and, as at X, {"deleted": true} also for one that is gone already."""
        number = fields.path_id(id)
        row = Utterance.objects.filter(id=number).first() if number < 1 << 63 else None
        if row is None:
            raise problems.Problem(404, problems.not_found("tweet", "id", id))
        if row.author_id != person_of(request).inhabitant_id:
            raise problems.refused("You are not authorized to delete this Tweet.")
        if row.deleted_at is None:
            delete(id=id)
        return Response({"data": {"deleted": True}})
