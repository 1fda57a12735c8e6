"""The one list of outlets: every address on which this site shows a post, its author, or a brand's people.

Whoever adds an outlet adds it here; a test takes a post away and searches every one of them for its words.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import reverse

from brands.models import Brand
from people.models import Post
from people.queries.posts import SHOWS


class Outlet(NamedTuple):
    """A kind of page, with the addresses on which it may show a post."""

    name: str
    addresses: Callable[[Post], list[str]]


def _brands(post: Post) -> list[str]:
    return list(Brand.objects.filter(enrolments__person=post.person_id).distinct().values_list("slug", flat=True))


def _brand_pages(post: Post) -> list[str]:
    return [reverse("brand", args=[slug]) for slug in _brands(post)]


def _people_lists(post: Post) -> list[str]:
    return [reverse("brand-people", args=[slug]) for slug in _brands(post)]


def _person_page(post: Post) -> list[str]:
    if not post.person.slug:
        return []
    page = reverse("person", args=[post.person.slug])
    return [f"{page}?show={show}" if show else page for show in SHOWS]


OUTLETS = (
    Outlet("first page", lambda post: [reverse("home-of-all")]),
    Outlet("brand page", _brand_pages),
    Outlet("people list", _people_lists),
    Outlet("person page", _person_page),
    Outlet("post page", lambda post: [reverse("post", args=[post.pk])]),
)


def addresses(post: Post) -> dict[str, list[str]]:
    """Return for each outlet by its name the addresses on which it may show a post: the first pages of a feed."""
    return {outlet.name: outlet.addresses(post) for outlet in OUTLETS}
