"""GET /2/tweets/search/recent: what some accounts said in the last seven days."""

import re
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from advocacy.sandbox.api import fields, problems
from advocacy.sandbox.api.base import Endpoint
from advocacy.sandbox.api.timeline import answered, paged
from advocacy.sandbox.api.users import site_of
from advocacy.sandbox.models import Inhabitant, Utterance, seen
from advocacy.sandbox.snowflakes import floor_of

LONGEST = 512
WORDS = re.compile(r"\(|\)|OR\b|-?is:(?:retweet|reply|quote)\b|from:@?(\w{1,19})|\S+")
DAYS = timedelta(days=7)


class Query(NamedTuple):
    """What a query asks for: authors by handle or id, and which kinds of posts (True: only, False: none)."""

    authors: list[str]
    kinds: dict[str, bool]


def parsed(query: str) -> Query:
    """Read `(from:a OR from:12 ...) -is:retweet`; anything else is a 400, as this sandbox knows no other operators."""
    if not query:
        raise problems.invalid("The `query` query parameter can not be empty", query=query)
    if len(query) > LONGEST:
        message = f"Invalid 'query'. 'query' must be a non-empty string of at most {LONGEST} characters"
        raise problems.invalid(message, query=query)
    authors: list[str] = []
    kinds: dict[str, bool] = {}
    before = ""
    for word in WORDS.finditer(query):
        if word[1]:
            if authors and before != "OR":
                raise _refused(query, "two from: operators without OR match nothing")
            authors.append(word[1])
        elif ":" in word[0] and word[0].lstrip("-").startswith("is:"):
            kinds[word[0].split(":")[1]] = not word[0].startswith("-")
        elif word[0] not in {"(", ")", "OR"}:
            raise _refused(query, f"no viable alternative at input '{word[0]}'")
        before = word[0] if word[0] not in {"(", ")"} else before
    if not authors:
        raise _refused(query, "the query needs at least one standalone operator")
    if query.count("(") != query.count(")"):
        raise _refused(query, "the parentheses do not match")
    return Query(authors, kinds)


def _refused(query: str, reason: str) -> problems.Problem:
    return problems.invalid(f"There were errors processing your request: {reason}", query=query)


class Recent(Endpoint):
    """Search over the last seven days; by default up to 30 seconds ago, as at X."""

    endpoint = "search"

    def page(self, request: Request) -> int:
        """Return the page that the token names."""
        return fields.token(request, "next_token", "pagination_token").page

    def get(self, request: Request) -> Response:
        """Answer one page, newest first."""
        query = parsed(request.query_params.get("query", ""))
        size, wanted = fields.number(request, "max_results", 10, 100, 10), fields.wanted(request)
        token = fields.token(request, "next_token", "pagination_token")
        rows = Utterance.objects.filter(seen(), _by(query.authors), newest=True, deleted_at=None)
        rows = rows.exclude(author__protected=True).exclude(author__suspended=True).exclude(author__deactivated=True)
        for kind, only in query.kinds.items():
            rows = rows.filter(_KINDS[kind]) if only else rows.exclude(_KINDS[kind])
        now = timezone.now()
        start = fields.moment(request, "start_time") or now - DAYS
        if start < now - DAYS:
            raise problems.invalid("'start_time' must be at most seven days ago", start_time=str(start))
        end = fields.moment(request, "end_time") or now - timedelta(seconds=30)
        rows = rows.filter(id__gte=floor_of(start), id__lt=floor_of(end))
        for name, bound in (("since_id", "id__gt"), ("until_id", "id__lt")):
            asked = fields.identifier(request, name)
            rows = rows.filter(**{bound: asked}) if asked is not None else rows
        posts, meta = paged(rows.select_related("author"), size, token)
        return Response(answered(posts, meta, wanted, site_of(request)))


_KINDS = {
    "retweet": Q(repost_of__isnull=False),
    "quote": Q(quote_of__isnull=False),
    "reply": Q(in_reply_to__isnull=False) | Q(in_reply_to_user__isnull=False),
}


def _by(authors: list[str]) -> Q:
    numbers = [int(author) for author in authors if author.isdecimal() and int(author) < 1 << 63]
    called = Inhabitant.objects.called(*authors).values_list("id", flat=True)
    return Q(author__in=[*called, *numbers])
