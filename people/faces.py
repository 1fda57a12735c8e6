"""Faces: the pictures that stand for people, kept below MEDIA_ROOT/faces by what is in them.

A stem names one picture in three sizes, and the smallest as a JPEG for letters. The files of a stem never change, so
browsers may keep them for ever. Nothing is loaded from a network by a reader's browser: its pictures are fetched
through the guarded door and re-encoded.
"""

import contextlib
import hashlib
import logging
import re
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from advocacy import audit, http, limits, versions
from people import kept, sections
from people.initials import initials
from people.models import Account, Person, User
from people.pictures import ABOVE_THE_MIDDLE, FORMATS, SIZES, NotAPicture, for_letters, reencode
from people.telling import people_told

log = logging.getLogger(__name__)

ACCEPTED = tuple(f"image/{name.lower()}" for name in FORMATS)
LARGEST_AVATAR = 5_000_000  # bytes
LARGEST_PORTRAIT = 15_000_000
TRY_AGAIN = timedelta(hours=24)
BUSY_SECONDS = 60.0  # a worker is given back after this
RECIPE = b"1"  # another one makes new stems, as the files of a stem never change
_NORMAL = re.compile(r"_normal(?=\.[a-z]+\Z)")


@dataclass(frozen=True, slots=True)
class Picture:
    """The addresses of one picture on this site."""

    face_url: str  # square, up to 144 px
    small_url: str  # 4:5, up to 320 px wide
    large_url: str  # 4:5, up to 640 px wide


def picture(stem: str) -> Picture:
    """Return the addresses of a stem's pictures."""
    face, small, large = (f"{settings.MEDIA_URL}faces/{stem[:2]}/{stem}-{size.name}.avif" for size in SIZES)
    return Picture(face, small, large)


def file_of(stem: str, size: str) -> Path:
    """Return where a picture of a stem is kept."""
    return Path(settings.MEDIA_ROOT) / "faces" / stem[:2] / f"{stem}-{size}.avif"


def letter_file(stem: str) -> Path:
    """Return where the face of a stem is kept as letters show it: a JPEG."""
    return file_of(stem, "letter").with_suffix(".jpg")


def hidden(stem: str) -> set[int]:
    """Return whose face this is where all whose it is are hidden; empty where anybody may see it. One query."""
    mine = Person.objects.filter(portrait=stem).values_list("pk", "page_open")
    whose = set(mine.union(Account.objects.filter(avatar=stem).values_list("person", "person__page_open")))
    return set() if any(is_open for _, is_open in whose) else {pk for pk, _ in whose}


def seen_by(user: User, persons: Collection[int]) -> bool:
    """Return whether a login sees one of these people though they are hidden: itself, or at work."""
    return Person.objects.filter(user=user, pk__in=persons).exists() or sections.keeps_one_of(user, persons)


def initials_url(name: str, backdrop: str) -> str:
    """Return the address of a small picture with the initials of a name."""
    return reverse("initials", args=[backdrop, initials(name)])


# which part of a picture a portrait keeps: from the left, and from the top
REGIONS = {"": ABOVE_THE_MIDDLE, "top": (0.5, 0.0), "bottom": (0.5, 1.0), "left": (0.0, 0.4), "right": (1.0, 0.4)}


def keep(body: bytes, region: str = "") -> str:
    """Re-encode a picture and keep it; return its stem, the same for the same bytes. Raises NotAPicture.

    region: a key of REGIONS.
    """
    stem = hashlib.sha256(RECIPE + region.encode() + body).hexdigest()[:32]
    paths = {size.name: file_of(stem, size.name) for size in SIZES}
    if not kept.found([*paths.values(), letter_file(stem)]):
        made = reencode(body, REGIONS[region])
        kept.write({letter_file(stem): for_letters(made["face"])} | {paths[name]: made[name] for name in paths})
    return stem


def set_portrait(person: Person, body: bytes, alt: str, *, actor: User | None, region: str = "") -> None:
    """Give a person a portrait in place of the former one; alt says in words what is to be seen (200 characters).

    region: a key of REGIONS. Only the person does that; actor None is the demo or a command.
    Raises NotAPicture, PermissionDenied.
    """
    if actor is not None and person.user_id != actor.pk:
        raise PermissionDenied("a portrait is set by the person")
    if len(body) > LARGEST_PORTRAIT:
        raise NotAPicture(f"the picture is larger than {LARGEST_PORTRAIT // 1_000_000} MB")
    stem, former = keep(body, region), person.portrait
    person.portrait, person.portrait_alt = stem, alt[:200]
    person.save(update_fields=["portrait", "portrait_alt", "changed_at"])
    audit.record("portrait.set", actor=actor, subject=f"person:{person.pk}")
    people_told([person.pk])
    transaction.on_commit(partial(_after_portrait, former, body, region))  # a roll-back still needs the former one


def remove_portrait(person: Person, *, actor: User | None) -> None:
    """Take a person's portrait away; their account's picture or initials stand for them. Raises PermissionDenied."""
    if actor is not None and person.user_id != actor.pk:
        raise PermissionDenied("a portrait is taken away by the person")
    former, person.portrait, person.portrait_alt = person.portrait, "", ""
    person.save(update_fields=["portrait", "portrait_alt", "changed_at"])
    audit.record("portrait.removed", actor=actor, subject=f"person:{person.pk}")
    people_told([person.pk])
    transaction.on_commit(partial(_drop, former))


