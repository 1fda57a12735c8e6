"""A post as HTML: by the fragment that knows the display rules of its network."""

import datetime as dt
import re
from collections.abc import Hashable, Iterable, Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from advocacy import versions
from advocacy.pages.parts import Parts
from people.models import Post
from people.queries.dressing import numbers_of
from people.queries.faces import face_on
from people.queries.posts import Entry, add_conversation, roles_of, visible

_pieces: Parts[str] = Parts()
_HEAD = re.compile(r'(<article class="voice-post [a-z]+" aria-labelledby="p\d+")')


def drawn(entry: Entry) -> SafeString:
    """Return an entry of a feed as HTML, with what is folded into it."""
    return mark_safe(render_to_string(entry.template, {"entry": entry}))  # noqa: S308 - drawn by our own template


def focused(piece: str) -> SafeString:
    """Return a drawn entry as the first new one of a page that was added to what the reader sees."""
    return mark_safe(_HEAD.sub(r'\1 tabindex="-1" autofocus', piece, count=1))  # noqa: S308 - it was safe


def pieces(posts: Sequence[Post], today: dt.date) -> list[SafeString]:
    """Return the HTML of posts that were read with their authors, dressed; of those not ready, drawn together.

    They are the same for every reader. A piece is named by what was read of the post and its author, so that it never
    says what they no longer say; whether what stands around it still holds, the versions of its author's page tell.
    """
    keys = [_key(post, today) for post in posts]
    numbers = numbers_of(posts)  # of the moment in which the posts were read
    ready = _pieces.ready(keys, numbers)
    missing = {key: post for key, post in zip(keys, posts, strict=True) if key not in ready}
    if missing:
        for key, entry in zip(missing, _entries(list(missing.values())), strict=True):
            ready[key] = drawn(entry)
            hangs_on = {name: numbers[name] for name in _of_post(entry.post)}
            _pieces.put(key, ready[key], hangs_on, size=len(ready[key]))
    return [mark_safe(ready[key]) for key in keys]  # noqa: S308 - drawn by our own templates


def _entries(posts: Sequence[Post]) -> list[Entry]:
    """Return posts with roles and the conversation around them, in two queries."""
    entries = [Entry(post, face_on(post.account, post.person)) for post in posts]
    roles: dict[int, str] = {}

    def known(others: Iterable[int]) -> dict[int, str]:  # everybody's at once
        roles.update(roles_of({*others, *(post.person_id for post in posts)}))
        return roles

    add_conversation(entries, visible(), known)
    for entry in entries:
        entry.role = roles[entry.post.person_id]
    return entries


def _key(post: Post, today: dt.date) -> Hashable:
    person, account = post.person, post.account
    return (
        *(post.pk, today, post.remote_id, post.kind, post.published_at, post.lang, post.html, post.quote_of_id),
        *(repr(post.media), len(post.edit_history), post.link),
        *(account.handle, account.avatar, account.read_from is None),
        *(person.name, person.slug, person.first_name, person.backdrop, person.portrait, person.portrait_alt),
    )


def _of_post(post: Post) -> tuple[str, str]:
    return versions.SITE, versions.person(post.person_id)
