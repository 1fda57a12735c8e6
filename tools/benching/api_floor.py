"""The floor of the API: a brand's posts from two queries (the brand, its posts), put into JSON by hand.

Leaves out: REST framework (negotiation, throttle, keys, serializers, ETag), the check that a post may still be shown,
and pictures: of posts on X the API tells none.
"""

import json

from django.http import HttpRequest, HttpResponse

from brands.models import Brand, BrandPost
from people.api.cursors import cursor_of_mark
from people.queries.paging import Mark

ROWS = 20
_COLUMNS = ("published_at", "post_id", "post__remote_id", "post__account__network", "post__account__handle")
_AUTHOR = ("post__person__slug", "post__person__name")


def posts(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer a page of a brand's posts."""
    site = f"{request.scheme}://{request.get_host()}"
    # by the id: with a join over the slug PostgreSQL does not walk the feed's index
    brand = Brand.objects.values_list("pk", flat=True).get(slug=slug)
    newest = BrandPost.objects.filter(brand=brand).order_by("-published_at", "-post_id")
    rows = list(newest.values_list(*_COLUMNS, *_AUTHOR)[: ROWS + 1])
    results = [
        {
            "id": pk,
            "url": f"{site}/posts/{pk}/",
            "network": network,
            "permalink": f"https://x.com/{handle}/status/{remote_id}",
            "published_at": time.isoformat().replace("+00:00", "Z"),
            "author": {"slug": who, "name": name, "url": f"{site}/people/{who}/", "handle": handle},
            "text": None,
            "language": None,
            "pictures": None,
        }
        for time, pk, remote_id, network, handle, who, name in rows[:ROWS]
    ]
    more = None
    if len(rows) > ROWS:
        time, pk = rows[ROWS - 1][:2]
        more = f"{site}/api/v1/brands/{slug}/posts/?cursor={cursor_of_mark(Mark(time, pk))}"
    body = json.dumps({"results": results, "next": more}, separators=(",", ":"), ensure_ascii=False)
    return HttpResponse(body, content_type="application/json")
