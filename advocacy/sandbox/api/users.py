"""GET /2/users/by and GET /2/users: up to 100 accounts at once."""

from rest_framework.request import Request
from rest_framework.response import Response

from advocacy.sandbox.api import fields, problems, shapes
from advocacy.sandbox.api.base import Endpoint
from advocacy.sandbox.models import Inhabitant


def site_of(request: Request) -> str:
    """Return the sandbox's own address as this caller reaches it, ending in a slash."""
    return request.build_absolute_uri("/sandbox/")


class _Look(Endpoint):
    def answered(self, request: Request, name: str, asked: list[str], found: dict[str, Inhabitant]) -> Response:
        """Return data for those who are there and errors for the others, each in the order asked for."""
        wanted, data, errors = fields.wanted(request), [], []
        for value in asked:
            who = found.get(value.lower())
            if who is None or who.deactivated:
                errors.append(problems.not_found("user", name, value))
            elif who.suspended:
                errors.append(problems.suspended(name, value))
            else:
                data.append(shapes.picked(shapes.user(who, site_of(request)), wanted.user))
        return Response(({"data": data} if data else {}) | ({"errors": errors} if errors else {}))


class UsersBy(_Look):
    """By handles, whatever their case."""

    endpoint = "users_by"

    def get(self, request: Request) -> Response:
        """Answer one look-up."""
        asked = fields.listed(request, "usernames", fields.HANDLE)
        rows = Inhabitant.objects.called(*asked)
        return self.answered(request, "usernames", asked, {who.handle.lower(): who for who in rows})


class Users(_Look):
    """By ids."""

    endpoint = "users"

    def get(self, request: Request) -> Response:
        """Answer one look-up."""
        asked = fields.listed(request, "ids", fields.ID)
        rows = Inhabitant.objects.filter(id__in=[int(one) for one in asked if int(one) < 1 << 63])
        return self.answered(request, "ids", asked, {str(who.id): who for who in rows})
