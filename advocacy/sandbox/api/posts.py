"""GET /2/tweets: up to 100 tweets by id."""

from rest_framework.request import Request
from rest_framework.response import Response

from advocacy.sandbox.api import fields, including, problems
from advocacy.sandbox.api.base import Endpoint
from advocacy.sandbox.api.users import site_of
from advocacy.sandbox.models import Utterance


class Posts(Endpoint):
    """Any version of a tweet, also one that was edited since."""

    endpoint = "tweets"

    def get(self, request: Request) -> Response:
        """Answer one look-up: data for those that are there, errors for the others."""
        asked, wanted = fields.listed(request, "ids", fields.ID), fields.wanted(request)
        numbers = [int(one) for one in asked if int(one) < 1 << 63]
        found = {row.id: row for row in Utterance.objects.filter(id__in=numbers).select_related("author")}
        shown, errors = [], []
        for one in asked:
            row = found.get(int(one))
            if row is None or row.deleted_at or row.author.deactivated:
                errors.append(problems.not_found("tweet", "ids", one))
            elif including.hidden(row.author):
                errors.append(problems.not_authorized("tweet", "ids", one))
            else:
                shown.append(row)
        answer = including.body(shown, wanted, site_of(request))
        if errors:
            answer["errors"] = errors + answer.get("errors", [])
        return Response(answer)
