"""The list in each of its formats, written piece by piece. What each holds is described in docs/lists.md."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from brands.importing.report import harmless
from brands.lists.rows import Listed
from brands.models import Brand
from people.outgoing.addresses import page
from people.outgoing.atom import sayable
from people.outgoing.vcard import vcard
from people.remote_follow import addresses_in

_COLUMNS = ("Name", "First name", "Title", "Team", "Topics", "Place", "Languages", "Own words", "Accounts", "Page")
_BOM = "\ufeff"  # by which spreadsheets know that it is UTF-8


class Format(NamedTuple):
    """One format of the list."""

    content_type: str
    write: Callable[[Brand, Iterable[Listed]], Iterator[str]]
    saved: bool  # the browser keeps it as a file rather than showing it


class _Line:
    """What csv.writer writes into: it gives each line back."""

    def write(self, line: str) -> str:
        return line


def as_csv(brand: Brand, people: Iterable[Listed]) -> Iterator[str]:
    """Yield the list as CSV, a line for each person; no cell can become a formula."""
    writer = csv.writer(_Line())
    yield f"{_BOM}{writer.writerow((*_COLUMNS, 'Feed'))}"
    for one in people:
        who = one.contact
        cells = [
            *(who.name, who.first_name, who.title, who.team, "; ".join(who.topics), one.place),
            *("; ".join(who.languages), who.line, "; ".join(f"{p.name} @{p.handle}" for p in who.profiles)),
            *(who.page_url, one.feed_url),
        ]
        yield str(writer.writerow([harmless(cell) for cell in cells]))


def as_json(brand: Brand, people: Iterable[Listed]) -> Iterator[str]:
    """Yield the list as JSON."""
    head = {"version": 1, "brand": {"name": brand.name, "url": page("brand", brand.slug)}}
    yield f"{json.dumps(head, ensure_ascii=False)[:-1]}, " + '"people": ['
    for number, one in enumerate(people):
        yield (",\n" if number else "\n") + json.dumps(_person(one), ensure_ascii=False)
    yield "\n]}\n"


def _person(one: Listed) -> dict[str, object]:
    who = one.contact
    return {
        "name": who.name,
        "first_name": who.first_name,
        "url": who.page_url,
        "feed": one.feed_url,
        "title": who.title,
        "team": who.team,
        "topics": list(who.topics),
        "place": one.place,
        "languages": list(who.languages),
        "words": who.line,
        "portrait": who.portrait_url or None,
        "portrait_in_words": one.portrait_alt,
        "paused": one.paused,
        "paused_until": one.paused_until.isoformat() if one.paused_until else None,
        "accounts": [{"network": p.network, "handle": p.handle, "url": p.url} for p in who.profiles],
        "links": [{"label": link.label, "url": link.url} for link in who.links],
    }


def as_opml(brand: Brand, people: Iterable[Listed]) -> Iterator[str]:
    """Yield the list as OPML 2.0: the feed of each person, for a feed reader to subscribe to."""
    title = escape(sayable(f"The people of {brand.name}"))
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0">\n<head><title>{title}</title></head>\n<body>\n'
    for one in people:
        name = quoteattr(sayable(one.contact.name))
        feed, read = quoteattr(one.feed_url), quoteattr(one.contact.page_url)
        yield f'<outline type="rss" version="ATOM1" text={name} title={name} xmlUrl={feed} htmlUrl={read}/>\n'
    yield "</body>\n</opml>\n"


def as_mastodon(brand: Brand, people: Iterable[Listed]) -> Iterator[str]:
    """Yield the list in the form that Mastodon imports as people to follow: those who are on Mastodon."""
    writer = csv.writer(_Line())
    yield str(writer.writerow(("Account address", "Show boosts", "Notify on new posts", "Languages")))
    for one in people:
        for address in addresses_in([link._asdict() for link in one.contact.links]):
            yield str(writer.writerow((harmless(address), "true", "false", "")))


def as_vcards(brand: Brand, people: Iterable[Listed]) -> Iterator[str]:
    """Yield the list as vCards, one after the other."""
    for one in people:
        yield vcard(one.contact)


FORMATS = {
    "csv": Format("text/csv; charset=utf-8; header=present", as_csv, saved=True),
    "mastodon.csv": Format("text/csv; charset=utf-8; header=present", as_mastodon, saved=True),
    "opml": Format("text/x-opml; charset=utf-8", as_opml, saved=True),
    "vcf": Format("text/vcard; charset=utf-8", as_vcards, saved=True),
    "json": Format("application/json; charset=utf-8", as_json, saved=False),
}
