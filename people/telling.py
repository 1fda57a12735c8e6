"""Saying that something of a person may look different now: to brands by the one signal, to kept pages by versions.

Verbs say it where they change what a page shows; nothing else does (no save(), no query).
"""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q

from advocacy import versions
from people.models import Post
from people.signals import posts_changed


def posts_told(
    post_ids: Collection[int],
    *,
    unchanged: Collection[int] = (),
    everywhere: bool = False,
    written: Sequence[Post] = (),
) -> None:
    """Tell of posts that are new, changed or shown otherwise. Call it after the commit.

    unchanged: ids of more posts that say what they said, but may not have been placed yet. everywhere: also those pages
    that only name a post, by quoting it. written: the rows of post_ids where the caller has them, not to be read again.
    """
    with versions.together():
        if post_ids:
            versions.bump(map(versions.person, _around(post_ids, written)))
        if everywhere:
            people_told(Post.objects.filter(pk__in=post_ids).values_list("person_id", flat=True).distinct())
        posts_changed.send(sender=Post, post_ids=[*post_ids, *unchanged])


def people_told(person_ids: Iterable[int], *, everywhere: bool = True) -> None:
    """Tell that these persons may look different: name, words, face, accounts, or posts that are gone.

    everywhere: also on other people's pages and the first page. Inside a transaction it counts from the commit on.
    """
    ids = list(person_ids)
    versions.bump(map(versions.person, ids))
    if ids and everywhere:
        versions.bump([*map(versions.look, ids), versions.SITE])


def _around(post_ids: Collection[int], written: Sequence[Post]) -> set[int]:
    """Return the authors of these posts, of what they answer and of what answers them: all of their pages show them."""
    columns = ("person_id", "remote_id", "reply_to_id", "edit_history")
    rows = [(post.person_id, post.remote_id, post.reply_to_id, post.edit_history) for post in written]
    rows = rows or list(Post.objects.filter(pk__in=post_ids).values_list(*columns))
    # who answered an earlier version named it by its own id
    mine = {remote_id for row in rows for remote_id in (row[1], *row[3])}
    asked = {row[2] for row in rows if row[2]}
    partners = Post.objects.filter(Q(remote_id__in=asked) | Q(reply_to_id__in=mine)).exclude(pk__in=post_ids)
    return {row[0] for row in rows} | set(partners.values_list("person_id", flat=True))
