"""One person in a letter: face, name, their own lines, what they said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString, mark_safe

from people.initials import initials
from people.models import Opening, Person, Post
from people.networks.types import ELSEWHERE, NETWORKS
from people.outgoing.addresses import page, source, whole
from people.outgoing.contacts import Profile, profiles_of
from people.outgoing.terms import words_may_leave

# the words that were written here, by the id of the post that they became
Written = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One post as a letter may have it."""

    html: SafeString  # "" where its words may not leave
    text: str
    lang: str
    network: str  # its name; "" for what was said here
    url: str
    at: datetime  # naive: what the fan's clock showed then
    pictures: int


@dataclass(slots=True)
class Block:
    """A person's part of a letter."""

    name: str
    first_name: str
    backdrop: str
    initials: str
    face_url: str  # "" where initials stand for them, as without a page
    page_url: str  # "" where they have no page
    opening: str = ""  # their own lines
    address: str = ""  # where they want to be answered, "" where they show none
    profiles: list[Profile] = field(default_factory=list)  # where they can be answered in public, of who has an opening
    lines: list[Line] = field(default_factory=list)
    more: int = 0  # posts that are only on their page


def block_of(person: Person, opening: Opening | None, *, answers_to: str = "") -> Block:
    """Return the part of a person before anything of what they said stands in it.

    answers_to: where answers to their lines go, instead of the address that they chose.
    """
    shown = person.page_open
    block = Block(
        name=person.name,
        first_name=person.first_name,
        backdrop=person.backdrop,
        initials=initials(person.name),
        face_url=whole(reverse("letter-face", args=[person.portrait])) if person.portrait and shown else "",
        page_url=page("person", person.slug) if person.slug and shown else "",
    )
    if opening:
        block.opening = opening.words
        here = person.user is not None and person.user.is_active
        block.address = (answers_to or _chosen(person)) if here else ""
        block.profiles = profiles_of(person) if shown and not block.address else []
    return block


def _chosen(person: Person) -> str:
    row = getattr(person, "answers", None)
    return row.address if row else ""


def line_of(post: Post, written: Written, clock: ZoneInfo) -> Line:
    """Return a post as a letter may have it: with its words, or as its author and its address alone."""
    here = post.account.network == ELSEWHERE
    html, text, lang = SafeString(""), "", ""
    if words_may_leave(post):
        html, text, lang = _whole_links(post.html), post.text, post.lang
    elif post.pk in written and not post.edited:
        text, lang = written[post.pk], post.lang
        html = SafeString(linebreaks(escape(text)))
    return Line(
        html=html,
        text=text,
        lang=lang,
        network="" if here else NETWORKS.get(post.account.network, post.account.network),
        url=page("post", post.pk) if here else source(post),
        at=post.published_at.astimezone(clock).replace(tzinfo=None),
        pictures=len(post.media) if html else 0,
    )


def _whole_links(html: str) -> SafeString:
    """Return the words of a post with addresses that work outside this site."""
    return mark_safe(html.replace('<a href="/', f'<a href="{settings.SITE_URL}/'))  # noqa: S308 - rendered by words_html
