"""Whose words may leave this site: the one place that says it, for feeds, the API, embeds, letters and previews."""

from people.models import Post

# networks whose terms let only the author and the address of a post go on to others
_ADDRESS_ONLY = frozenset({"x"})


def words_may_leave(post: Post) -> bool:
    """Return whether the words of a post may stand outside our own pages; its account must have been read with it.

    X lets others have a post's author and address only, unless the words were written here: nothing is yet, and
    whatever makes it possible is asked here. What somebody only passed on are not their words.
    """
    return post.account.network not in _ADDRESS_ONLY and post.kind != Post.Kind.REPOST


def words_may_be_cut(network: str) -> bool:
    """Return whether a part of a post may be shown by itself, on our own pages too.

    X lets its posts be shown as they are, with everything that its display rules name, or not at all.
    """
    return network not in _ADDRESS_ONLY
