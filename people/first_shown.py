"""When posts came to be shown, which letters ask: each brings what a fan could not read before the one before.

Most posts are shown from the moment they are found, and nothing is noted of those (Post.shown_at is null). A verb that
changes what a person's own page shows runs inside `noting`: a pick, a proof, quiet and its end, a page that opens.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from people.letters.hours import LATE, LOOKS_BACK
from people.models import Post
from people.queries.posts import visible

# what was said longer ago comes in no letter, whenever it is shown
LONGEST = max(LOOKS_BACK.values()) + max(LATE.values())


@contextmanager
def noting(person_id: int) -> Iterator[None]:
    """Note since when a person's posts are shown, of those whose standing changes in here; all of it or nothing.

    Only the first time counts: what is hidden and shown again comes in no letter twice. It writes at the end: a reading
    of the account that changes the same posts has what a verb locks before, or waits for it.
    """
    with transaction.atomic():
        before = _shown(person_id)
        yield
        now = _shown(person_id)
        # by their ids, as a reading does that changes the same ones: who waits for the other waits in no circle
        changed = Post.objects.select_for_update(no_key=True).filter(pk__in=before ^ now)
        list(changed.order_by("pk").values_list("pk"))
        Post.objects.filter(pk__in=before - now, shown_at=None).update(shown_at=F("found_at"))
        Post.objects.filter(pk__in=now - before, shown_at=None).update(shown_at=timezone.now())


def _shown(person_id: int) -> set[int]:
    """Return which posts of a person are shown, and nothing is noted of; those alone that a letter may still have."""
    lately = visible().filter(person=person_id, shown_at=None, published_at__gt=timezone.now() - LONGEST)
    return set(lately.order_by().values_list("pk", flat=True))
