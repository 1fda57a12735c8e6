"""Who of a brand's people knows about something: who is it, then who spoke about it, then what they said.

Found is only what the brand's page shows: the feed's rows, less what their authors keep to themselves meanwhile.
A word that everybody uses is answered from its newest uses, and the page says so.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value

from brands.models import Brand, BrandPost
from brands.queries.directory import FACETS, Directory, directory
from brands.queries.feed import going_on_after, roles_at, shown_by_consent
from brands.wording import Asked, ask
from people.profiles import fold_name
from people.queries.faces import face_on
from people.queries.paging import Mark
from people.queries.posts import Entry, add_conversation, open_posts, with_author, with_pictures

LONGEST = 100  # characters of a search
PAGE = 10  # posts on a page
LOOKED = 100  # the newest posts that match: whose they are is named
SPEAKERS = 12  # people named for what they said
_OFTEN = 3  # matching posts from which on somebody speaks about it often
# Rows of the feed that PostgreSQL walks through before it asks its index of words: that one has to fetch and sort
# every post with the word, which is the dearer, the commoner the word; a common one is found on this walk
_WALK = 4_000
_NEWEST = ("-published_at", "-post_id")


class Hit(NamedTuple):
    """One post that matches."""

    post_id: int
    person_id: int
    mark: Mark


class Speaker(NamedTuple):
    """Somebody who is found by what they said."""

    enrolment_id: int
    post_id: int  # the newest that matches


@dataclass(slots=True)
class Spoken:
    """Posts that match, newest first."""

    hits: list[Hit] = field(default_factory=list)
    more: bool = False  # there are more than were looked at
    last: Mark | None = None  # the last one looked at


@dataclass(slots=True)
class Found:
    """What a search found."""

    people: list[int]  # enrolment ids of those who are it: by name, then by title, topics ...
    speakers: list[Speaker] = field(default_factory=list)  # others, by what they said
    spoken: Spoken = field(default_factory=Spoken)


def wish(query: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """Return what a query asks for: words, and facet -> value; read alike by the page, its lists and the API."""
    words = str(query.get("q", "")).replace("\0", "").strip()[:LONGEST]
    wanted = {facet: str(query[facet]) for facet in FACETS if query.get(facet)}
    if "place" in wanted:  # typed by hand it may have capitals and accents
        wanted["place"] = fold_name(wanted["place"]) or wanted["place"]
    return words, wanted


def search(brand: Brand, known: Directory, words: str, wanted: Mapping[str, str]) -> Found:
    """Look for words among a brand's people and in their posts.

    wanted: facet -> value; it narrows both. Asks the database two to three questions.
    """
    people = known.find(words, wanted)
    among = {row.person_id: row.enrolment_id for row in known.sift(wanted)}
    spoken = look(brand, ask(words), persons=among if wanted else None)
    here = set(people)
    often = Counter(hit.person_id for hit in spoken.hits)
    newest: dict[int, Hit] = {}
    for hit in spoken.hits:
        if among.get(hit.person_id, 0) not in here and hit.person_id in among:
            newest.setdefault(hit.person_id, hit)
    ranked = sorted(newest.values(), key=lambda hit: -min(often[hit.person_id], _OFTEN))  # else newest first
    return Found(people, [Speaker(among[hit.person_id], hit.post_id) for hit in ranked[:SPEAKERS]], spoken)


def search_people(brand: Brand, words: str, wanted: Mapping[str, str] | None = None) -> list[int]:
    """Return the enrolment ids of a brand's people who match or spoke about it, best first; all without words."""
    found = search(brand, directory(brand), words, wanted or {})
    return [*found.people, *(speaker.enrolment_id for speaker in found.speakers)]


def look(
    brand: Brand, asked: Asked, *, mark: Mark | None = None, persons: Collection[int] | None = None, limit: int = 0
) -> Spoken:
    """Return the newest posts of a brand's page that have the words.

    Every word as it is, but for the last, which may be a beginning. mark: only what is older than this post;
    persons: only theirs (None: everybody's); limit: how many are looked at (0: LOOKED).
    """
    if not asked:
        return Spoken()
    limit = limit or LOOKED
    rows = _newest(BrandPost.objects.filter(going_on_after(mark), brand=brand), brand, asked, persons, limit + 1)
    hits = [Hit(post, person, Mark(when, post)) for post, person, when in rows[:limit]]
    shown = set(open_posts().filter(pk__in=[hit.post_id for hit in hits]).values_list("pk", flat=True))
    more = len(rows) > limit
    return Spoken([hit for hit in hits if hit.post_id in shown], more, hits[-1].mark if more else None)


def _newest(
    feed: "QuerySet[BrandPost]", brand: Brand, asked: Asked, persons: Collection[int] | None, limit: int
) -> list[tuple[int, int, dt.datetime]]:
    theirs = Q() if persons is None else Q(person__in=list(persons))
    found = feed.filter(theirs, *_has(asked)).order_by(*_NEWEST).values_list("post_id", "person_id", "published_at")
    if connection.vendor != "postgresql":
        return list(found[:limit])
    # its own question: with the time as a number PostgreSQL sees how short the walk is
    edge = feed.order_by(*_NEWEST).values_list("published_at", flat=True)[_WALK : _WALK + 1].first()
    near = list(found.filter(published_at__gte=edge)[:limit]) if edge else list(found[:limit])
    if edge is None or len(near) == limit:
        return near
    indexed = feed.filter(theirs, _in_index(brand, asked)).exclude(words="").order_by(*_NEWEST)
    return list(indexed.values_list("post_id", "person_id", "published_at")[:limit])


def _has(asked: Asked) -> list[Q]:
    """Return the conditions that a row has all words, which stand between blanks."""
    whole = [Q(words__contains=f" {word} ") for word in asked.whole]
    return [*whole, Q(words__contains=f" {asked.start}")] if asked.start else whole


def _in_index(brand: Brand, asked: Asked) -> Func:
    """Return the same condition as PostgreSQL's index of words answers it (migration 0009)."""
    # words are letters, digits and emoji only: nothing in them could end a quotation
    lexemes = [
        f"'@{brand.pk}'",
        *(f"'{word}'" for word in asked.whole),
        *([f"'{asked.start}':*"] if asked.start else []),
    ]
    words = Func(F("brand_id"), F("words"), function="brandpost_lexemes", output_field=TextField())
    return Func(
        words,
        Value(" & ".join(lexemes)),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )


@dataclass(slots=True)
class WordsPage:
    """One page of what they said."""

    entries: list[Entry]
    older: Mark | None  # None: that was all


def words_page(brand: Brand, spoken: Spoken) -> WordsPage:
    """Return the first posts of what was found, dressed as on the brand's page, in a fixed number of questions."""
    hits = spoken.hits[:PAGE]
    posts = {
        post.pk: post for post in with_pictures(with_author(open_posts().filter(pk__in=[h.post_id for h in hits])))
    }
    entries = [Entry(post, face_on(post.account, post.person)) for hit in hits if (post := posts.get(hit.post_id))]
    roles = roles_at(brand, [entry.post.person_id for entry in entries])
    for entry in entries:
        entry.role = roles[entry.post.person_id]
    add_conversation(entries, shown_by_consent(brand), lambda ids: roles_at(brand, ids))
    if len(spoken.hits) > PAGE:
        return WordsPage(entries, hits[-1].mark)
    return WordsPage(entries, spoken.last)
