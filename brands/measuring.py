"""Comparing the posts of a brand's people with what colleagues had said before, for the studio's figure over time."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from brands import twins
from brands.fingerprints import fingerprints
from brands.models import Compared, Enrolment, Fingerprint
from brands.queries.cards import LISTED
from people.models import Post
from people.writing.likeness import NEAR, borrowed, normal

BATCH = 500  # posts of one run
_FORGOTTEN = 2 * twins.DAYS  # days; a post is measured by the 60 before it


def measure(limit: int = BATCH) -> int:
    """Compare the posts that nobody compared yet, the newest first; return how many. Asked once for each post."""
    made = []
    here = Enrolment.objects.filter(state__in=LISTED, person=OuterRef("person")).order_by("pk")
    done = Compared.objects.filter(post=OuterRef("pk"))
    posts = Post.objects.filter(~Exists(done), Exists(here), published_at__gte=twins.since())
    posts = posts.exclude(kind=Post.Kind.REPOST).order_by("-published_at", "-pk")[:limit]
    rows = list(posts)
    noted = set(Fingerprint.objects.filter(post__in=rows).values_list("post", flat=True))
    twins.note_posts([post.pk for post in rows if post.pk not in noted])  # said before their author's yes
    brands: dict[int, list[tuple[int, str]]] = {}
    enrolments = Enrolment.objects.filter(state__in=LISTED, person__in={post.person_id for post in rows})
    for person, brand, name in enrolments.values_list("person_id", "brand_id", "brand__name"):
        brands.setdefault(person, []).append((brand, name))
    for post in rows:
        for brand, name in brands.get(post.person_id, []):
            near = _near(post, brand, twins.sentences([name]))
            made.append(Compared(brand_id=brand, post=post, said_at=post.published_at, near=near))
    Compared.objects.bulk_create(made, ignore_conflicts=True)  # another worker may have come first
    return len(rows)


def sweep() -> None:
    """Forget numbers of words that nothing is compared with any longer."""
    old = Fingerprint.objects.filter(said_at__lt=twins.since() - dt.timedelta(days=1))
    old.exclude(pk__in=old.filter(twins.counts()).values("pk")).delete()
    Compared.objects.filter(said_at__lt=twins.since() - dt.timedelta(days=_FORGOTTEN)).delete()


def _near(post: Post, brand: int, without: Sequence[str]) -> bool | None:
    """Return whether a colleague had said nearly the same before; None for what is too short to say."""
    mine = normal(post.text, without)
    numbers = fingerprints(mine)
    if not numbers:
        return None
    before = twins.said_before(brand, post, numbers)
    return any(borrowed(mine, normal(text, without)) >= NEAR for text in before)
