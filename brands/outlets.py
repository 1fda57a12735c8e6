"""The one list of outlets: every address on which this site shows a post, its author, or a brand's people.

Whoever adds an outlet adds it here; a test takes a post away and searches every one of them for its words.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import reverse

from brands.lists.formats import FORMATS
from brands.models import Brand, Enrolment, Story
from brands.queries.sitemap import MOST
from people.models import Delivery, Post
from people.outgoing.answering import WRITERS
from people.queries.posts import SHOWS


class Outlet(NamedTuple):
    """A kind of page, with the addresses on which it may show a post."""

    name: str
    addresses: Callable[[Post], list[str]]


def _brands(post: Post) -> list[str]:
    here = Brand.objects.filter(enrolments__person=post.person_id)
    return list(here.order_by("pk").distinct().values_list("slug", flat=True))


def _brand_pages(post: Post) -> list[str]:
    return [reverse("brand", args=[slug]) for slug in _brands(post)]


def _story_pages(post: Post) -> list[str]:
    about = Story.objects.filter(pk__in=Delivery.objects.filter(post=post).values("draft__story"))
    rows = about.order_by("pk").values_list("brand__slug", "slug")
    return [reverse("brand-story", args=row) for row in rows]


def _people_lists(post: Post) -> list[str]:
    return [reverse("brand-people", args=[slug]) for slug in _brands(post)]


def _person_page(post: Post) -> list[str]:
    if not post.person.slug:
        return []
    page = reverse("person", args=[post.person.slug])
    return [f"{page}?show={show}" if show else page for show in SHOWS]


def _api_of_person(post: Post) -> list[str]:
    return [reverse("api-person", args=[post.person.slug])] if post.person.slug else []


def _api_of_persons_posts(post: Post) -> list[str]:
    if not post.person.slug:
        return []
    page = reverse("api-person-posts", args=[post.person.slug])
    return [f"{page}?show={show}" if show else page for show in SHOWS]


def _brand_feeds(post: Post) -> list[str]:
    found = [reverse("brand-feed", args=[slug, ending]) for slug in _brands(post) for ending in WRITERS]
    teams = Enrolment.objects.filter(person=post.person_id, team__isnull=False).values_list("brand__slug", "team__slug")
    return found + [
        f"{reverse('people-feed', args=[slug, ending])}?team={team}" for slug, team in teams for ending in WRITERS
    ]


def _people_files(post: Post) -> list[str]:
    return [reverse("people-file", args=[slug, ending]) for slug in _brands(post) for ending in FORMATS]


def _person_feeds(post: Post) -> list[str]:
    return [reverse("person-feed", args=[post.person.slug, ending]) for ending in WRITERS if post.person.slug]


def _contact(post: Post) -> list[str]:
    return [reverse("person-vcard", args=[post.person.slug])] if post.person.slug else []


def _sitemaps(post: Post) -> list[str]:
    rows = {"brands": 0, "people": post.person_id // MOST, "posts": post.pk // MOST}
    return [reverse("sitemap-part", args=[kind, number]) for kind, number in rows.items()]


def _follow_page(post: Post) -> list[str]:
    return [reverse("follow", args=[post.person.slug])] if post.person.slug else []


OUTLETS = (
    Outlet("first page", lambda post: [reverse("home-of-all")]),
    Outlet("brand page", _brand_pages),
    Outlet("people list", _people_lists),
    Outlet("choosing among people", lambda post: [reverse("brand-follow", args=[slug]) for slug in _brands(post)]),
    Outlet("story page", _story_pages),
    Outlet("person page", _person_page),
    Outlet("following a person", _follow_page),
    Outlet("post page", lambda post: [reverse("post", args=[post.pk])]),
    Outlet("reporting a post", lambda post: [reverse("report", args=[post.pk])]),
    Outlet("brand feed", _brand_feeds),
    Outlet("people files", _people_files),
    Outlet("person feed", _person_feeds),
    Outlet("contact", _contact),
    Outlet("sitemap", _sitemaps),
    Outlet("API people list", lambda post: [reverse("api-brand-people", args=[slug]) for slug in _brands(post)]),
    Outlet("API brand posts", lambda post: [reverse("api-brand-posts", args=[slug]) for slug in _brands(post)]),
    Outlet("API person", _api_of_person),
    Outlet("API person posts", _api_of_persons_posts),
    Outlet("API post", lambda post: [reverse("api-post", args=[post.pk])]),
)


def addresses(post: Post) -> dict[str, list[str]]:
    """Return for each outlet by its name the addresses on which it may show a post: the first pages of a feed."""
    return {outlet.name: outlet.addresses(post) for outlet in OUTLETS}
