"""What a person's archive holds, and how it is written: docs/archive.md says the same in words, with FORMAT.

Whoever changes what is in it changes that page too, and counts FORMAT up where a reader of the former would be misled.
What of the register of personal fields is in it, and what is not and why: people/archive_places.py, and brands'.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from people import archive_drafts, archive_following, archive_login, faces, post_pictures, sections
from people.archive_form import as_json, by_key, document, time
from people.letters import answers
from people.models import Account, Connection, Follow, Opening, Pause, Person, Post, PostPicture, PostReport, Telling
from people.networks.links import permalink
from people.networks.types import ELSEWHERE
from people.outgoing.addresses import page
from people.queries.paging import Mark
from people.queries.posts import older_than
from people.queries.truths import proven_account

__all__ = ["FORMAT", "as_json", "files", "pictures", "posts", "rows"]
FORMAT = 2


def files(person: Person) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield all but posts and pictures: names in the archive, and the content in pieces."""
    yield (
        "me.json",
        document(
            format=FORMAT,
            **_me(person),
            follows=archive_following.follows(person, closed=False),
            follows_closed=archive_following.follows(person, closed=True),
            **sections.packed(person),
        ),
    )
    yield (
        "followers.json",
        document(
            format=FORMAT,
            number=Follow.objects.filter(person=person).count(),
            known=archive_following.known(person),
            blocked=archive_following.blocked(person),
        ),
    )
    yield (
        "drafts.json",
        document(
            format=FORMAT,
            drafts=archive_drafts.drafts(person),
            waiting=archive_drafts.waiting(person),
            not_sent=archive_drafts.not_sent(person),
            sent=archive_drafts.sent(person),
        ),
    )


def posts(person: Person, after: Mark | None, limit: int) -> list[Post]:
    """Return a page of the person's posts, newest first; what others say is no part of it."""
    mine = Post.objects.filter(proven_account("account__"), older_than(after), person=person)
    return list(mine.select_related("account").order_by("-published_at", "-id")[:limit])


def rows(some: Sequence[Post]) -> Iterator[dict[str, object]]:
    """Yield what the archive says of each of these posts, with what was reported, and what others know of them."""
    ids = [row.pk for row in some]
    known = sections.packed_posts(ids)
    reports: dict[int, list[dict[str, object]]] = {pk: [] for pk in ids}
    for report in PostReport.objects.filter(post__in=ids).order_by("at", "pk"):
        # as the author's desk shows it: never by whom
        reports[report.post_id].append(
            {"why": report.get_why_display(), "words": report.words or None, "at": time(report.at)}
        )
    for row in some:
        yield {**_post(row), "reports": reports[row.pk], **known[row.pk]}


def pictures(person: Person) -> Iterator[tuple[str, Path]]:
    """Yield the pictures by the names that they get in the archive."""
    if person.portrait:
        yield "pictures/portrait.avif", faces.file_of(person.portrait, "640")
    for account in person.accounts.exclude(avatar="").order_by("pk"):
        if not account.proven:
            continue  # perhaps the face of somebody else
        yield f"pictures/account-{account.pk}.avif", faces.file_of(account.avatar, "640")
    yield from archive_drafts.pictures(person)
    yield from sections.packed_pictures(person)
    mine = PostPicture.objects.filter(proven_account("post__account__"), post__person=person).exclude(stem="")
    for row in by_key(mine.order_by("post_id", "position")):
        yield f"pictures/post-{row.post_id}-{row.position}.avif", post_pictures.file_of(row.stem, "1200")


def _me(person: Person) -> dict[str, object]:
    """Return the person."""
    user = person.user
    accounts = list(person.accounts.order_by("pk"))
    return {
        "site": settings.SITE_URL,
        "name": person.name,
        "first_name": person.first_name,
        "sorted_as": person.sort_name,
        "line": person.line,
        "about": person.about,
        "languages": person.languages,
        "links": person.links,
        "portrait_in_words": person.portrait_alt,
        "page": page("person", person.slug) if person.slug else None,
        "page_open": person.page_open,
        "former_pages": [page("person", old.slug) for old in person.old_slugs.order_by("pk")],
        "here_since": time(person.created_at),
        "login_address": user.email if user else person.login_address or None,
        "private_address": person.login_address or None,
        "answers_address": answers.chosen(person) or None,
        **archive_login.of(user),
        "accounts": [_account(account) for account in accounts],
        "pauses": _pauses(person, accounts),
        "week": _week(person),
        "letter_opening": _opening(person),
        "told_followers": _tellings(person),
        "reader": archive_following.reader(person),
    }


