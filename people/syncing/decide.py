"""What a page of records changes: pure, knows neither the database nor HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from people.networks.types import PostRecord
from people.rendering import words_html

Columns = dict[str, Any]  # the columns of a Post row, JSON-ready where the column is JSON


@dataclass(frozen=True, slots=True)
class Stored:
    """A post as it lies in the database."""

    pk: int
    remote_id: str
    columns: Columns


@dataclass(slots=True)
class Decision:
    """What to do. foreign counts records by somebody else: no network may slip those into an account."""

    new: list[Columns] = field(default_factory=list)
    changed: list[tuple[int, Columns]] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    foreign: int = 0


def decide(author_id: str, stored: Sequence[Stored], records: Sequence[PostRecord]) -> Decision:
    """Compare a page with what is stored of this author.

    stored must hold every row whose remote_id is that of a record or of one of its earlier versions. A record that is
    an older version than another record of the page, or than the stored row, changes nothing.
    """
    decision = Decision()
    by_id = {row.remote_id: row for row in stored}
    done: set[str] = set()
    for record in _newest_versions(records):
        versions = {record.remote_id, *record.edit_history}
        if record.author_id != author_id:
            decision.foreign += 1
            continue
        if versions & done:
            continue  # the page says it twice
        done |= versions
        found = _find(by_id, record)
        if found is None:
            decision.new.append(columns(record))
        elif _outdated(found, record) or found.columns == columns(record):
            decision.same.append(found.pk)
        else:
            decision.changed.append((found.pk, columns(record)))
    return decision


def columns(record: PostRecord) -> Columns:
    """Return the columns of a Post that a record sets."""
    return {
        "remote_id": record.remote_id,
        "kind": record.kind,
        "published_at": record.published_at,
        "text": record.text.replace("\x00", ""),  # PostgreSQL keeps no NUL
        "html": str(words_html(record.text.replace("\x00", ""), record.entities)),
        "lang": record.lang,
        "entities": [asdict(entity) for entity in record.entities],
        "media": [asdict(medium) for medium in record.media],
        "reply_to_id": record.reply_to_id,
        "reply_to_handle": record.reply_to_handle,
        "repost_of_id": record.repost_of_id,
        "repost_of_handle": record.repost_of_handle,
        "quote_of_id": record.quote_of_id,
        "conversation_id": record.conversation_id,
        "edit_history": list(record.edit_history),
        "metrics": asdict(record.metrics) if record.metrics else None,
    }


COLUMNS = tuple(columns(PostRecord("", "", published_at=None, text="")))  # type: ignore[arg-type] # only the names


def _newest_versions(records: Sequence[PostRecord]) -> list[PostRecord]:
    """Return the records without those that a later version on the same page replaces."""
    replaced = {
        old for record in records for old in record.edit_history if _is_last(record) and old != record.remote_id
    }
    return [record for record in records if record.remote_id not in replaced]


def _is_last(record: PostRecord) -> bool:
    return not record.edit_history or record.edit_history[-1] == record.remote_id


def _find(by_id: Mapping[str, Stored], record: PostRecord) -> Stored | None:
    for version in (record.remote_id, *reversed(record.edit_history)):
        if version in by_id:
            return by_id[version]
    return None


def _outdated(found: Stored, record: PostRecord) -> bool:
    """Whether the stored row is a later version than the record."""
    return record.remote_id != found.remote_id and not _is_last(record)
