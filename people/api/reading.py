"""Posts read with what the API says of them, and nothing else."""

from django.db.models import QuerySet

from people.models import Post
from people.queries.posts import with_pictures

_FIELDS = (
    *("remote_id", "kind", "published_at", "text", "lang", "media", "link"),
    *("account__network", "account__handle", "person__slug", "person__name"),
)


def told(posts: "QuerySet[Post]") -> "QuerySet[Post]":
    """Read with each post its author, account and pictures, in one query more for all of them."""
    return with_pictures(posts.select_related("account", "person").only(*_FIELDS))
