"""The pictures of a post as others may have them: our own copies, by their whole addresses, with their words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from people import post_pictures
from people.models import Post, PostPicture
from people.outgoing.addresses import whole
from people.pictures import WHOLE

_LARGER = WHOLE[-1].name


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture."""

    url: str
    width: int
    height: int
    alt: str  # "" where its author gave no description


def read_with(posts: Sequence[Post]) -> None:
    """Read to posts that are here already their pictures, in one query for all of them and none for no post."""
    here = PostPicture.objects.exclude(stem="").only("post_id", "position", "stem", "width", "height")
    prefetch_related_objects(posts, Prefetch("pictures", here.order_by("position")))


def pictures_of(post: Post) -> list[Picture]:
    """Return a post's pictures that are here; they must have been read with it.

    Whether they may leave this site, people.outgoing.terms says: they go with the words.
    """
    return [
        Picture(
            whole(post_pictures.url_of(row.stem, _LARGER)),
            row.width,
            row.height,
            (post.media[row.position]["alt"] if row.position < len(post.media) else None) or "",
        )
        for row in post.pictures.all()
    ]
