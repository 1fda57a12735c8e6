"""Pictures of posts: fetched through the guarded door, re-encoded, kept below MEDIA_ROOT/pictures by what is in them.

A row (PostPicture) is made with the post and waits until its picture is fetched. Whatever deletes the row, the files
go at once after the commit where no other row names them; an hourly sweep takes what was left behind.
"""

import hashlib
import logging
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Model, Q, QuerySet
from django.db.models.signals import post_delete
from django.utils import timezone

from advocacy import http, limits, versions
from people import kept
from people.models import Delivery, DraftPicture, Post, PostPicture
from people.pictures import FORMATS, WHOLE, NotAPicture, reencode_whole, size_of
from people.queries.truths import public_account
from people.telling import people_told

T = TypeVar("T")
log = logging.getLogger(__name__)

ACCEPTED = tuple(f"image/{name.lower()}" for name in FORMATS)
LARGEST = 8_000_000  # bytes; X takes 5 MB
MOST = 4  # pictures of one post
TRY_AGAIN = timedelta(hours=24)
BUSY_SECONDS = 15.0  # less than the pause between two ticks: a long list never holds more than one worker
_holders: list[type[Model]] = []
RECIPE = b"1"  # another one makes new stems, as the files of a stem never change
CHUNK = 500
# a public page may show the post: of an account that nobody proved to be theirs nothing is fetched, kept or served
_OPEN = public_account("post__account__") & Q(post__person__page_open=True, post__quiet_at=None)
_READ = Q(post__account__read_from__lte=F("published_at"))  # the yes that holds asks for this post
_ON_PAGE = Q(post__account__page_from__lte=F("published_at"))  # the person's own page shows it, also after a yes ended


def file_of(stem: str, size: str) -> Path:
    """Return where a picture of a stem is kept; size is a name of WHOLE."""
    return _folder() / stem[:2] / f"{stem}-{size}.avif"


def url_of(stem: str, size: str) -> str:
    """Return a picture's address on this site."""
    return f"{settings.MEDIA_URL}pictures/{stem[:2]}/{stem}-{size}.avif"


def keep(body: bytes) -> str:
    """Re-encode a picture and keep it; return its stem, the same for the same bytes. Raises NotAPicture."""
    stem = hashlib.sha256(RECIPE + body).hexdigest()[:32]
    if not is_kept(stem):
        kept.write({file_of(stem, name): made for name, made in reencode_whole(body).items()})
    return stem


def keep_apart(body: bytes) -> str:
    """Re-encode a picture and keep it under a random stem; return that. Raises NotAPicture, OSError.

    For what strangers send: they cannot guess its address, nor learn by the time it takes that somebody has the same.
    """
    stem = secrets.token_hex(16)
    kept.write({file_of(stem, name): made for name, made in reencode_whole(body).items()})
    return stem


def is_kept(stem: str) -> bool:
    """Return whether the files of a stem are here; no sweep takes them within the hour."""
    return kept.found(_files(stem))


# which pictures are wanted


def want(posts: Sequence[Post], *, new: bool = False) -> None:
    """Make the rows of these posts what their media say; called where posts are written, in the same transaction.

    A post older than settings.POST_PICTURES_DAYS gets no new row. A picture that an edit took away goes.
    new: the posts were written just now, so that none of them has rows.
    """
    since = _since()
    there: dict[int, list[PostPicture]] = {}
    for row in PostPicture.objects.filter(post__in=[] if new else [post.pk for post in posts]):
        there.setdefault(row.post_id, []).append(row)
    stale: list[int] = []
    fresh: list[PostPicture] = []
    for post in posts:
        sources = _sources(post)
        rows = there.get(post.pk, [])
        stale += [row.pk for row in rows if sources.get(row.position) != row.source_url]
        have = {row.position for row in rows if sources.get(row.position) == row.source_url}
        if since is not None and post.published_at >= since:
            fresh += [
                PostPicture(post=post, position=position, source_url=url, published_at=post.published_at)
                for position, url in sources.items()
                if position not in have
            ]
    PostPicture.objects.filter(pk__in=stale).delete()
    PostPicture.objects.bulk_create(fresh, batch_size=CHUNK, ignore_conflicts=True)


