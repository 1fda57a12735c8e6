"""What can be done to the pretend network: each act once, for the command, the control room and tests alike.

All take and give ids as strings. They raise Refused, with words that say what to do, and change nothing then. Nobody
is named as the actor: nothing here is anybody's, and nothing is audited.
"""

import json
import random
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from advocacy.sandbox import limits, loading, models, pictures
from advocacy.sandbox.models import Fault, Inhabitant, OldHandle, Picture, Utterance
from advocacy.sandbox.reading import HANDLE
from advocacy.sandbox.refusal import Refused
from advocacy.sandbox.snowflakes import iso, snowflake
from advocacy.sandbox.stock import SENTENCES
from advocacy.sandbox.wording import MENTION, escaped, repost_text, short_link, wrapped

Json = dict[str, Any]


def inhabitant(
    *,
    handle: str,
    name: str = "",
    id: str | None = None,
    picture: str = "drawn",
    at: datetime | str | None = None,
    **profile: Any,
) -> str:
    """Add somebody and return their id.

    picture is "drawn", the path of a file, or "" for none; profile may hold description, location, url, lang,
    verified, protected, suspended, deactivated, sayings.
    """
    if not HANDLE.fullmatch(handle):
        raise Refused(f"{handle!r} is no handle: 1 to 15 letters, digits or underscores")
    unknown = set(profile) - {field.name for field in Inhabitant._meta.get_fields()}
    if unknown:
        raise Refused(f"an inhabitant has no {', '.join(sorted(unknown))}")
    if Inhabitant.objects.called(handle).exists():
        raise Refused(f"@{handle} lives here already")
    created = moment(at)
    number = _number(id) if id else snowflake(created)
    if Inhabitant.objects.filter(id=number).exists():
        raise Refused(f"the id {number} is taken")
    body = _read(picture) if picture not in {"", "drawn"} else None
    with transaction.atomic():
        who = Inhabitant.objects.create(
            id=number, handle=handle, name=name or handle, created_at=created, picture_version=bool(picture), **profile
        )
        if body:
            Picture.objects.create(key=f"{who.id}-1", body=body[0], content_type=body[1])
    return str(who.id)


def say(
    *,
    handle: str,
    text: str = "",
    id: str | None = None,
    at: datetime | str | None = None,
    reply_to: str | None = None,
    repost: str | None = None,
    quote: str | None = None,
    picture: str | None = None,
    alt: str = "",
    lang: str = "en",
) -> str:
    """Let somebody say something and return the post's id. picture is "drawn" or the path of a file.

    As at X, links become t.co links, a reply begins with the handle answered, a quote and a picture end in a link.
    """
    who, when = _who(handle), moment(at)
    number = _number(id) if id else snowflake(when)
    if Utterance.objects.filter(id=number).exists():
        raise Refused(f"the id {number} is taken")
    post = Utterance(id=number, author=who, created_at=when, lang=lang, source="Sandbox")
    changed: list[tuple[Utterance, str]] = []
    if repost:
        original = _post(repost)
        if original.repost_of:  # a repost of a repost is one of the original
            original = _post(original.repost_of["id"])
        _repost(post, original)
        changed.append((original, "reposts"))
    else:
        if not text and not picture:
            raise Refused("say something, or show a picture")
        answered, quoted = _post(reply_to) if reply_to else None, _post(quote) if quote else None
        _word(post, text, answered, quoted)
        changed += [(answered, "replies")] if answered else []
        changed += [(quoted, "quotes")] if quoted else []
    given = _picture(post, picture, alt) if picture and not repost else None
    with transaction.atomic():
        post.save(force_insert=True)
        if given:
            given.save()
        for other, counter in changed:
            Utterance.objects.filter(pk=other.pk).update(**{counter: F(counter) + 1})
    return str(number)


def edit(*, id: str, text: str, at: datetime | str | None = None) -> str:
    """Say a post anew and return the new version's id; the old one stays, and both know the chain."""
    old, when = _post(id), moment(at)
    if not old.newest or old.repost_of:
        raise Refused(f"{id} is a repost or not the newest version: edit the newest version of a post")
    first = old.first_version or old.id
    new = Utterance.objects.get(pk=old.pk)
    new.id, new.created_at, new.first_version = snowflake(when), when, first
    answered = (
        Utterance.objects.filter(id=old.in_reply_to).select_related("author").first() if old.in_reply_to else None
    )
    quoted = Utterance.objects.filter(id=old.quote_of).select_related("author").first() if old.quote_of else None
    _word(new, text, answered, quoted)
    if new.media:
        new.text = f"{new.text} {_picture_link(new)}".strip()
    with transaction.atomic():
        Utterance.objects.filter(pk=old.pk).update(newest=False, first_version=first)
        new.save(force_insert=True)
    return str(new.id)


