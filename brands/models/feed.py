"""The brand page's feed as a table."""

from django.db import models

from brands.models.brand import Brand
from people.models import Person, Post


class BrandPost(models.Model):
    """A post that a brand's page shows. Placed by brands/feed.py from the truths; may be recomputed from nothing."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="feed")
    post = models.ForeignKey(Post, models.CASCADE, related_name="shown_on")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")  # the author: runs of one person fold
    published_at = models.DateTimeField()
    # what it is found by, see wording.py; "" of a repost. PostgreSQL has an index of it (migration 0009)
    words = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "post"], name="brandpost_brand_post")]
        indexes = [
            # the feed, newest first, keyset by (published_at, post_id)
            models.Index(
                "brand", models.F("published_at").desc(), models.F("post_id").desc(), name="brandpost_brand_newest"
            ),
        ]
