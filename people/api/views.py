"""Persons and posts, and addresses where nothing is."""

import functools
from typing import Any

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from people import sections
from people.api import shapes
from people.api.cursors import cursor_of_mark, mark_of_cursor
from people.api.endpoint import Endpoint
from people.api.problems import WrongParameters
from people.api.reading import told
from people.models import Person, Post, Scope
from people.models.person import OldSlug
from people.outgoing.addresses import page
from people.queries import posts
from people.queries.faces import faces_of
from people.queries.paging import Mark
from people.queries.truths import accounts_of
from people.views.person import person_keys
from people.views.post import post_keys


class StartSerializer(serializers.Serializer[Any]):
    """Where to begin."""

    site = serializers.CharField()
    brands = serializers.URLField()
    schema = serializers.URLField()


class Start(Endpoint):
    """Say where to begin."""

    shape = StartSerializer

    def read(self, request: Request) -> Response:
        """Say where to begin."""
        return Response({"site": settings.SITE_NAME, "brands": page("api-brands"), "schema": page("api-schema")})


class PersonView(Endpoint):
    """A person."""

    scope = Scope.PEOPLE
    shape = shapes.PersonSerializer
    moves = True
    keys = staticmethod(person_keys)

    def read(self, request: Request, slug: str) -> HttpResponseBase:
        """Return a person, as their own page shows them; an old address leads to the new one."""
        found = _person(slug)
        if found.slug != slug:
            return _moved(request, "api-person", found)
        face, places = faces_of([found])[found.pk], sections.appearances([found.pk])[found.pk]
        return Response(self.shape(shapes.person(found, face, accounts_of(found), places)).data)


class SaidFilter(django_filters.FilterSet):  # type: ignore[misc] # it has no types
    """What a person's page can be narrowed to."""

    show = django_filters.ChoiceFilter(
        choices=[(name, name) for name in posts.SHOWS if name],
        method="narrowed",
        help_text="Answers, what was shared from others, or posts with pictures; without it posts.",
        error_messages={"invalid_choice": f"Give one of: {', '.join(filter(None, posts.SHOWS))}."},
    )

    def narrowed(self, rows: "QuerySet[Post]", name: str, value: str) -> "QuerySet[Post]":
        """Return the posts of that kind."""
        return rows.filter(posts.SHOWS[value])


class PersonPosts(Endpoint):
    """A person's posts."""

    scope = Scope.POSTS
    shape = shapes.PostPageSerializer
    paged = True
    filters = SaidFilter
    moves = True
    keys = staticmethod(person_keys)

    def read(self, request: Request, slug: str) -> HttpResponseBase:
        """Return what a person said, newest first, as their own page shows it."""
        found = _person(slug)
        if found.slug != slug:
            return _moved(request, "api-person-posts", found)
        wanted, mark = self.rows_wanted(request), mark_of_cursor(request.query_params.get("cursor", ""))
        rows = self.filtered(request, posts.visible().filter(posts.older_than(mark), person=found))
        if "show" not in request.query_params:
            rows = rows.filter(posts.SHOWS[""])
        here = list(told(rows).order_by("-published_at", "-id")[: wanted + 1])
        more = Mark(here[wanted - 1].published_at, here[wanted - 1].pk) if len(here) > wanted else None
        return self.page(request, [shapes.post(one) for one in here[:wanted]], cursor_of_mark(more) if more else None)


class PostView(Endpoint):
    """A post."""

    scope = Scope.POSTS
    shape = shapes.PostSerializer
    keys = staticmethod(post_keys)

    def read(self, request: Request, post_id: int) -> Response:
        """Return one post that somebody's page shows."""
        found = posts.visible_post(post_id) if post_id < 2**63 else None
        if found is None:
            raise Http404
        return Response(self.shape(shapes.post(found)).data)


_FORMS = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}


@functools.cache
def _described(form: str) -> str | bytes:
    """Return the description in one of _FORMS: made once, for it is the same as long as this process runs."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return _FORMS[form]().render(schema, renderer_context={})


class Description(Endpoint):
    """This API in OpenAPI 3, as JSON or YAML."""

    def parameters(self) -> list[str]:
        """Return that the form may be chosen."""
        return ["format"]

    def read(self, request: Request) -> HttpResponse:
        """Return the description."""
        form = request.query_params.get("format", "json")
        if form not in _FORMS:
            raise WrongParameters({"format": "Give json or yaml."})
        return HttpResponse(_described(form), content_type=_FORMS[form].media_type)


class Nothing(Endpoint):
    """Any other address."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say that nothing is here, whatever was asked."""
        self.perform_authentication(request)
        self.check_throttles(request)
        raise Http404

    def read(self, request: Request, rest: str) -> Response:
        """Never reached."""
        raise Http404


def _moved(request: Request, name: str, person: Person) -> HttpResponseBase:
    """Lead from an old address of a person to the present one, with what was asked for there."""
    query = request.query_params.urlencode()
    return redirect(f"{reverse(name, args=[person.slug])}{'?' if query else ''}{query}", permanent=True)


def _person(slug: str) -> Person:
    """Return the person with an open page who has or had this address. Raises Http404."""
    found = Person.objects.filter(slug=slug, page_open=True).first()
    if found is None:
        old = get_object_or_404(OldSlug.objects.select_related("person"), slug=slug, person__page_open=True)
        found = old.person
    assert found is not None  # noqa: S101 - page_open was asked of it
    return found
