"""A brand's words for readers elsewhere: the feed of its people, of all or of one team."""

from django.db.models import Exists, OuterRef, QuerySet

from brands.models import Brand, BrandPost, Enrolment, Team
from brands.queries.cards import LISTED
from brands.queries.feed import going_on_after
from people.models import Post
from people.outgoing.addresses import page, tag
from people.outgoing.feeds import PAGE, Feed, for_items, items
from people.queries.paging import Mark
from people.queries.posts import open_posts


def of_brand(brand: Brand, mark: Mark | None, team: Team | None = None) -> Feed:
    """Return one page of a brand's feed, or of one team's: every post that the brand's page shows, newest first."""
    found = BrandPost.objects.filter(going_on_after(mark), brand=brand)
    if team:
        members = Enrolment.objects.filter(brand=brand, team=team, state__in=LISTED, person=OuterRef("person"))
        found = found.filter(Exists(members))
    window = list(
        found.order_by("-published_at", "-post_id").values_list("published_at", "post_id")[: PAGE + 1],
    )
    ids = [post_id for _, post_id in window[:PAGE]]
    posts = {post.pk: post for post in for_items(_open(ids))}
    name, address = ("brand-feed", "brand") if team is None else ("people-feed", "brand-people")
    return Feed(
        tag=tag(f"brands/{brand.pk}/teams/{team.pk}" if team else f"brands/{brand.pk}"),
        title=f"{team.name} at {brand.name}" if team else f"The people of {brand.name}",
        page_url=page(address, brand.slug) + (f"?team={team.slug}" if team else ""),
        address=page(name, brand.slug, "atom").removesuffix(".atom"),
        query=f"?team={team.slug}" if team else "",
        items=items(posts[pk] for pk in ids if pk in posts),
        before=mark,
        older=Mark(*window[PAGE - 1]) if len(window) > PAGE else None,
        changed=brand.created_at,
    )


def _open(ids: list[int]) -> "QuerySet[Post]":
    return open_posts().filter(pk__in=ids)
