"""Everything that this site has of a person, as one zip file for them: JSON, and the pictures that they gave.

Asked for on the desk, packed by a worker, theirs to fetch for a day. What is in it: people/archive.py, docs/archive.md.
There is no token in it, and nothing of anybody else. The file is kept below DATA_DIR, which web and workers share, and
which no web server serves.
"""

import os
import secrets
import shutil
import tempfile
import time
import zipfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from advocacy.audit import record
from people import archive
from people.models import Parcel, Person, User
from people.queries.paging import Mark

KEPT = timedelta(hours=24)
STUCK = timedelta(minutes=5)  # longer than one page of posts takes: whoever packed it is gone
SWEPT = timedelta(minutes=20)  # a file that nobody has written to for this long belongs to a worker that was killed
PAGE = 500  # posts, or pictures
State = Parcel.State


class Lost(Exception):
    """Another worker has the parcel now, or its person was erased."""


def ask(*, person: Person, actor: User) -> Parcel:
    """Ask for everything; while it is being packed a second press changes nothing. Raises PermissionDenied."""
    if person.user_id != actor.pk:
        raise PermissionDenied("only the person takes this along")
    try:
        with transaction.atomic():
            parcel = Parcel.objects.create(person=person, key=secrets.token_hex(16))
            record("parcel.asked", actor=actor, subject=f"person:{person.pk}")
    except IntegrityError:
        return Parcel.objects.filter(person=person).exclude(state=State.READY).order_by("-pk")[0]
    return parcel


def newest(person: Person) -> Parcel | None:
    """Return what the person asked for last, as long as it can be fetched."""
    parcel = Parcel.objects.filter(person=person).order_by("-pk").first()
    if parcel is None or (parcel.expires_at and parcel.expires_at <= timezone.now()):
        return None
    return parcel


def file_of(parcel: Parcel) -> Path:
    """Return where the file of a parcel is kept."""
    return Path(settings.DATA_DIR) / "parcels" / f"{parcel.key}.zip"


def posts_of(parcel: Parcel) -> Path:
    """Return where the posts of a parcel are written, page by page, before it is put together."""
    return file_of(parcel).with_suffix(".posts.part")


def pack_due() -> int:
    """Pack what was asked for; return how many. Harmless when it runs 0, 1 or n times."""
    now = timezone.now()
    Parcel.objects.filter(state=State.PACKING, changed_at__lt=now - STUCK).update(state=State.WANTED)
    done = 0
    for parcel in Parcel.objects.filter(state=State.WANTED).select_related("person__user").order_by("pk")[:20]:
        mine = Parcel.objects.filter(pk=parcel.pk, state=State.WANTED)
        parcel.changed_at = timezone.now()
        if not mine.update(state=State.PACKING, changed_at=parcel.changed_at):
            continue
        parcel.refresh_from_db(fields=["written", "cursor"])
        try:
            _pack(parcel)
        except Lost:
            continue
        ready = timezone.now()
        if _step(parcel, state=State.READY, expires_at=ready + KEPT):
            done += 1
    return done


def sweep() -> int:
    """Delete what nobody may fetch any longer; return how many parcels."""
    old = list(Parcel.objects.filter(expires_at__lte=timezone.now()))
    for parcel in old:
        file_of(parcel).unlink(missing_ok=True)
        parcel.delete()
    folder = Path(settings.DATA_DIR) / "parcels"
    known = set(Parcel.objects.values_list("key", flat=True))
    for path in folder.glob("*.zip"):  # of a person who was erased
        if path.stem not in known:
            path.unlink(missing_ok=True)
    for path in folder.glob("*.part"):
        going_on = path.name.partition(".")[0] in known  # the posts of one whose worker was killed
        if not going_on and _age(path) > SWEPT.total_seconds():
            path.unlink(missing_ok=True)
    return len(old)


def _age(path: Path) -> float:
    """Return how many seconds ago a file was last written to; 0 for one that is gone meanwhile."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0


def _step(parcel: Parcel, **fields: object) -> bool:
    """Write down how far it is, if this worker still has it; return whether it does."""
    now = timezone.now()
    mine = Parcel.objects.filter(pk=parcel.pk, state=State.PACKING, changed_at=parcel.changed_at)
    if not mine.update(changed_at=now, **fields):
        return False
    parcel.changed_at = now
    return True


def _pack(parcel: Parcel) -> None:
    """Write the posts page by page, then put all together. Raises Lost where another worker has it, or it is gone."""
    target = file_of(parcel)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_posts(parcel)
    with (
        tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part,  # mode 0600
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as box,
    ):
        for name, pieces in archive.files(parcel.person):
            with box.open(name, "w", force_zip64=True) as stream:
                for number, piece in enumerate(pieces, start=1):
                    if number % PAGE == 0 and not _step(parcel):
                        raise Lost
                    stream.write(piece.encode())
        with box.open("posts.json", "w", force_zip64=True) as stream, posts_of(parcel).open("rb") as written:
            stream.write(b"[")
            shutil.copyfileobj(written, stream)
            stream.write(b"\n]\n")
        for number, (name, path) in enumerate(archive.pictures(parcel.person)):
            if number % PAGE == 0 and not _step(parcel):
                raise Lost
            if path.exists():
                box.write(path, name, zipfile.ZIP_STORED)  # AVIF gets no smaller
    Path(part.name).replace(target)
    posts_of(parcel).unlink(missing_ok=True)


def _write_posts(parcel: Parcel) -> None:
    """Go on writing the posts where a worker before left off; what it wrote after its last note is written anew."""
    path = posts_of(parcel)
    if not path.exists():
        parcel.written, parcel.cursor = 0, ""
    with path.open("r+b" if path.exists() else "w+b") as stream:
        path.chmod(0o600)
        stream.truncate(parcel.written)
        stream.seek(parcel.written)
        while page := archive.posts(parcel.person, Mark.read(parcel.cursor) if parcel.cursor else None, PAGE):
            for row in archive.rows(page):
                stream.write((b",\n" if stream.tell() else b"\n") + archive.as_json(row).encode())
            stream.flush()
            os.fsync(stream.fileno())
            parcel.written, parcel.cursor = stream.tell(), str(Mark(page[-1].published_at, page[-1].pk))
            if not _step(parcel, written=parcel.written, cursor=parcel.cursor):
                raise Lost