def _sources(post: Post) -> dict[int, str]:
    """Return the addresses of a post's pictures by their positions.

    Of a film it is the picture that the network shows before it starts. What somebody else made and a person of ours
    only passes on stays at the network: its author said no yes here.
    """
    if post.kind == Post.Kind.REPOST:
        return {}
    media = enumerate(post.media[:MOST])
    return {n: medium["url"] for n, medium in media if medium["url"] and len(medium["url"]) <= 1000}


def _since() -> datetime | None:
    days = settings.POST_PICTURES_DAYS
    return timezone.now() - timedelta(days=days) if days > 0 else None


def withheld(stem: str) -> bool:
    """Return whether no post with this picture may be shown: quiet, its author's page closed, the account unproven.

    A picture of a draft belongs to no post, and only its author sees it.
    """
    return not PostPicture.objects.filter(_OPEN, stem=stem).exists()


# fetching


def due(limit: int) -> "QuerySet[PostPicture]":
    """Return pictures to fetch, of the newest posts first: never of an account that is unproven or not to be read."""
    since = _since()
    if since is None:
        return PostPicture.objects.none()
    long_ago = timezone.now() - TRY_AGAIN
    return PostPicture.objects.filter(
        _OPEN,
        _READ,
        Q(tried_at=None) | Q(tried_at__lte=long_ago),
        stem="",
        tries__lt=PostPicture.MOST_TRIES,
        published_at__gte=since,
    ).order_by("-published_at", "post_id", "position")[:limit]


def fetch_due(limit: int = 50) -> int:
    """Fetch pictures that are due, for some seconds; once an hour clear away. Return how many were tried."""
    began, tried = time.monotonic(), 0
    with versions.together():
        for row in due(limit):
            if time.monotonic() - began > BUSY_SECONDS:
                break
            tried += fetch(row)
    if limits.hold("pictures:tidy", seconds=kept.UNUSED_FOR.total_seconds()):
        tidy()
    return tried


def fetch(row: PostPicture) -> bool:
    """Fetch one picture and keep it. Return whether it was tried; a failure is only noted.

    Whoever counts tries up first has the picture; what was fetched counts only if it is still wanted.
    """
    # The compared columns stand outside the subquery: only those are looked at again after waiting for the row
    readable = PostPicture.objects.filter(_OPEN, _READ, pk=row.pk).values("pk")
    mine = PostPicture.objects.filter(pk__in=readable, stem="", tries=row.tries, tried_at=row.tried_at)
    if not mine.update(tries=F("tries") + 1, tried_at=timezone.now()):
        return False
    try:
        body = _body(row.source_url)
        stem = keep(body)
        width, height = size_of(file_of(stem, WHOLE[-1].name))
    except (http.DoorError, NotAPicture, OSError) as error:
        log.info("no picture %s for post %s: %s", row.position, row.post_id, error)
        return True
    wanted = PostPicture.objects.filter(_OPEN, _READ, pk=row.pk)
    if wanted.update(stem=stem, width=width, height=height):
        keep(body)  # somebody who dropped the same picture at this moment took the files along
        _tell(PostPicture.objects.filter(pk=row.pk))
    else:
        _drop([stem])
    return True


def _body(url: str) -> bytes:
    found = http.fetch(url, accept=ACCEPTED, max_bytes=LARGEST)
    if found.status != 200:
        raise NotAPicture(f"the network answers with status {found.status}")
    return found.body


# clearing away


def listen() -> None:
    """Let the files go with their rows, whichever way those are deleted: with the post, the account, the person."""
    post_delete.connect(_on_deleted, sender=PostPicture, dispatch_uid="people.post_pictures")
    register_holder(DraftPicture)


