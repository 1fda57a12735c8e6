"""Pictures that a phone shared while nobody was signed in: made anew at once, kept for an hour for whoever signs in.

Anybody can send some, so little is taken: few from one address, few from everybody together, few at the same moment.
They are found by the random name of their batch, which nothing but the sharer's own session has. It goes through the
sign-in with that session, and ends with it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.auth.signals import user_logged_out
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from advocacy import limits
from people import pictures, post_pictures
from people.models import Draft, DraftPicture, SharedPicture, User
from people.writing import drafting

IN_SESSION = "words-through-sign-in"  # where a session keeps what its visitor wrote before signing in
LIFE = timedelta(hours=1)
PER_ADDRESS = 20  # pictures from one address within an hour
# pictures from everybody together within WINDOW. One made to be dear costs 5 s of a processor; of those that were
# kept at most seven windows' worth, 280, wait at one moment: 42 MB
PER_WINDOW, WINDOW = 40, 600.0
AT_ONCE = 2  # shares whose pictures are made anew at the same moment: each may need 400 MB
LONGEST_TURN = 120.0  # seconds; more than four pictures need


@contextmanager
def turn() -> Iterator[bool]:
    """Take one of the turns in which pictures are made anew; give whether there was one. Nobody waits for a turn."""
    keys = [f"shared-pictures:turn:{number}" for number in range(AT_ONCE)]
    mine = next(((key, end) for key in keys if (end := limits.hold(key, seconds=LONGEST_TURN))), None)
    try:
        yield mine is not None
    finally:
        if mine is not None:
            limits.release(*mine)


def add(*, batch: str, position: int, body: bytes, client: str) -> None:
    """Keep one picture of a share, re-encoded, without what the camera wrote into it. Call it within a turn.

    client: a key of the sharer's address. Raises drafting.NotKept.
    """
    # counted before anybody looks at it: what turns out to be no picture has cost the same
    room = limits.count(f"once:shared-pictures:{client}", cap=PER_ADDRESS, seconds=3600)
    if not room or not limits.count("once:shared-pictures", cap=PER_WINDOW, seconds=WINDOW):
        raise drafting.NotKept("too many are shared by people who are signed out. Add it here")
    try:
        stem = post_pictures.keep_apart(body)
    except pictures.NotAPicture as problem:
        raise drafting.NotKept(str(problem)) from problem
    except OSError as problem:  # a full disk takes no words along
        raise drafting.NotKept("this site cannot keep pictures at this moment") from problem
    SharedPicture.objects.create(batch=batch, position=position, stem=stem, expires_at=timezone.now() + LIFE)


def waiting(batch: str) -> "QuerySet[SharedPicture]":
    """Return what waits of a share, in its order."""
    return SharedPicture.objects.filter(batch=batch, expires_at__gt=timezone.now()).order_by("position")


def claim(*, batch: str, draft: Draft, actor: User) -> None:
    """Put what waits of a share into its sharer's draft, once, as far as that has room. Raises PermissionDenied."""
    if draft.person.user_id != actor.pk:
        raise PermissionDenied("only the person whose draft it is")
    with transaction.atomic():
        # both are locked: two uploads at once do not take one place, and what is over is put in or deleted, never both
        Draft.objects.select_for_update().get(pk=draft.pk)
        taken = set(draft.pictures.values_list("position", flat=True))
        free = [place for place in range(drafting.MOST_PICTURES) if place not in taken]
        there = [row for row in waiting(batch).select_for_update() if post_pictures.is_kept(row.stem)]
        moved = list(zip(there, free, strict=False))
        DraftPicture.objects.bulk_create(
            DraftPicture(draft=draft, position=place, stem=row.stem) for row, place in moved
        )
        SharedPicture.objects.filter(pk__in=[row.pk for row, _ in moved]).delete()  # the draft names the files now


def batch_of(held: Mapping[str, object]) -> str:
    """Return the share that a session holds; "" for none."""
    kept = held.get(IN_SESSION)
    shared = kept.get("shared") if isinstance(kept, dict) else None
    return str(shared[0]) if isinstance(shared, list) and shared else ""


def drop(held: Mapping[str, object]) -> None:
    """Delete the pictures of the share that a session holds: it ends, or holds something else from now on."""
    if batch := batch_of(held):
        SharedPicture.objects.filter(batch=batch).delete()


def sweep() -> int:
    """Delete the pictures that nobody signed in for; return how many."""
    return SharedPicture.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def listen() -> None:
    """Keep the files as long as a row names them, and let what waits go with a session that is signed out."""
    post_pictures.register_holder(SharedPicture)
    user_logged_out.connect(_on_signed_out, dispatch_uid="people.writing.shared_pictures")


def _on_signed_out(sender: object, *, request: HttpRequest, **kwargs: object) -> None:
    drop(request.session)
