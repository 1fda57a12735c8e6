"""Everything that this site has of a person, as one zip file for them: JSON, and the pictures that they gave.

Asked for on the desk, packed by a worker, theirs to fetch for a day. There is no token in it, and nothing of anybody
else. The file is kept below DATA_DIR, which web and workers share, and which no web server serves.
"""

import json
import secrets
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from advocacy.audit import record
from people import faces, post_pictures, sections
from people.models import Account, Parcel, Person, Post, PostPicture, User
from people.networks.links import permalink
from people.networks.types import ELSEWHERE
from people.queries.truths import public_account

KEPT = timedelta(hours=24)
STUCK = timedelta(minutes=20)  # longer than a task may run: whoever packed it is gone
State = Parcel.State


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


def pack_due() -> int:
    """Pack what was asked for; return how many. Harmless when it runs 0, 1 or n times."""
    now = timezone.now()
    Parcel.objects.filter(state=State.PACKING, changed_at__lt=now - STUCK).update(state=State.WANTED)
    done = 0
    for parcel in Parcel.objects.filter(state=State.WANTED).select_related("person__user").order_by("pk")[:20]:
        mine = Parcel.objects.filter(pk=parcel.pk, state=State.WANTED)
        if not mine.update(state=State.PACKING, changed_at=timezone.now()):
            continue
        _pack(parcel)
        ready = timezone.now()
        packing = Parcel.objects.filter(pk=parcel.pk, state=State.PACKING)
        packing.update(state=State.READY, changed_at=ready, expires_at=ready + KEPT)
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
        if _age(path) > STUCK.total_seconds():  # of a worker that was killed
            path.unlink(missing_ok=True)
    return len(old)


def _age(path: Path) -> float:
    """Return how many seconds ago a file was last written to; 0 for one that is gone meanwhile."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0


def _pack(parcel: Parcel) -> None:
    target = file_of(parcel)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (
        tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part,  # mode 0600
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as box,
    ):
        box.writestr("me.json", _json(_person(parcel.person)))
        with box.open("posts.json", "w") as stream:
            _write_posts(stream, parcel.person)
        for name, path in _pictures(parcel.person):
            if path.exists():
                box.write(path, name)
    Path(part.name).replace(target)


def _person(person: Person) -> dict[str, object]:
    user = person.user
    return {
        "name": person.name,
        "first_name": person.first_name,
        "line": person.line,
        "about": person.about,
        "languages": person.languages,
        "links": person.links,
        "portrait_in_words": person.portrait_alt,
        "page": f"{settings.SITE_URL}/people/{person.slug}/" if person.slug else None,
        "page_open": person.page_open,
        "here_since": _time(person.created_at),
        "login_address": user.email if user else person.login_address or None,
        "accounts": [_account(account) for account in person.accounts.order_by("pk")],
        **sections.packed(person),
    }


def _account(account: Account) -> dict[str, object]:
    return {
        "network": account.get_network_display(),
        "handle": account.handle,
        "name_there": account.display_name,
        "network_id": account.remote_id,
        "state": account.get_state_display(),
        "confirmed": _time(account.confirmed_at),
        "read_from": _time(account.read_from),
        "on_my_page_from": _time(account.page_from),
    }


def _write_posts(stream: Any, person: Person) -> None:
    stream.write(b"[")
    mine = Post.objects.filter(public_account("account__"), person=person)  # what others say is no part of it
    posts = mine.select_related("account").order_by("-published_at", "-id")
    for number, post in enumerate(posts.iterator(chunk_size=500)):
        stream.write((b",\n" if number else b"\n") + _json(_post(post)).encode())
    stream.write(b"\n]\n")


def _post(post: Post) -> dict[str, object]:
    """Return one post; of what somebody else wrote and the person shared there is only the link."""
    elsewhere = post.account.network == ELSEWHERE
    shared = post.kind == Post.Kind.REPOST
    link = post.link if elsewhere else permalink(post.account.network, post.account.handle, post.remote_id)
    return {
        "id": post.pk,
        "network": post.account.get_network_display(),
        "handle": post.account.handle,
        "kind": post.kind,
        "published": _time(post.published_at),
        "text": None if shared else post.text,
        "link": link or None,
        "language": post.lang or None,
        "pictures_in_words": [] if shared else [medium["alt"] for medium in post.media],
        "quiet_since": _time(post.quiet_at),
    }


def _pictures(person: Person) -> Iterator[tuple[str, Path]]:
    """Yield the pictures by the names that they get in the box."""
    if person.portrait:
        yield "pictures/portrait.avif", faces.file_of(person.portrait, "640")
    for account in person.accounts.exclude(avatar="").order_by("pk"):
        if not account.proven:
            continue  # perhaps the face of somebody else
        yield f"pictures/account-{account.pk}.avif", faces.file_of(account.avatar, "640")
    mine = PostPicture.objects.filter(public_account("post__account__"), post__person=person).exclude(stem="")
    for row in mine.order_by("post_id", "position").iterator(chunk_size=500):
        yield f"pictures/post-{row.post_id}-{row.position}.avif", post_pictures.file_of(row.stem, "1200")


def _time(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1)
