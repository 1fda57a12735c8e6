"""Whom a person follows, and who follows them, for their archive: each side as its own pages show it."""

from collections.abc import Iterator

from people.archive_form import by_key, chunks, time
from people.fan_exports import chosen
from people.models import Fan, Person
from people.outgoing.addresses import page
from people.queries.follows import blocked_by, everybody_of, lines_of, who_said_so


def reader(person: Person) -> dict[str, object] | None:
    """Return the person as somebody who reads others; null for one who never followed anybody."""
    fan = Fan.objects.filter(user=person.user_id).first() if person.user_id else None
    if fan is None:
        return None
    return {
        "name": fan.name or None,
        "zone": fan.zone,
        "rhythm": fan.rhythm,
        "since": time(fan.started_at),
        "read_until": time(fan.read_until),
        "address_failed": time(fan.bounced_at),
    }


def follows(person: Person, *, closed: bool) -> Iterator[dict[str, object]]:
    """Yield whom the person sees that they follow; of those whose page is closed only what was chosen.

    Whoever blocked them is among these, as at their desk: they are not told.
    """
    if person.user_id is None:
        return
    people = everybody_of(person.user_id).filter(page_open=not closed)
    for some in chunks(by_key(people)):
        for line in lines_of(person.user_id, some):
            one = line.person
            known = {} if closed else {"name": one.name, "page": page("person", one.slug)}
            yield {**known, **chosen(line)}


def known(person: Person) -> Iterator[dict[str, object]]:
    """Yield the followers who let the person know who they are, newest first."""
    for row in by_key(who_said_so(person)):
        yield {"name": row.fan.name, "since": time(row.since)}


def blocked(person: Person) -> Iterator[dict[str, object]]:
    """Yield whom the person blocked, by the name that their desk shows."""
    for row in by_key(blocked_by(person)):
        yield {"name": row.fan.name or None, "since": time(row.since)}
