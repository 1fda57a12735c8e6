"""What a person's archive holds, and how it is written: docs/archive.md says the same in words, with FORMAT.

Whoever changes what is in it changes that page too, and counts FORMAT up where a reader of the former would be misled.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from people import faces, post_pictures, sections
from people.keys import keys_of
from people.letters import answers
from people.models import Account, ApiKey, Connection, Delivery, Draft, Fan, Follow, Person, Post, PostPicture
from people.networks.links import permalink
from people.networks.types import ELSEWHERE
from people.queries.paging import Mark
from people.queries.posts import older_than
from people.queries.truths import public_account

FORMAT = 1
_WAITING = (Delivery.State.SCHEDULED, Delivery.State.HELD, Delivery.State.NEEDS_HUMAN)


def files(person: Person) -> Iterator[tuple[str, str]]:
    """Yield all but posts and pictures: names in the archive, and content."""
    yield "me.json", as_json(me(person))
    yield "followers.json", as_json(followers(person))
    yield "drafts.json", as_json(drafts(person))


def me(person: Person) -> dict[str, object]:
    """Return the person, with what others know of them (see people.sections)."""
    user = person.user
    return {
        "format": FORMAT,
        "site": settings.SITE_URL,
        "name": person.name,
        "first_name": person.first_name,
        "line": person.line,
        "about": person.about,
        "languages": person.languages,
        "links": person.links,
        "portrait_in_words": person.portrait_alt,
        "page": f"{settings.SITE_URL}/people/{person.slug}/" if person.slug else None,
        "page_open": person.page_open,
        "here_since": _time(person.created_at),
        "login_address": user.email if user else person.login_address or None,
        "answers_address": answers.chosen(person) or None,
        "accounts": [_account(account) for account in person.accounts.order_by("pk")],
        "api_keys": [_key(key) for key in keys_of(user)] if user else [],
        "week": _week(person),
        "follows": _follows(person),
        **sections.packed(person),
    }


def followers(person: Person) -> dict[str, object]:
    """Return how many follow the person, and those who let them know who they are."""
    mine = Follow.objects.filter(person=person)
    known = mine.filter(said_so=True).exclude(fan__name="").order_by("since", "pk")
    return {
        "format": FORMAT,
        "number": mine.count(),
        "known": [{"name": name, "since": _time(since)} for name, since in known.values_list("fan__name", "since")],
    }


def drafts(person: Person) -> dict[str, object]:
    """Return what the person is writing, and what waits to go out."""
    waiting = Delivery.objects.filter(person=person, state__in=_WAITING).select_related("account")
    return {
        "format": FORMAT,
        "drafts": [
            {
                "text": draft.text,
                "for_networks": draft.versions,
                "language": draft.lang or None,
                "written": _time(draft.updated_at),
            }
            for draft in Draft.objects.filter(person=person).order_by("pk")
        ],
        "waiting": [
            {
                "text": one.payload["text"],
                "account": str(one.account),
                "due": _time(one.due_at),
                "state": one.get_state_display(),
            }
            for one in waiting.order_by("due_at", "pk")
        ],
    }


def posts(person: Person, after: Mark | None, limit: int) -> list[Post]:
    """Return a page of the person's posts, newest first; what others say is no part of it."""
    mine = Post.objects.filter(public_account("account__"), older_than(after), person=person)
    return list(mine.select_related("account").order_by("-published_at", "-id")[:limit])


def post(row: Post) -> dict[str, object]:
    """Return one post; of what somebody else wrote and the person shared there is only the link."""
    elsewhere = row.account.network == ELSEWHERE
    shared = row.kind == Post.Kind.REPOST
    link = row.link if elsewhere else permalink(row.account.network, row.account.handle, row.remote_id)
    return {
        "id": row.pk,
        "network": row.account.get_network_display(),
        "handle": row.account.handle,
        "network_id": None if elsewhere else row.remote_id,
        "kind": row.kind,
        "published": _time(row.published_at),
        "text": None if shared else row.text,
        "link": link or None,
        "answers": row.reply_to_id or None,
        "language": row.lang or None,
        "pictures_in_words": [] if shared else [medium["alt"] for medium in row.media],
        "quiet_since": _time(row.quiet_at),
    }


def pictures(person: Person) -> Iterator[tuple[str, Path]]:
    """Yield the pictures by the names that they get in the archive."""
    if person.portrait:
        yield "pictures/portrait.avif", faces.file_of(person.portrait, "640")
    for account in person.accounts.exclude(avatar="").order_by("pk"):
        if not account.proven:
            continue  # perhaps the face of somebody else
        yield f"pictures/account-{account.pk}.avif", faces.file_of(account.avatar, "640")
    mine = PostPicture.objects.filter(public_account("post__account__"), post__person=person).exclude(stem="")
    for row in mine.order_by("post_id", "position").iterator(chunk_size=500):
        yield f"pictures/post-{row.post_id}-{row.position}.avif", post_pictures.file_of(row.stem, "1200")


def as_json(content: object) -> str:
    """Return the form in which the archive holds things."""
    return json.dumps(content, ensure_ascii=False, indent=1)


def _account(account: Account) -> dict[str, object]:
    link: Connection | None = getattr(account, "connection", None)
    return {
        "network": account.get_network_display(),
        "handle": account.handle,
        "name_there": account.display_name,
        "network_id": account.remote_id,
        "state": account.get_state_display(),
        "confirmed": _time(account.confirmed_at),
        "read_from": _time(account.read_from),
        "on_my_page_from": _time(account.page_from),
        "linked": _time(link.linked_at) if link else None,
        "may": link.scopes if link else [],
    }


def _key(key: ApiKey) -> dict[str, object]:
    """Return an API key without what would open anything."""
    return {
        "name": key.name,
        "may": key.scopes,
        "made": _time(key.created_at),
        "works_until": _time(key.expires_at),
        "last_used": key.last_used_on.isoformat() if key.last_used_on else None,
    }


def _week(person: Person) -> dict[str, object] | None:
    week = getattr(person, "week", None)
    if week is None:
        return None
    quiet = [week.quiet_from, week.quiet_until] if week.quiet_from else None
    return {"zone": week.zone or None, "slots": week.slots, "days_off": week.days_off, "quiet_hours": quiet}


def _follows(person: Person) -> list[dict[str, object]]:
    """Return whom the person follows as a fan."""
    fan = Fan.objects.filter(user=person.user_id).first() if person.user_id else None
    if fan is None:
        return []
    rows = Follow.objects.filter(fan=fan, person__page_open=True).order_by("since", "pk")
    return [
        {"name": name, "page": f"{settings.SITE_URL}/people/{slug}/", "since": _time(since)}
        for name, slug, since in rows.values_list("person__name", "person__slug", "since")
    ]


def _time(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
