"""A fan's list of people as a file: JSON, and OPML with the feed of each person. Described in docs/lists.md."""

import json
from collections.abc import Callable
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from people.models import Account, Fan, User
from people.networks.links import profile_link
from people.outgoing.addresses import page, whole
from people.outgoing.atom import sayable
from people.queries.follows import Line, everybody_of, lines_of, people_of
from people.queries.truths import named_account


class Format(NamedTuple):
    """One format of the list."""

    content_type: str
    write: Callable[[User], str]


def as_json(user: User) -> str:
    """Return the list with all that the fan chose towards each person, and how they read."""
    everybody = list(everybody_of(user.pk))
    people = [person for person in everybody if person.page_open]
    accounts: dict[int, list[dict[str, str]]] = {}
    named = Account.objects.filter(named_account(), person__in=people, read_from__isnull=False).order_by("pk")
    for person_id, network, handle in named.values_list("person_id", "network", "handle"):
        address = whole(profile_link(network, handle))
        accounts.setdefault(person_id, []).append({"network": network, "handle": handle, "url": address})
    rows = [
        {
            "name": line.person.name,
            "url": page("person", line.person.slug),
            "feed": page("person-feed", line.person.slug, "atom"),
            **chosen(line),
            "accounts": accounts.get(line.person.pk, []),
        }
        for line in lines_of(user.pk, people)
    ]
    closed = [chosen(line) for line in lines_of(user.pk, [one for one in everybody if not one.page_open])]
    fan = Fan.objects.filter(user=user).first()
    reader = {
        "name": fan.name if fan else "",
        "zone": fan.zone if fan else None,
        "rhythm": fan.rhythm if fan else None,
    }
    return json.dumps({"version": 1, **reader, "people": rows, "closed": closed}, ensure_ascii=False, indent=1) + "\n"


def chosen(line: Line) -> dict[str, object]:
    """Return what a fan chose towards one person."""
    return {
        "since": line.since.isoformat(),
        "letters": line.letters,
        "muted": line.muted,
        "said_so": line.said_so,
    }


def as_opml(user: User) -> str:
    """Return the list as OPML 2.0, for a feed reader to subscribe to."""
    lines = []
    for person in people_of(user.pk):
        name = quoteattr(sayable(person.name))
        feed, read = quoteattr(page("person-feed", person.slug, "atom")), quoteattr(page("person", person.slug))
        lines.append(f'<outline type="rss" version="ATOM1" text={name} title={name} xmlUrl={feed} htmlUrl={read}/>\n')
    head = '<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">\n<head><title>People I follow</title></head>\n'
    return f"{head}<body>\n{''.join(lines)}</body>\n</opml>\n"


FORMATS = {
    "json": Format("application/json; charset=utf-8", as_json),
    "opml": Format("text/x-opml; charset=utf-8", as_opml),
}
