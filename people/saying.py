"""Something a person said elsewhere: a link with their own words and a picture, for networks that cannot be read.

It stands on an Account of its own kind, which has no adapter: nothing of it is ever asked for.
"""

import uuid
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from advocacy.audit import record
from people import post_pictures
from people.models import Account, Person, Post, PostPicture, User
from people.networks.types import ELSEWHERE
from people.pictures import WHOLE, NotAPicture, size_of
from people.rendering import words_html
from people.telling import people_told, posts_told
from people.weblinks import checked_link

MOST_WORDS = 1000
MOST_ALT = 1000
LARGEST_PICTURE = 15_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says about something elsewhere. picture: bytes of a new one, None for none or the one there is."""

    words: str
    link: str
    alt: str = ""
    picture: bytes | None = None


def account_elsewhere(person: Person) -> Account:
    """Return the account that holds what a person says elsewhere, made if there is none. It is theirs by itself."""
    now = timezone.now()
    account, _ = Account.objects.get_or_create(
        network=ELSEWHERE,
        remote_id=f"person-{person.pk}",
        defaults={
            "person": person,
            "handle": "elsewhere",
            "state": Account.State.ACTIVE,
            "looked_up_at": now,
            "page_from": now,
            "confirmed_at": now,
            "confirmed_how": "own",
        },
    )
    return account


def say_elsewhere(*, person: Person, said: Said, actor: User) -> Post:
    """Put it on the person's page. Raises ValueError, NotAPicture, PermissionDenied."""
    if person.user_id != actor.pk:
        raise PermissionDenied("only the person speaks for themselves")
    fields = _fields(said)
    stem = _kept(said.picture)
    with transaction.atomic():
        account, now = account_elsewhere(person), timezone.now()
        post = Post.objects.create(
            account=account, person=person, remote_id=uuid.uuid4().hex, published_at=now, fetched_at=now, **fields
        )
        _picture(post, stem, said)
        record("elsewhere.said", actor=actor, subject=f"post:{post.pk}")
    posts_told([post.pk])
    return post


def change_saying(*, post: Post, said: Said, actor: User) -> None:
    """Write other words, another link or picture. Raises ValueError, NotAPicture, PermissionDenied."""
    _own(post, actor)
    fields = _fields(said)
    stem = _kept(said.picture)
    with transaction.atomic():
        for name, value in fields.items():
            setattr(post, name, value)
        post.fetched_at = timezone.now()  # from here on feeds say that it was changed
        post.save(update_fields=[*fields, "fetched_at"])
        _picture(post, stem, said)
        record("elsewhere.changed", actor=actor, subject=f"post:{post.pk}")
    posts_told([post.pk])


def remove_picture(*, post: Post, actor: User) -> None:
    """Take the picture away and leave the words. Raises PermissionDenied."""
    _own(post, actor)
    with transaction.atomic():
        PostPicture.objects.filter(post=post).delete()
        post.media = []
        post.save(update_fields=["media"])
        record("elsewhere.picture_removed", actor=actor, subject=f"post:{post.pk}")
        people_told([post.person_id])


def unsay(*, post: Post, actor: User) -> None:
    """Take it away, its picture too. Raises PermissionDenied."""
    _own(post, actor)
    with transaction.atomic():
        record("elsewhere.removed", actor=actor, subject=f"post:{post.pk}")
        people_told([post.person_id])
        post.delete()


def _fields(said: Said) -> dict[str, str]:
    words = said.words.strip()
    if not words or len(words) > MOST_WORDS:
        raise ValueError(f"own words are needed, {MOST_WORDS} characters at most")
    return {"text": words, "html": str(words_html(words, [])), "link": checked_link(said.link)}


def _kept(body: bytes | None) -> str:
    if body is None:
        return ""
    if len(body) > LARGEST_PICTURE:
        raise NotAPicture(f"the picture is larger than {LARGEST_PICTURE // 1_000_000} MB")
    return post_pictures.keep(body)


def _picture(post: Post, stem: str, said: Said) -> None:
    """Give the post its picture; without a new one only the description of the one that it has changes."""
    if stem:
        width, height = size_of(post_pictures.file_of(stem, WHOLE[-1].name))
        PostPicture.objects.filter(post=post).delete()
        PostPicture.objects.create(
            post=post, position=0, stem=stem, width=width, height=height, published_at=post.published_at
        )
    elif not post.media:
        return
    row = PostPicture.objects.get(post=post, position=0)
    post.media = [{"kind": "photo", "url": None, "alt": said.alt[:MOST_ALT], "width": row.width, "height": row.height}]
    post.save(update_fields=["media"])


def _own(post: Post, actor: User) -> None:
    if post.person.user_id != actor.pk or post.account.network != ELSEWHERE:
        raise PermissionDenied("only the author changes what they said, and only what was written here")
