"""What a person is writing, what waits, and what became of the rest, for their archive."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from django.db.models import QuerySet

from people import post_pictures
from people.archive_form import by_key, time
from people.models import Delivery, Draft, DraftPicture, Person

State = Delivery.State


def drafts(person: Person) -> Iterator[dict[str, object]]:
    """Yield what the person is writing, the oldest first."""
    rows = Draft.objects.filter(person=person).order_by("pk").prefetch_related("pictures")
    for row in by_key(rows):
        pictures = sorted(row.pictures.all(), key=lambda one: one.position)
        yield {
            "id": row.pk,
            "text": row.text,
            "for_networks": row.versions,
            "language": row.lang or None,
            "pictures": [_picture(_of_draft(one), one.alt) for one in pictures],
            "accounts": row.to,
            "story": row.story,
            "speaks_for": row.speaks_for,
            "disclosure": row.disclosure or None,
            "shown_by": row.shows,
            "wall_time": row.wall_time or None,
            "zone": row.zone or None,
            "written": time(row.updated_at),
            "thrown_away": time(row.thrown_at) if row.thrown_at else None,
        }


def waiting(person: Person) -> Iterator[dict[str, object]]:
    """Yield what is to go out, or is on its way."""
    return _deliveries(_mine(person).exclude(state__in=Delivery.FINAL).order_by("due_at", "pk"))


def not_sent(person: Person) -> Iterator[dict[str, object]]:
    """Yield what was refused, missed or taken back, and why, in words."""
    return _deliveries(_mine(person).filter(state__in=(State.FAILED, State.MISSED, State.CANCELLED)).order_by("pk"))


def sent(person: Person) -> Iterator[dict[str, object]]:
    """Yield what went out from here, with the post that it became."""
    return _deliveries(_mine(person).filter(state=State.PUBLISHED).order_by("pk"))


def pictures(person: Person) -> Iterator[tuple[str, Path]]:
    """Yield the pictures of all that is no post yet, by their names in the archive."""
    mine = DraftPicture.objects.filter(draft__person=person).order_by("draft_id", "position")
    for row in by_key(mine):
        yield _of_draft(row), post_pictures.file_of(row.stem, "1200")
    rows = Delivery.objects.filter(person=person).exclude(state=State.PUBLISHED).order_by("pk")
    for one in by_key(rows.only("payload")):
        for number, picture in enumerate(one.payload.get("pictures", [])):
            yield _of_delivery(one, number), post_pictures.file_of(picture["stem"], "1200")


def _mine(person: Person) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(person=person).select_related("account")


def _deliveries(rows: "QuerySet[Delivery]") -> Iterator[dict[str, object]]:
    for row in by_key(rows):
        yield {
            "id": row.pk,
            "text": row.payload["text"],
            "language": row.payload.get("lang") or None,
            "pictures": _pictures(row, row.payload),
            "account": str(row.account),
            "after": row.parent_id,
            "draft": row.draft_id,
            "speaks_for": row.speaks_for,
            "shown_by": row.shows,
            "wall_time": row.wall_time or None,
            "zone": row.zone or None,
            "due": time(row.due_at),
            "state": row.get_state_display(),
            "because": row.trouble or None,
            "went_out": time(row.published_at),
            "network_id": row.remote_id,
            "post": row.post_id,
            "deleted": time(row.deleted_at),
            "changed_words": row.wish_payload["text"] if row.wish_payload else None,
        }


def _pictures(row: Delivery, payload: Mapping[str, list[dict[str, str]]]) -> list[dict[str, object]]:
    """Return the pictures of what is to go out; what went out has its own with the post."""
    held = row.state != State.PUBLISHED
    found = enumerate(payload.get("pictures", []))
    return [_picture(_of_delivery(row, number) if held else None, one.get("alt", "")) for number, one in found]


def _picture(file: str | None, alt: str) -> dict[str, object]:
    return {"file": file, "in_words": alt or None}


def _of_draft(row: DraftPicture) -> str:
    return f"pictures/draft-{row.draft_id}-{row.position}.avif"


def _of_delivery(row: Delivery, number: int) -> str:
    return f"pictures/delivery-{row.pk}-{number}.avif"
