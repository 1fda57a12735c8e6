"""What a brand's pages show of one person, so that the studio can take it off."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from brands.models import Brand, BrandPost, Removal
from brands.queries.feed import shown_by_consent
from people.models import Post
from people.queries.posts import open_posts


def shown_of(brand: Brand, person_id: int) -> "QuerySet[Post]":
    """Return the person's posts that the brand's pages show, by themselves or in a conversation; newest first."""
    feed = BrandPost.objects.filter(brand=brand)
    # as people.queries.posts.add_conversation has it; of what is quoted a page has a link only, and no words
    under = Q(kind=Post.Kind.REPLY, reply_to_id__in=feed.values("post__remote_id"))
    above = Q(remote_id__in=feed.filter(post__kind=Post.Kind.REPLY).values("post__reply_to_id"))
    around = shown_by_consent(brand).filter(under | above, person=person_id)
    here = Exists(feed.filter(post=OuterRef("pk"))) | Q(pk__in=around.values("pk"))
    return open_posts().filter(here, person=person_id).select_related("account").order_by("-published_at", "-pk")


def removals_of(brand: Brand, person_id: int) -> "QuerySet[Removal]":
    """Return what the brand took off of the person, the latest first; `open`: whether its words are public still."""
    off = Removal.objects.filter(brand=brand, post__person=person_id, put_back_at=None)
    is_open = Exists(open_posts().filter(pk=OuterRef("post")))
    return off.annotate(open=is_open).select_related("post").order_by("-at", "-pk")
