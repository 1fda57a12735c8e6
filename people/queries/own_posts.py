"""A person's posts for their own desk: all of them, also those that no page shows."""

from dataclasses import dataclass

from django.db.models import QuerySet

from people.models import Account, Person, Post
from people.queries.paging import Mark
from people.queries.posts import PAGE, older_than, with_pictures


@dataclass(slots=True)
class OwnLine:
    """One post with whether the person's own page shows it, and why not."""

    post: Post
    shown: bool
    why: str
    removed: bool = False  # only a brand removes, and only from its own pages

    @property
    def quiet(self) -> bool:
        """Whether it is shown nowhere on this site."""
        return self.post.quiet_at is not None


def page(person: Person, mark: Mark | None, *, network: str = "") -> tuple[list[Post], Mark | None]:
    """Return one page of a person's posts, newest first, and the mark of the next; in two queries."""
    found = _mine(person).filter(older_than(mark))
    if network:
        found = found.filter(account__network=network)
    posts = list(with_pictures(found).order_by("-published_at", "-id")[: PAGE + 1])
    if len(posts) <= PAGE:
        return posts, None
    last = posts[PAGE - 1]
    return posts[:PAGE], Mark(last.published_at, last.pk)


def one(person: Person, post_id: int) -> Post | None:
    """Return one post of this person, or None."""
    return _mine(person).filter(pk=post_id).first() if post_id < 2**63 else None


def line(post: Post) -> OwnLine:
    """Say whether the author's own page shows a post (as queries.posts.visible decides), in words."""
    start = post.account.page_from
    if post.quiet_at:
        return OwnLine(post, False, "Quiet: it is shown nowhere on this site.")
    if not post.person.page_open:
        return OwnLine(post, False, "Your page is closed.")
    if post.account.state != Account.State.ACTIVE:
        return OwnLine(post, False, "The account cannot be read.")
    if not post.account.proven:
        return OwnLine(post, False, "The account is not confirmed as yours yet.")
    if start is None or post.published_at < start:
        return OwnLine(post, False, "Your own page does not show it; a brand’s page does if you picked it there.")
    return OwnLine(post, True, "It is on your own page.")


def _mine(person: Person) -> "QuerySet[Post]":
    return Post.objects.filter(person=person).select_related("account", "person")