def _post(row: Post) -> dict[str, object]:
    """Return one post; of what somebody else wrote and the person shared there is only the link, and who it was."""
    elsewhere = row.account.network == ELSEWHERE
    shared = row.kind == Post.Kind.REPOST
    link = row.link if elsewhere else permalink(row.account.network, row.account.handle, row.remote_id)
    return {
        "id": row.pk,
        "network": row.account.get_network_display(),
        "handle": row.account.handle,
        "network_id": None if elsewhere else row.remote_id,
        "kind": row.kind,
        "published": time(row.published_at),
        "text": None if shared else row.text,
        "names": [] if shared else row.entities,
        "link": link or None,
        "answers": row.reply_to_id or None,
        "answers_handle": row.reply_to_handle or None,
        "passes_on": row.repost_of_id or None,
        "passes_on_handle": row.repost_of_handle or None,
        "quotes": row.quote_of_id or None,
        "conversation": row.conversation_id or None,
        "versions": row.edit_history,
        "figures": None if shared else row.metrics,
        "language": row.lang or None,
        "pictures_in_words": [] if shared else [medium["alt"] for medium in row.media],
        "quiet_since": time(row.quiet_at),
    }


def _account(account: Account) -> dict[str, object]:
    link: Connection | None = getattr(account, "connection", None)
    return {
        "id": account.pk,
        "network": account.get_network_display(),
        "handle": account.handle,
        "name_there": account.display_name,
        "network_id": account.remote_id,
        "picture_there": account.avatar_url or None,
        "state": account.get_state_display(),
        "confirmed": time(account.confirmed_at),
        "last_look_for_proof": account.proof_said or None,
        "read_from": time(account.read_from),
        "on_my_page_from": time(account.page_from),
        "linked": time(link.linked_at) if link else None,
        "may": link.scopes if link else [],
        "link_used": time(link.used_at) if link else None,
        "link_trouble": (link.trouble or None) if link else None,
    }


def _pauses(person: Person, accounts: Sequence[Account]) -> list[dict[str, object]]:
    """Return what keeps the person's posts, or those of one account, from going out; not by whose hand."""
    named = {str(account.pk): account for account in accounts}
    mine = Q(scope=Pause.Scope.PERSON, subject=str(person.pk)) | Q(scope=Pause.Scope.ACCOUNT, subject__in=named)
    rows = Pause.objects.filter(mine).order_by("pk")
    return [{"account": _named(named.get(row.subject), row), "since": time(row.since)} for row in rows]


def _named(account: Account | None, row: Pause) -> str | None:
    return str(account) if account and row.scope == Pause.Scope.ACCOUNT else None


def _week(person: Person) -> dict[str, object] | None:
    week = getattr(person, "week", None)
    if week is None:
        return None
    quiet = [week.quiet_from, week.quiet_until] if week.quiet_from else None
    return {"zone": week.zone or None, "slots": week.slots, "days_off": week.days_off, "quiet_hours": quiet}


def _opening(person: Person) -> dict[str, object] | None:
    """Return the lines that the next letter to followers opens with, and those of before that are still known."""
    row = Opening.objects.filter(person=person).first()
    if row is None:
        return None
    former = [{"words": words, "written": at} for words, at in row.former]
    return {"words": row.words, "written": time(row.written_at), "former": former}


def _tellings(person: Person) -> list[dict[str, object]]:
    """Return what the person's followers were told once, in the person's words; null: in the site's."""
    told = Telling.objects.filter(person=person).order_by("pk")
    return [{"words": row.words or None, "left": row.left or None, "at": time(row.asked_at)} for row in told]
