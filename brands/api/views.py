"""Brands, their people, and what these say."""

from django.conf import settings
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from advocacy import versions
from brands.api import shapes
from brands.api.filters import PeopleFilter
from brands.models import Brand, BrandPost
from brands.queries.cards import LISTED, listed
from brands.queries.feed import going_on_after
from brands.views.brand import brand_keys
from people.api.cursors import Place, cursor_of_mark, cursor_of_place, mark_of_cursor, place_of_cursor
from people.api.endpoint import Endpoint
from people.api.reading import told
from people.api.shapes import PostPageSerializer
from people.api.shapes import post as shape_of_post
from people.models import Scope
from people.queries.paging import Mark
from people.queries.posts import open_posts

_LISTED = Count("enrolments", filter=Q(enrolments__state__in=LISTED, enrolments__person__page_open=True))


class Brands(Endpoint):
    """The brands of this site."""

    scope = Scope.BRANDS
    shape = shapes.BrandPageSerializer
    paged = True
    keys = staticmethod(lambda: [versions.SITE])

    def read(self, request: Request) -> Response:
        """Return the brands that the first page shows: all, or the one that the operator made the first page."""
        wanted, place = self.rows_wanted(request), place_of_cursor(request.query_params.get("cursor", ""))
        rows = Brand.objects.filter(slug=settings.HOME_BRAND) if settings.HOME_BRAND else Brand.objects.all()
        rows = rows.filter(slug__gt=place.words) if place else rows
        here = list(rows.annotate(listed=_LISTED).order_by("slug")[: wanted + 1])
        more = cursor_of_place(Place(here[wanted - 1].slug, 0)) if len(here) > wanted else None
        return self.page(request, [shapes.brand(one, one.listed) for one in here[:wanted]], more)


class BrandView(Endpoint):
    """A brand."""

    scope = Scope.BRANDS
    shape = shapes.BrandSerializer
    keys = staticmethod(brand_keys)

    def read(self, request: Request, slug: str) -> Response:
        """Return a brand."""
        found = get_object_or_404(Brand, slug=slug)
        return Response(self.shape(shapes.brand(found, listed(found).count())).data)


class BrandPeople(Endpoint):
    """A brand's people."""

    scope = Scope.PEOPLE
    shape = shapes.ListedPageSerializer
    paged = True
    filters = PeopleFilter
    keys = staticmethod(brand_keys)

    def read(self, request: Request, slug: str) -> Response:
        """Return the people whom a brand's page lists, those on a break too, by family name."""
        found = get_object_or_404(Brand, slug=slug)
        wanted, place = self.rows_wanted(request), place_of_cursor(request.query_params.get("cursor", ""))
        rows = self.filtered(request, listed(found), brand=found)
        if place:
            # the first condition alone is a range of an index
            same = Q(person__sort_name=place.words, person_id__gt=place.id)
            rows = rows.filter(Q(person__sort_name__gt=place.words) | same, person__sort_name__gte=place.words)
        ordered = rows.order_by("person__sort_name", "person_id")
        here = list(ordered.values_list("pk", "person__sort_name", "person_id")[: wanted + 1])
        more = cursor_of_place(Place(*here[wanted - 1][1:])) if len(here) > wanted else None
        return self.page(request, shapes.listed([row[0] for row in here[:wanted]]), more)


class BrandPosts(Endpoint):
    """What a brand's people say."""

    scope = Scope.POSTS
    shape = PostPageSerializer
    paged = True
    keys = staticmethod(brand_keys)

    def read(self, request: Request, slug: str) -> Response:
        """Return the posts that a brand's page shows, newest first, runs of one person's unfolded.

        A page may hold fewer than its limit: what was hidden a moment ago is left out, and `next` goes on.
        """
        found = get_object_or_404(Brand, slug=slug)
        wanted, mark = self.rows_wanted(request), mark_of_cursor(request.query_params.get("cursor", ""))
        rows = BrandPost.objects.filter(going_on_after(mark), brand=found).order_by("-published_at", "-post_id")
        window = list(rows.values_list("post_id", "published_at")[: wanted + 1])
        ids = [post_id for post_id, _ in window[:wanted]]
        posts = {post.pk: post for post in told(open_posts().filter(pk__in=ids))}
        post_id, time = window[wanted - 1] if len(window) > wanted else (0, None)
        more = cursor_of_mark(Mark(time, post_id)) if time else None
        return self.page(request, [shape_of_post(posts[pk]) for pk in ids if pk in posts], more)
