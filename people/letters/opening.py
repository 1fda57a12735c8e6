"""A person opens the next letter to their followers with a few lines of their own."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from advocacy.audit import record
from people.letters import answers, due, telling
from people.models import Opening, Person, User

MOST = 50  # former lines that are kept at a time


def write_opening(*, person: Person, words: str, answers_to: str, code: str = "", actor: User) -> None:
    """Let these lines come first in the next letter of every follower, instead of what waited there.

    words: plain text, at most Opening.WORDS characters. answers_to: readers see this address and answer there; code: by
    which it is shown to be the person's (see answers.choose). Raises PermissionDenied, ValueError, answers.NotProven.
    """
    _own(person, actor)
    words = tidy(words)
    if not words:
        raise ValueError("Write something first.")
    if len(words) > Opening.WORDS:
        raise ValueError(f"At most {Opening.WORDS} characters.")
    if not answers_to:
        raise ValueError("Say where answers reach you.")
    answers.choose(person=person, address=answers_to, code=code, actor=actor)
    with transaction.atomic():
        now = timezone.now()
        row, new = Opening.objects.select_for_update().get_or_create(
            person=person, defaults={"words": words, "written_at": now}
        )
        if not new:
            _write_anew(row, words, now)
        record("letter.opened", actor=actor, subject=f"person:{person.pk}")


def _write_anew(row: Opening, words: str, now: datetime) -> None:
    """Put other lines in place of these, which letters have whose hour has come and that still wait."""
    lately = [one for one in row.former if datetime.fromisoformat(one[1]) > now - due.KEPT_LINES]
    row.former = [*lately, [row.words, row.written_at.isoformat()]][-MOST:]
    row.first_at = datetime.fromisoformat(row.former[0][1])
    row.words, row.written_at = words, now
    row.save()


def take_back_opening(*, person: Person, actor: User) -> None:
    """Let the lines stand in no letter that has not gone out yet. Raises PermissionDenied."""
    _own(person, actor)
    if Opening.objects.filter(person=person).delete()[0]:
        record("letter.opening_taken_back", actor=actor, subject=f"person:{person.pk}")


def how_many(person: Person) -> int:
    """Return how many followers get a person's words in letters."""
    return telling.agreed().filter(person=person).count()


def tidy(words: str) -> str:
    """Return the lines as they are kept: NUL-free, without blanks at the ends of lines, no more than one empty line."""
    lines = [line.rstrip() for line in words.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    text = "\n".join(lines).strip()
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text


def _own(person: Person, actor: User) -> None:
    if person.user_id is None or person.user_id != actor.pk:
        raise PermissionDenied("only the person writes to their followers")