def delete(*, id: str | None = None, handle: str | None = None, last: int = 1) -> list[str]:
    """Take away one post, or somebody's newest ones; all versions go, and with them every repost. Returns the ids."""
    if (id is None) == (handle is None):
        raise Refused("name a post or somebody, not both")
    if id is not None:
        posts = [_post(id)]
    else:
        rows = Utterance.objects.filter(author=_who(handle or ""), newest=True, deleted_at=None)
        posts = list(rows.order_by("-id")[:last])
    ids = {post.id for post in posts}
    firsts = [post.first_version for post in posts if post.first_version]
    ids |= set(Utterance.objects.filter(first_version__in=firsts).values_list("id", flat=True))
    gone = Q(id__in=ids) | Q(repost_of__id__in=[str(number) for number in ids])
    Utterance.objects.filter(gone, deleted_at=None).update(deleted_at=timezone.now())
    return [str(post.id) for post in posts]


def rename(*, old: str, new: str) -> str:
    """Change somebody's handle and return their id, which stays; the old handle's page redirects."""
    who = _who(old)
    if not HANDLE.fullmatch(new):
        raise Refused(f"{new!r} is no handle: 1 to 15 letters, digits or underscores")
    if Inhabitant.objects.called(new).exclude(pk=who.pk).exists():
        raise Refused(f"@{new} lives here already")
    with transaction.atomic():
        OldHandle.objects.update_or_create(handle=who.handle.casefold(), defaults={"inhabitant": who})
        OldHandle.objects.filter(handle=new.casefold()).delete()
        Inhabitant.objects.filter(pk=who.pk).update(handle=new)
    return str(who.id)


def describe(*, handle: str, text: str) -> str:
    """Change what somebody's profile says about them, its bio. Returns the id."""
    return _set(handle, description=text)


def protect(*, handle: str, off: bool = False) -> str:
    """Hide somebody's posts from all but followers, or show them again. Returns the id."""
    return _set(handle, protected=not off)


def suspend(*, handle: str, off: bool = False) -> str:
    """Let the network lock somebody out, or in again. Returns the id."""
    return _set(handle, suspended=not off)


def deactivate(*, handle: str, off: bool = False) -> str:
    """Let somebody leave the network, or come back. Returns the id."""
    return _set(handle, deactivated=not off)


def tick(*, people: int = 1, at: datetime | str | None = None) -> list[str]:
    """Let some inhabitants speak, each with a sentence of their own or of the stock. Returns the posts' ids."""
    rows = Inhabitant.objects.filter(suspended=False, deactivated=False)
    chosen = random.sample(list(rows), min(people, len(rows)))
    posts = []
    for who in chosen:
        sayings = [one if isinstance(one, dict) else {"text": one, "lang": who.lang} for one in who.sayings]
        sayings = sayings or [{"text": text, "lang": lang} for lang, text in SENTENCES if lang == who.lang]
        sayings = sayings or [{"text": text, "lang": lang} for lang, text in SENTENCES]
        told = set(who.utterances.order_by("-id").values_list("text", flat=True)[:200])
        fresh = [one for one in sayings if escaped(wrapped(one["text"])[0]) not in told]
        one = random.choice(fresh or sayings)  # noqa: S311
        posts.append(say(handle=who.handle, text=one["text"], lang=one.get("lang", who.lang), at=at))
    return posts


def fault(*, endpoint: str, limit: int | None = None, account: str | None = None, **how: Any) -> None:
    """Let an endpoint misbehave: status, delay, drop, truncate, garbage; on page, for account (an id), times times.

    What changes something is not done then, unless after is set: done first, and only the answer goes wrong. late lets
    what was posted be seen only so many seconds later. For a person's own acts, account is the person's id.
    limit leaves only so many calls of the current window, which then resets in reset_in seconds. reset_in is also what
    a 429's header tells; None sends none.
    """
    if endpoint not in limits.ENDPOINTS:
        raise Refused(f"there is no endpoint {endpoint!r}; there are {', '.join(limits.ENDPOINTS)}")
    if limit is not None:
        person = _number(account) if account else None
        if endpoint not in ({**limits.QUOTAS, **limits.IN_A_DAY} if person is None else limits.OF_PERSON):
            raise Refused(f"{endpoint} has no limit, or only for a person: name their account")
        limits.leave(endpoint, limit, how.get("reset_in") or limits.WINDOW, person)
        return
    unknown = set(how) - {
        "status",
        "delay",
        "drop",
        "truncate",
        "garbage",
        "page",
        "times",
        "reset_in",
        "after",
        "late",
    }
    if unknown:
        raise Refused(f"a fault has no {', '.join(sorted(unknown))}")
    Fault.objects.create(endpoint=endpoint, account=_number(account) if account else None, **how)


