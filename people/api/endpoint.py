"""What all addresses of the API share: who may read, how often, which parameters, how an answer is kept."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django_filters import FilterSet
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from advocacy import versions
from advocacy.pages.parts import Parts, numbers_of
from people.api import problems
from people.api.bearer import InScope, KeyBearer
from people.api.problems import WrongParameters
from people.api.schema import Schema
from people.api.throttles import PerReader

FEWEST, USUAL, MOST = 1, 20, 100  # rows of a page
_LONGEST_QUERY = 200  # characters: what is asked by a longer one is not kept


class Said(NamedTuple):
    """A kept answer."""

    content: bytes
    etag: str
    link: str  # the header, "" for none


# as public pages are: right as long as the versions of what they show stand
_said: Parts[Said] = Parts()


class AlwaysJson(BaseContentNegotiation):
    """There is one kind of answer, whatever was asked for."""

    def select_parser(self, request: Request, parsers: Any) -> None:
        """Return None: nothing that is sent is read."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the one renderer."""
        first = next(iter(renderers))
        return first, first.media_type


class Endpoint(APIView):
    """One address of the API."""

    authentication_classes = (KeyBearer,)
    permission_classes = (InScope,)
    throttle_classes = (PerReader,)
    renderer_classes = (JSONRenderer,)
    parser_classes = ()
    content_negotiation_class = AlwaysJson
    metadata_class = None
    http_method_names = ["get", "head"]
    schema = Schema()
    scope: ClassVar[str] = ""  # which a key needs, a value of people.models.Scope
    shape: ClassVar[type[BaseSerializer[Any]]]  # of the whole answer
    paged: ClassVar[bool] = False
    moves: ClassVar[bool] = False  # an old address leads to the new one
    read: Callable[..., HttpResponseBase]  # answers anew, as `get` would
    # asked with what the address names for the version keys of what it shows (advocacy.versions); None: nothing is kept
    keys: ClassVar[Callable[..., Collection[str] | None]] = staticmethod(lambda **named: None)
    filters: ClassVar[type[FilterSet] | None] = None
    place: tuple[str, str] = ("", "")  # of the present request: its path and query
    numbers: Mapping[str, int] | None = None  # of its versions, from before anything was read; None: it is not kept

    def get_exception_handler(self) -> Callable[..., Any]:
        """Return the one that makes problem details."""
        return problems.answer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a wrong key, count the request, refuse parameters that this address does not have."""
        super().initial(request, *args, **kwargs)
        known = self.parameters()
        wrong: dict[str, str] = {}
        for name, values in request.query_params.lists():
            if name not in known:
                there = f"It has {', '.join(known)}." if known else "It has none."
                wrong[name] = f"This address has no such parameter. {there}"
            elif len(values) > 1:
                wrong[name] = "Give it once."
            elif not values[0]:
                wrong[name] = "Give it a value, or leave it away."
            elif "\0" in values[0]:
                wrong[name] = "It holds a character that no text has."
        if wrong:
            raise WrongParameters(wrong)

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """Answer with what is kept of this address, else anew."""
        query = request.META.get("QUERY_STRING", "")
        # words are as many as there are readers: they would push out what others ask for
        kept = settings.PART_CACHE_MB and len(query) <= _LONGEST_QUERY and "q" not in request.query_params
        keys = self.keys(**kwargs) if kept else None
        if keys is None:
            return self.read(request, **kwargs)
        self.place = (str(request.path), str(query))
        said = _said.ready([self.place]).get(self.place)
        if said:
            headers = {"ETag": said.etag} | ({"Link": said.link} if said.link else {})
            return HttpResponse(said.content, content_type=self.renderer_classes[0].media_type, headers=headers)
        with versions.afresh():
            self.numbers = numbers_of(keys)  # before anything is read
            return self.read(request, **kwargs)

    def parameters(self) -> list[str]:
        """Return the names of the parameters that this address takes."""
        return [*(self.filters.base_filters if self.filters else ()), *(("cursor", "limit") if self.paged else ())]

    def rows_wanted(self, request: Request) -> int:
        """Return how many rows a page shall have. Raises WrongParameters."""
        words = request.query_params.get("limit", str(USUAL))
        if not (words.isascii() and words.isdigit() and len(words) < 4 and FEWEST <= int(words) <= MOST):
            raise WrongParameters({"limit": f"Give a whole number from {FEWEST} to {MOST}."})
        return int(words)

    def filtered(self, request: Request, rows: "QuerySet[Any]", **known: object) -> "QuerySet[Any]":
        """Return the rows that the filters of the query leave. Raises WrongParameters."""
        assert self.filters is not None  # noqa: S101 - only views with filters ask
        found = self.filters(request.query_params, rows)
        vars(found).update(known)
        if not found.is_valid():
            raise WrongParameters({name: " ".join(said) for name, said in found.errors.items()})
        left: QuerySet[Any] = found.qs
        return left

    def page(self, request: Request, results: list[dict[str, Any]], cursor: str | None) -> Response:
        """Return a page; cursor is where the next one begins, None on the last."""
        url = None
        if cursor:
            kept = {name: value for name, value in request.query_params.items() if name != "cursor"}
            url = f"{settings.SITE_URL}{request.path}?{urlencode({**kept, 'cursor': cursor})}"
        whole = self.shape({"results": results, "next": url})
        return Response(whole.data, headers={"Link": f'<{url}>; rel="next"'} if url else {})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, with what lets browsers and proxies ask whether it has changed, and pages of others read it."""
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if isinstance(answer, Response):
            answer = answer.render()
        if isinstance(answer, HttpResponse) and answer.status_code == 200:
            if "ETag" not in answer:
                self._note(answer)
            _kept(request, answer)
            answer = get_conditional_response(request, answer["ETag"], response=answer) or answer
        _kept(request, answer)
        return answer

    def _note(self, answer: HttpResponse) -> None:
        """Name an answer by its bytes, and keep it where it can be told how long it is right."""
        answer["ETag"] = f'W/"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
        if self.numbers is not None:
            said = Said(answer.content, answer["ETag"], answer.get("Link", ""))
            _said.put(self.place, said, self.numbers, size=len(said.content))


def _kept(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Say who may keep an answer. What is taken away must be away, so everybody asks each time; see decision 0050."""
    keyed = "Authorization" in request.headers
    patch_vary_headers(answer, ["Authorization"])
    answer["X-Robots-Tag"] = "noindex"  # searches find the pages
    if answer.status_code in (200, 301, 304):
        answer["Cache-Control"] = "private, no-cache" if keyed else "public, no-cache"
    else:
        answer["Cache-Control"] = "no-store"
    if not keyed:
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
