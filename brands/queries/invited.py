"""What an invited person sees before their yes: the brand's page as it would look with them. Reads only."""

import datetime as dt
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from brands.models import AnswerDraft, Enrolment, ImportRow, Invitation, NamedAccount
from brands.queries.cards import Card, listed
from people.models import Person
from people.queries.faces import Face, face_of


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
    """The person among the others."""

    card: Card
    others: int  # people whom the page lists already
    posts: list[PickedPost]


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


def preview_of(invitation: Invitation, draft: AnswerDraft | None) -> Preview:
    """Return the page of the brand as it would look with this person."""
    enrolment = invitation.enrolment
    person: Person = enrolment.person
    face: Face = face_of(person)
    card = Card(
        person=person,
        face=face,
        title=enrolment.title,
        place=enrolment.place,
        line=(draft.line if draft else "") or enrolment.line or person.line,
        about=person.about,
        paused=False,
        paused_until=None,
        accounts=[],
    )
    named = draft.accounts.order_by("pk") if draft else []
    posts = [post for account in named for post in fetched_posts(account) if post.picked]
    posts.sort(key=lambda post: post.published_at, reverse=True)
    return Preview(card, listed(enrolment.brand).count(), posts)
