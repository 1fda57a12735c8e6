"""The files of cards, by kind ("persons", "brands") below MEDIA_ROOT/share."""

from pathlib import Path

from django.conf import settings

from people import kept


def file_of(kind: str, stem: str) -> Path:
    """Return where a card is kept."""
    return folder(kind) / stem[:2] / f"{stem}-card.jpg"


def folder(kind: str) -> Path:
    """Return where all cards of a kind are kept."""
    return Path(settings.MEDIA_ROOT) / "share" / kind


def keep(kind: str, stem: str, body: bytes) -> None:
    """Keep a card; the same stem is the same card."""
    kept.write({file_of(kind, stem): body})


def here(kind: str, stem: str) -> bool:
    """Return whether a card is kept; it is young again then."""
    return bool(stem) and kept.found([file_of(kind, stem)])


def drop(kind: str, stem: str) -> None:
    """Delete a card that no row names any more."""
    if stem:
        kept.remove([file_of(kind, stem)])
