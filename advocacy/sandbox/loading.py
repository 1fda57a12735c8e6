"""Loading people.csv and posts.ndjson[.gz] line by line; loading the same again changes nothing.

A line that cannot be used becomes a problem with its file and number, and the rest goes on.
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone

from advocacy.sandbox import pictures
from advocacy.sandbox.models import Inhabitant, Picture, Shift, Utterance
from advocacy.sandbox.reading import HANDLE, Unusable, number_of, time_in, words_of
from advocacy.sandbox.refusal import Refused
from advocacy.sandbox.snowflakes import iso, shifted, snowflake

Json = dict[str, Any]
Progress = Callable[[int, float], None]  # posts so far, and the part of the file that was read, 0 to 1

BATCH = 2_000
MEDIA_PREFIX = {"photo": 3, "video": 7, "animated_gif": 16}


@dataclass(frozen=True)
class Problem:
    """A line that could not be used."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        """Return the problem as a terminal shows it."""
        return f"{self.file}, line {self.line}: {self.words}"


@dataclass
class Report:
    """What a load did."""

    people_added: int = 0
    people_known: int = 0
    posts_added: int = 0
    posts_known: int = 0
    problems: list[Problem] = field(default_factory=list)

    def shape(self) -> Json:
        """Return the report as plain values."""
        return asdict(self)


def load(people: Path, posts: Path, *, as_if_now: bool = False, progress: Progress = lambda done, part: None) -> Report:
    """Load both files; raises Refused for one that cannot be read.

    as_if_now moves all times so that the newest post is now; progress is called now and then.
    """
    report = Report()
    try:
        _load_people(people, report)
        shift = _shift(posts) if as_if_now else 0
        _Posts(posts, shift, report, progress).load()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise Refused(f"{getattr(error, 'filename', None) or 'one of the files'} cannot be read: {error}") from None
    return report


# people


def _load_people(path: Path, report: Report) -> None:
    ids = set(Inhabitant.objects.values_list("id", flat=True))
    handles = {handle.casefold() for handle in Inhabitant.objects.values_list("handle", flat=True)}
    made: list[Inhabitant] = []
    given: list[Picture] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not {"handle", "x_handle"} & set(rows.fieldnames or ()):
            raise Refused(f"{path} has no column called handle")
        for row in rows:
            if (row.get("network") or "x").casefold() not in {"x", "twitter"}:
                continue
            try:
                who, picture = _person(row, path.parent)
            except Unusable as problem:
                report.problems.append(Problem(path.name, rows.line_num, str(problem)))
                continue
            key = who.handle.casefold()
            if who.id in ids or (key in handles and not row.get("remote_user_id")):
                report.people_known += 1
            elif key in handles:
                report.problems.append(Problem(path.name, rows.line_num, f"@{who.handle} lives here with another id"))
            else:
                ids.add(who.id)
                handles.add(key)
                made.append(who)
                given += [picture] if picture else []
    with transaction.atomic():
        Inhabitant.objects.bulk_create(made, batch_size=500)
        Picture.objects.bulk_create(given)
    report.people_added += len(made)


def _person(row: dict[str, str], folder: Path) -> tuple[Inhabitant, Picture | None]:
    handle = (row.get("handle") or row.get("x_handle") or "").strip().removeprefix("@")
    if not HANDLE.fullmatch(handle):
        raise Unusable(f"{handle!r} is no handle")
    created = time_in(row["account_created_at"]) if row.get("account_created_at") else timezone.now()
    number = number_of(row["remote_user_id"]) if row.get("remote_user_id") else snowflake(created)
    avatar = (row.get("avatar") or "").strip()
    try:
        sayings = json.loads(row.get("sayings") or "[]")
    except ValueError:
        raise Unusable("its sayings are no JSON list") from None
    who = Inhabitant(
        id=number,
        handle=handle,
        name=words_of(row.get("display_name") or row.get("name") or handle)[:100],
        description=words_of(row.get("bio")),
        location=words_of(row.get("location"))[:200],
        url=words_of(row.get("website"))[:500],
        lang=(row.get("lang") or "en")[:10],
        created_at=created,
        verified=row.get("verified") == "True",
        protected=row.get("protected") == "True",
        picture_version=1 if avatar else 0,
        sayings=sayings,
    )
    return who, _file_picture(f"{number}-1", avatar, folder)


def _file_picture(key: str, address: str, folder: Path) -> Picture | None:
    """Return the picture if the address is a file beside the list; one of the web is drawn instead, never fetched."""
    if not address or "://" in address or not (folder / address).is_file():
        return None
    try:
        body, content_type, _, _ = pictures.read_picture(folder / address)
    except OSError:
        raise Unusable(f"{address} is no picture") from None
    return Picture(key=key, body=body, content_type=content_type)


# posts


def _unpacked(raw: BinaryIO, path: Path) -> gzip.GzipFile | BinaryIO:
    return gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw


def _shift(path: Path) -> int:
    """Return by how many milliseconds to move times: as the first load did, or so that the newest post is now."""
    kept = Shift.objects.first()
    if kept is not None:
        return kept.milliseconds
    newest = ""
    with path.open("rb") as raw:
        for line in _unpacked(raw, path):
            try:
                newest = max(newest, str(json.loads(line)["created_at"]))
            except (ValueError, KeyError, TypeError):
                continue  # the load itself reports this line
    if not newest:
        return 0
    milliseconds = int((timezone.now() - time_in(newest)) / timedelta(milliseconds=1))
    Shift.objects.create(milliseconds=milliseconds)
    return milliseconds


class _Posts:
    """One run over a file of posts."""

    def __init__(self, path: Path, shift: int, report: Report, progress: Progress) -> None:
        self.path, self.shift, self.report, self.progress = path, shift, report, progress
        self.authors = set(Inhabitant.objects.values_list("id", flat=True))
        self.parents: dict[int, int] = {}
        self.pictures: list[Picture] = []

    def load(self) -> None:
        batch: dict[int, Utterance] = {}
        for post in self._read():
            if post.id in batch:
                self.report.posts_known += 1
                continue
            batch[post.id] = post
            if len(batch) == BATCH:
                self._store(batch)
                batch = {}
        self._store(batch)
        self._join_conversations()

    def _read(self) -> Iterator[Utterance]:
        size = max(1, self.path.stat().st_size)
        with self.path.open("rb") as raw:
            for place, line in enumerate(_unpacked(raw, self.path), 1):
                if place % BATCH == 0:
                    self.progress(place, raw.tell() / size)
                if not line.strip():
                    continue
                try:
                    yield self._post(json.loads(line))
                except Unusable as problem:
                    self.report.problems.append(Problem(self.path.name, place, str(problem)))
                except (ValueError, TypeError, AttributeError):
                    self.report.problems.append(Problem(self.path.name, place, "this is no post in JSON"))

    def _store(self, batch: dict[int, Utterance]) -> None:
        known = set(Utterance.objects.filter(id__in=list(batch)).values_list("id", flat=True))
        new = [post for number, post in batch.items() if number not in known]
        keys = {one["key"] for post in new for one in post.media}
        with transaction.atomic():
            Utterance.objects.bulk_create(new, ignore_conflicts=True)
            Picture.objects.bulk_create([one for one in self.pictures if one.key in keys], ignore_conflicts=True)
        self.pictures.clear()
        self.parents |= {post.id: post.in_reply_to for post in new if post.in_reply_to}
        self.report.posts_known += len(known)
        self.report.posts_added += len(new)

    def _join_conversations(self) -> None:
        """Give an answer to an answer the conversation of the first post: files come newest first."""
        changed = []
        for number, parent in self.parents.items():
            root = parent
            while root in self.parents:
                root = self.parents[root]
            if root != parent:
                changed.append(Utterance(id=number, conversation=root))
        Utterance.objects.bulk_update(changed, ["conversation"], batch_size=500)

    def _post(self, found: Json) -> Utterance:
        number, author, at = (
            number_of(found.get("id")),
            number_of(found.get("user_id")),
            time_in(found.get("created_at")),
        )
        if author not in self.authors:
            raise Unusable(f"its author {author} does not live here")
        text = words_of(found.get("text"))
        parent = number_of(found["in_reply_to"]) if found.get("in_reply_to") else None
        parent = shifted(parent, self.shift) if parent else None
        quoted = number_of(found["quote_of"]) if found.get("quote_of") else None
        post = Utterance(
            id=shifted(number, self.shift, at),
            author_id=author,
            created_at=at + timedelta(milliseconds=self.shift),
            text=text,
            lang=(found.get("lang") or "")[:10],
            source=(found.get("source") or "")[:100],
            in_reply_to=parent,
            in_reply_to_user=number_of(found["in_reply_to_user_id"]) if found.get("in_reply_to_user_id") else None,
            conversation=parent,
            repost_of=self._original(found["repost_of"]) if found.get("repost_of") else None,
            quote_of=shifted(quoted, self.shift) if quoted else None,
            mentions=[{"id": str(one["id"]), "handle": str(one["handle"])} for one in found.get("mentions") or ()],
            urls=[words_of(one) for one in found.get("urls") or ()],
            likes=found.get("like_count") or 0,
            reposts=found.get("repost_count") or 0,
        )
        post.media = [self._medium(post.id + place, one) for place, one in enumerate(found.get("media") or ())]
        return post

    def _original(self, found: Json) -> Json:
        at = time_in(found["created_at"]) if found.get("created_at") else None
        original = {
            "id": str(shifted(number_of(found["id"]), self.shift, at)),
            "user_id": str(found["user_id"]),
            "handle": str(found["handle"]),
            "text": words_of(found["text"]),
        }
        moved = at + timedelta(milliseconds=self.shift) if at else None
        return original | ({"created_at": iso(moved.astimezone(UTC))} if moved else {})

    def _medium(self, number: int, found: Json) -> Json:
        kind = found["type"]
        if kind not in MEDIA_PREFIX:
            raise Unusable(f"{kind!r} is no kind of medium")
        medium = {"key": f"{MEDIA_PREFIX[kind]}_{number}", "type": kind, "alt": words_of(found.get("alt"))}
        given = _file_picture(medium["key"], found.get("url") or "", self.path.parent)
        if given:
            self.pictures.append(given)
        width, height = pictures.size_of(bytes(given.body)) if given else pictures.POST
        return medium | {"width": width, "height": height}