def _after_portrait(former: str, body: bytes, region: str) -> None:
    _drop(former)
    keep(body, region)  # somebody who dropped the same picture at this moment took the files along


# the networks' pictures


def due_avatars(limit: int) -> QuerySet[Account]:
    """Return accounts whose picture at the network is another than the one kept here, the longest waiting first.

    An account that no yes asks to read is not among them: nothing is looked up for it.
    """
    long_ago = timezone.now() - TRY_AGAIN
    return Account.objects.filter(
        ~Q(avatar_url=F("avatar_fetched_url")),
        Q(avatar_tried_at=None) | Q(avatar_tried_at__lte=long_ago),
        read_from__isnull=False,
        state=Account.State.ACTIVE,
    ).order_by(F("avatar_tried_at").asc(nulls_first=True), "pk")[:limit]


def fetch_due_avatars(limit: int = 50) -> int:
    """Fetch pictures that are due, for a minute at most; clear away what nobody needs. Return how many were tried."""
    began, tried = time.monotonic(), 0
    with versions.together():
        for account in due_avatars(limit):
            if time.monotonic() - began > BUSY_SECONDS:
                break
            tried += fetch_avatar(account)
    if limits.hold("faces:tidy", seconds=kept.UNUSED_FOR.total_seconds()):
        tidy()
    return tried


def fetch_avatar(account: Account) -> bool:
    """Fetch the picture of an account and keep it. Return whether it was tried; a failure is only noted.

    Whoever moves avatar_tried_at first has the account; what was fetched counts only if it is still wanted.
    """
    as_seen = {name: getattr(account, name) for name in ("pk", "avatar_url", "avatar_fetched_url", "avatar_tried_at")}
    mine = Account.objects.filter(**as_seen, read_from__isnull=False)
    if not mine.update(avatar_tried_at=timezone.now()):
        return False
    url, stem = account.avatar_url, ""
    try:
        if url:
            stem = keep(_body(url))
    except (http.DoorError, NotAPicture, OSError) as error:
        log.info("no picture for account %s: %s", account.pk, error)
        return True
    wanted = Account.objects.filter(pk=account.pk, avatar_url=url, read_from__isnull=False)
    if not wanted.update(avatar=stem, avatar_fetched_url=url, avatar_tried_at=None):
        _drop(stem)
    elif account.avatar != stem:
        people_told([account.person_id])
        _drop(account.avatar)
    return True


def _body(url: str) -> bytes:
    """Return the bytes of the picture at a network. Raises DoorError, NotAPicture."""
    for candidate in sizes(url):
        found = http.fetch(candidate, accept=ACCEPTED, max_bytes=LARGEST_AVATAR)
        if found.status == 200:
            return found.body
    raise NotAPicture(f"the network answers with status {found.status}")


def sizes(url: str) -> list[str]:
    """Return the addresses to try: X names its 48-pixel picture and keeps a larger one beside it."""
    try:
        parts = urlsplit(url)
    except ValueError:  # the door says what is wrong with it
        return [url]
    larger = _NORMAL.sub("_400x400", parts.path)
    if parts.hostname != "pbs.twimg.com" or larger == parts.path:
        return [url]
    return [parts._replace(path=larger).geturl(), url]


# clearing away


def for_letter(stem: str) -> bytes:
    """Return a face as letters show it, a JPEG; drawn now where tidy has not made the file yet.

    Raises OSError where the face is gone, NotAPicture where it is broken.
    """
    with contextlib.suppress(FileNotFoundError):
        return letter_file(stem).read_bytes()
    return for_letters(file_of(stem, "face").read_bytes())


def tidy() -> None:
    """Drop what nobody needs: pictures of accounts that no yes asks for, files that no row names.

    A picture whose files are gone is asked for again, and one without a JPEG for letters gets it.
    """
    _forget(Account.objects.filter(read_from=None).exclude(avatar=""))
    used = _used()
    whole = kept.sweep(Path(settings.MEDIA_ROOT) / "faces", used)
    for stem in used:
        if whole[stem] < len(SIZES):
            _forget(Account.objects.filter(avatar=stem))
        elif not letter_file(stem).exists():  # kept before letters had files of their own
            with contextlib.suppress(OSError, NotAPicture):  # taken away at this moment, or broken
                kept.write({letter_file(stem): for_letter(stem)})


def _forget(accounts: "QuerySet[Account]") -> None:
    people = set(accounts.values_list("person_id", flat=True))
    accounts.update(avatar="", avatar_fetched_url="")
    people_told(people)


def _used() -> set[str]:
    avatars = Account.objects.exclude(avatar="").values_list("avatar", flat=True)
    portraits = Person.objects.exclude(portrait="").values_list("portrait", flat=True)
    return {*avatars, *portraits}


def let_go(stems: Iterable[str]) -> None:
    """Delete the files of these pictures but for those that a row names."""
    for stem in stems:
        _drop(stem)


def _drop(stem: str) -> None:
    """Delete a picture's files unless somebody else has the same picture."""
    if not stem or Account.objects.filter(avatar=stem).exists() or Person.objects.filter(portrait=stem).exists():
        return
    kept.remove([*(file_of(stem, size.name) for size in SIZES), letter_file(stem)])