def register_holder(rows: type[Model]) -> None:
    """Keep the files that a table of somebody's names in its column `stem`, until its rows are deleted."""
    if rows not in _holders:
        _holders.append(rows)
    post_delete.connect(_on_deleted, sender=rows, dispatch_uid=f"people.post_pictures {rows._meta.label}")


def let_go(rows: "QuerySet[PostPicture]") -> None:
    """Take the files of these pictures away though the posts stay, as no page shows them; a new yes fetches them.

    A picture that the person gave themselves (no source_url) could not be fetched again and stays: `withheld` says
    whether it may be seen.
    """
    gone = list(rows.exclude(stem="").exclude(source_url="").values_list("pk", "stem"))
    for ids in _chunks(pk for pk, _ in gone):
        PostPicture.objects.filter(pk__in=ids).update(stem="", width=0, height=0, tries=0, tried_at=None)
    transaction.on_commit(partial(_drop, {stem for _, stem in gone}))  # a roll-back still needs them


def tidy() -> None:
    """Take away what nobody needs: pictures that no page shows, files that no row names. Ask for what is missing.

    A picture whose files are gone is asked for again; posts that were stored without rows get them.
    """
    if settings.POST_PICTURES_DAYS <= 0:
        PostPicture.objects.exclude(source_url="").delete()
    let_go(PostPicture.objects.exclude(_OPEN & (_READ | _ON_PAGE)))  # no page shows them
    used = set(PostPicture.objects.exclude(stem="").values_list("stem", flat=True))
    whole = kept.sweep(_folder(), used | _unsaid())
    for stems in _chunks(stem for stem in used if whole[stem] < len(WHOLE)):
        missing = PostPicture.objects.filter(stem__in=stems)
        _tell(missing)
        let_go(missing)
    _catch_up()


def _tell(rows: "QuerySet[PostPicture]") -> None:
    people_told(set(rows.values_list("post__person_id", flat=True)), everywhere=False)


def _catch_up() -> None:
    """Make rows for posts that have none: stored before there were rows, or while the setting said fewer days.

    Reads the range of Post's index on published_at that the setting covers, once an hour.
    """
    since = _since()
    if since is None:
        return
    bare = Post.objects.filter(published_at__gte=since, pictures=None).exclude(media=[])
    ids = list(bare.exclude(kind=Post.Kind.REPOST).values_list("pk", flat=True))
    for chunk in _chunks(ids):
        try:
            with transaction.atomic():
                want(list(Post.objects.filter(pk__in=chunk).only("kind", "media", "published_at")))
        except IntegrityError:  # one of the posts was deleted at this moment: the rest waits for the next hour
            log.info("pictures of %s posts wait for the next sweep", len(chunk))


def drop_unused(stems: Iterable[str]) -> None:
    """Delete the files of these pictures but for those that a row names."""
    _drop(stems)


def _on_deleted(sender: object, *, instance: Any, **kwargs: object) -> None:
    if instance.stem:
        transaction.on_commit(partial(_drop, [instance.stem]))


def _drop(stems: Iterable[str]) -> None:
    """Delete the files of these stems but for those that a row names."""
    for chunk in _chunks(stems):
        used = set(PostPicture.objects.filter(stem__in=chunk).values_list("stem", flat=True)) | _unsaid()
        for stem in chunk:
            if stem not in used:
                kept.remove(_files(stem))


def _unsaid() -> set[str]:
    """Return the stems of what is still to be said: pictures of drafts and briefs, and of what may yet go out."""
    stems = {stem for rows in _holders for stem in rows._default_manager.values_list("stem", flat=True)}
    away = Q(state="cancelled") | Q(state="published", post__isnull=False) | Q(deleted_at__isnull=False)
    waiting = Delivery.objects.exclude(away).filter(payload__pictures__0__isnull=False)
    for payload in waiting.values_list("payload", flat=True):
        stems |= {one["stem"] for one in payload["pictures"]}
    return stems


def _files(stem: str) -> list[Path]:
    return [file_of(stem, size.name) for size in WHOLE]


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "pictures"


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
