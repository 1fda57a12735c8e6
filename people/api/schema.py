"""The API's description in OpenAPI, made by drf-spectacular from the views and their shapes."""

import inspect
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from django_filters import CharFilter, ChoiceFilter, FilterSet
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from people.api.problems import KIND, ProblemSerializer

if TYPE_CHECKING:
    from people.api.endpoint import Endpoint

ROOM = "/api/v1/"
_PROBLEMS = {
    400: "A parameter is unknown or says nothing that can be.",
    401: "The key is wrong, over or revoked.",
    403: "The key was not made for this.",
    404: "There is no such thing, or it is not public.",
    429: "Too many requests: wait for as many seconds as Retry-After says.",
}


def only_the_api(endpoints: Sequence[tuple[str, str, str, Any]], **_: object) -> list[tuple[str, str, str, Any]]:
    """Leave out every address but the API's own: the sandbox speaks another API (drf-spectacular's hook)."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(ROOM)]


class Bearer(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # its class hook has no types
    """How a key is sent."""

    target_class = "people.api.bearer.KeyBearer"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Return the scheme."""
        told = "A key from your settings. Without one the same is read, less often."
        return {"type": "http", "scheme": "bearer", "description": told}


class Schema(AutoSchema):
    """Describes an Endpoint by what it declares."""

    @property
    def endpoint(self) -> "Endpoint":
        """Return the view that is described."""
        return cast("Endpoint", self.view)

    def is_excluded(self) -> bool:
        """Leave out what has no shape: the description itself, and addresses where nothing is."""
        return not hasattr(self.view, "shape")

    def get_operation_id(self) -> str:
        """Return the name by which programs made from the description call this."""
        return f"read{type(self.view).__name__.removesuffix('View')}"

    def get_description(self) -> str:  # type: ignore[override] # drf-spectacular asks so, REST framework otherwise
        """Return what the view says of reading it."""
        return inspect.getdoc(self.endpoint.read) or ""

    def get_auth(self) -> list[dict[str, Any]]:
        """Return that a key may be sent and need not be."""
        return [*super().get_auth(), {}]

    def get_tags(self) -> list[str]:
        """Return the scope's own word: brands, people, posts."""
        return [self.endpoint.scope.partition(":")[0] or "start"]

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of the query."""
        own = list(_filters(self.endpoint.filters)) if self.endpoint.filters else []
        return [*own, *(_PAGING if self.endpoint.paged else ())]

    def get_response_serializers(self) -> Any:
        """Return the answer's shape and the problems that may be instead."""
        refused = {
            (status, KIND): OpenApiResponse(ProblemSerializer, description=said)
            for status, said in _PROBLEMS.items()
            if status != 404 or "{" in self.path
        }
        same = OpenApiResponse(None, description="Nothing has changed since the ETag that was sent.")
        moved = {301: OpenApiResponse(None, description="The person has another address now.")}
        own = moved if self.endpoint.moves else {}
        return {200: OpenApiResponse(self.endpoint.shape), **own, 304: same, **refused}


def _filters(filters: type[FilterSet]) -> Iterable[OpenApiParameter]:
    for name, rule in filters.base_filters.items():
        extra = rule.extra
        schema: dict[str, Any] = {"type": "string", "minLength": 1, "pattern": r"^[^\u0000]+$"}
        if isinstance(rule, ChoiceFilter):
            schema = {"type": "string", "enum": [key for key, _ in extra["choices"]]}
        elif isinstance(rule, CharFilter):
            schema["maxLength"] = extra["max_length"]
        yield OpenApiParameter(name, schema, description=extra["help_text"])


_PAGING = (
    OpenApiParameter(
        "cursor",
        {"type": "string", "format": "cursor", "minLength": 1, "maxLength": 400},
        description="Where the page begins: taken from the `next` of the page before.",
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
        description="How many rows a page has at most.",
    ),
)