def clear(*, endpoint: str | None = None) -> None:
    """Let an endpoint, or all, behave again, with a full window."""
    chosen = {"endpoint": endpoint} if endpoint else {}
    Fault.objects.filter(**chosen).delete()
    windows = models.RateWindow.objects.all()
    if endpoint:
        windows = windows.filter(Q(endpoint=endpoint) | Q(endpoint__startswith=f"{endpoint}:"))
    windows.delete()


def expire_jobs() -> None:
    """Let the time of all compliance jobs run out."""
    now = timezone.now()
    models.ComplianceJob.objects.update(upload_expires_at=now, download_expires_at=now)


def load(*, people: str, posts: str, as_if_now: bool = False) -> Json:
    """Load a people.csv and a posts.ndjson[.gz]; returns counts, and problems by file and line."""
    report = loading.load(Path(people), Path(posts), as_if_now=as_if_now)
    return json.loads(json.dumps(report.shape()))  # type: ignore[no-any-return]


def reset() -> None:
    """Empty the sandbox."""
    tables = (
        Utterance,
        OldHandle,
        Picture,
        Inhabitant,
        Fault,
        models.RateWindow,
        models.ComplianceJob,
        models.Shift,
        models.App,
    )
    with transaction.atomic():
        for table in tables:
            table._default_manager.all().delete()


def moment(at: datetime | str | None) -> datetime:
    """Return a time given as such or as ISO 8601 text (UTC where it names no zone); now for None."""
    if at is None:
        return timezone.now()
    try:
        found = datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        raise Refused(f"{at!r} is no time; it must look like 2026-11-20T08:15:00") from None
    return found if found.tzinfo else found.replace(tzinfo=timezone.get_default_timezone())


def _set(handle: str, **state: bool | str) -> str:
    who = _who(handle)
    Inhabitant.objects.filter(pk=who.pk).update(**state)
    return str(who.id)


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,18}", text) or int(text) >= 1 << 63:
        raise Refused(f"{text!r} is no id: 1 to 19 digits")
    return int(text)


def _who(handle: str) -> Inhabitant:
    who = Inhabitant.objects.called(handle.removeprefix("@")).first()
    if who is None:
        raise Refused(f"nobody here is called @{handle.removeprefix('@')}")
    return who


def _post(id: str) -> Utterance:
    post = Utterance.objects.filter(id=_number(id), deleted_at=None).select_related("author").first()
    if post is None:
        raise Refused(f"there is no post {id}")
    return post


def _repost(post: Utterance, original: Utterance) -> None:
    author = original.author
    post.text, post.lang = repost_text(author.handle, original.text), original.lang
    post.repost_of = {
        "id": str(original.id),
        "user_id": str(author.id),
        "handle": author.handle,
        "text": original.text,
        "created_at": iso(original.created_at),
    }
    post.mentions = [{"id": str(author.id), "handle": author.handle}, *original.mentions]
    post.urls, post.media = original.urls, original.media


def _word(post: Utterance, text: str, answered: Utterance | None, quoted: Utterance | None) -> None:
    if answered:
        post.in_reply_to, post.in_reply_to_user = answered.id, answered.author_id
        post.conversation = answered.conversation or answered.id
        if answered.author_id != post.author_id and f"@{answered.author.handle}".casefold() not in text.casefold():
            text = f"@{answered.author.handle} {text}"
    if quoted:
        post.quote_of = quoted.id
        text = f"{text} https://twitter.com/{quoted.author.handle}/status/{quoted.id}"
    linked, post.urls = wrapped(text)
    post.text = escaped(linked)
    post.mentions = _mentions(post.text)


def _mentions(text: str) -> list[Json]:
    handles = [found[1] for found in MENTION.finditer(text)]
    return [{"id": str(who.id), "handle": who.handle} for who in Inhabitant.objects.called(*handles)]


def _picture(post: Utterance, picture: str, alt: str) -> Picture | None:
    key = f"3_{post.id}"
    post.media = [{"key": key, "type": "photo", "alt": alt, "width": pictures.POST[0], "height": pictures.POST[1]}]
    post.text = f"{post.text} {_picture_link(post)}".strip()
    if picture == "drawn":
        return None
    body, content_type, width, height = _read(picture)
    post.media[0] |= {"width": width, "height": height}
    return Picture(key=key, body=body, content_type=content_type)


def _picture_link(post: Utterance) -> str:
    return short_link(f"https://twitter.com/{post.author.handle}/status/{post.id}/photo/1")


def _read(path: str) -> tuple[bytes, str, int, int]:
    try:
        return pictures.read_picture(Path(path))
    except OSError as error:
        raise Refused(f"{path} is no picture: {error}") from None
