"""What drawing posts needs beside their authors, read in the same query as the posts themselves.

A page whose posts no process has drawn yet so asks two questions less: for the pictures, and for the versions that say
whether what is kept of a post still holds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Aggregate, CharField, JSONField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONArray

from advocacy import versions
from advocacy.models import Version
from people.models import Post, PostPicture

_NUMBERS = ("version_of_site", "version_of_person")
_PICTURE = ("position", "stem", "width", "height")


class _JSONRows(Aggregate):
    """Rows as one list; Django knows such an aggregate for PostgreSQL only."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Return the same by PostgreSQL's name for it."""
        return self.as_sql(compiler, connection, function="JSONB_AGG", **context)


def dressed(posts: "QuerySet[Post]") -> "QuerySet[Post]":
    """Read with each post its pictures that are here, and the versions that its drawn piece hangs on."""
    pictures = PostPicture.objects.filter(post=OuterRef("pk")).exclude(stem="").order_by().values("post")
    person = Concat(Value("person:"), Cast(OuterRef("person_id"), CharField()))  # as versions.person writes it
    numbers = {name: _number(key) for name, key in zip(_NUMBERS, (Value(versions.SITE), person), strict=True)}
    return posts.annotate(
        pictures_here=Subquery(pictures.annotate(all=_JSONRows(JSONArray(*_PICTURE))).values("all")), **numbers
    )


def _number(key: Any) -> Coalesce:
    return Coalesce(Subquery(Version.objects.filter(key=key).values("number")), 0)


def pictures_of(post: Post) -> Sequence[PostPicture]:
    """Return a post's pictures that are here, as they were read with it."""
    if not hasattr(post, "pictures_here"):
        return list(post.pictures.all())
    rows = sorted(post.pictures_here or [])
    return [PostPicture(post_id=post.pk, **dict(zip(_PICTURE, row, strict=True))) for row in rows]


def numbers_of(posts: Sequence[Post]) -> Mapping[str, int]:
    """Return the numbers of the versions on which drawn pieces of dressed posts hang, by their keys."""
    found: dict[str, int] = {}
    for post in posts:
        site, person = (getattr(post, name) for name in _NUMBERS)
        found[versions.SITE] = site
        found[versions.person(post.person_id)] = person
    return found
