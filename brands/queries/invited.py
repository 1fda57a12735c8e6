"""What an invited person sees before their yes: the brand's page as it would look with them. Reads only."""

import datetime as dt
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from brands.models import AnswerDraft, Brand, BrandPost, Enrolment, ImportRow, Invitation, NamedAccount
from brands.queries import feed
from brands.queries.cards import Card
from brands.queries.front import Joining, front
from brands.stills import still
from people.drawing import drawn
from people.models import Account, Post
from people.queries.faces import face_of
from people.queries.posts import Entry


@dataclass(frozen=True, slots=True)
class PickedPost:
    """A fetched post that the person may tick."""

    remote_id: str
    published_at: dt.datetime
    kind: str  # Post.Kind
    text: str
    html: str  # as people/rendering.py escaped it
    lang: str
    picked: bool
    handle: str

    @property
    def words(self) -> SafeString:
        """The words as HTML."""
        return mark_safe(self.html)  # noqa: S308 - decide.columns had words_html escape it


@dataclass(frozen=True, slots=True)
class Preview:
    """The brand's page with the person among the others, as still pictures of its parts."""

    card: Card
    head: SafeString  # who opens the page, who leads a story, the portraits
    words: list[SafeString]  # the newest posts of everybody, theirs among them
    below: list[SafeString]  # those of theirs that stand further down
    picked: int  # how many posts are theirs


def fetched_posts(account: NamedAccount) -> list[PickedPost]:
    """Return the posts that were fetched of a named account, newest first."""
    ticked = set(account.picks)
    return [
        PickedPost(
            remote_id=post["remote_id"],
            published_at=dt.datetime.fromisoformat(post["published_at"]),
            kind=post["kind"],
            text=post["text"],
            html=post["html"],
            lang=post["lang"],
            picked=post["remote_id"] in ticked,
            handle=account.handle,
        )
        for post in account.posts
    ]


def proposed_handles(enrolment: Enrolment) -> str:
    """Return the handles that the brand wrote beside the name when it enrolled the person: theirs to take or leave."""
    row = ImportRow.objects.filter(enrolment=enrolment).order_by("-pk").first()
    return str(row.cells.get("x_handle", "")) if row else ""


def preview_of(invitation: Invitation, draft: AnswerDraft | None, today: dt.date) -> Preview:
    """Return the page of the brand as it would look with this person, in a fixed number of queries."""
    enrolment = invitation.enrolment
    person = copy(enrolment.person)
    person.slug = person.slug or "you"  # their address comes with the yes; a still picture shows none
    card = Card(
        person=person,
        face=face_of(person),
        title=enrolment.title,
        place=enrolment.place,
        line=(draft.line if draft else "") or enrolment.line or person.line,
        about=person.about,
        paused=False,
        paused_until=None,
        accounts=[],
    )
    head = {"brand": enrolment.brand, "front": front(enrolment.brand, today, Joining(enrolment, card))}
    picked = _picked(card, list(draft.accounts.order_by("pk")) if draft else [])
    runs, below = _runs(enrolment.brand, picked)
    others = iter(feed.entries_of(enrolment.brand, [run for run in runs if isinstance(run, feed.Run)]))
    words = [_own_run(run) if isinstance(run, list) else _others_run(next(others)) for run in runs]
    return Preview(
        card=card,
        head=still(render_to_string("public/_invitation_head.html", head)),
        words=[piece for piece in words if piece],
        below=[_own_run([entry]) for entry in below],
        picked=len(picked),
    )


def _picked(card: Card, named: Sequence[NamedAccount]) -> list[Entry]:
    """Return the ticked posts as the page would draw them, newest first."""
    entries: list[Entry] = []
    for one in named:
        account = Account(network=one.network, handle=one.handle, person=card.person)
        for columns in one.posts:
            if columns["remote_id"] not in one.picks:
                continue
            post = Post(**columns, pk=0, account=account, person=card.person)
            post.published_at = dt.datetime.fromisoformat(columns["published_at"])
            post.pictures_here = []  # type: ignore[attr-defined] # fetched after the yes
            entries.append(Entry(post, card.face, card.role))
    return sorted(entries, key=lambda entry: entry.post.published_at, reverse=True)


def _runs(brand: Brand, picked: Sequence[Entry]) -> tuple[list[feed.Run | list[Entry]], list[Entry]]:
    """Return the runs of the first page with the ticked posts among them, and those of them that it does not reach."""
    newest = BrandPost.objects.filter(brand=brand).order_by("-published_at", "-post_id")
    rows: list[tuple[dt.datetime, int, int | Entry]] = [
        *newest.values_list("published_at", "person_id", "post_id")[: feed.WINDOW],
        *((entry.post.published_at, 0, entry) for entry in picked),
    ]
    rows.sort(key=itemgetter(0), reverse=True)
    runs: list[feed.Run | list[Entry]] = []
    for person_id, group in islice(groupby(rows[: feed.WINDOW], key=itemgetter(1)), feed.RUNS):
        posts = [post for _, _, post in group]
        theirs = [post for post in posts if isinstance(post, Entry)]
        ids = tuple(post for post in posts if isinstance(post, int))
        runs.append(theirs or feed.Run(ids[: 1 + feed.FOLDED], len(ids), person_id))
    reached = sum(len(run) for run in runs if isinstance(run, list))
    return runs, list(picked[reached:])


def _own_run(entries: Sequence[Entry]) -> SafeString:
    """Draw posts of the person that follow each other; the fold is open, so that they see all that they ticked."""
    first, *others = entries
    for other in others:
        other.dated, other.level = True, 4
    first.more = others
    return still(drawn(first), unfolded=True)


def _others_run(entry: Entry | None) -> SafeString:
    return still(drawn(entry)) if entry else mark_safe("")
