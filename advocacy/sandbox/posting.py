"""A post as an app makes it in somebody's name: what X checks, what it costs, and the row that comes of it."""

import html
import re
import unicodedata
from datetime import timedelta

import regex
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from advocacy.sandbox import pictures
from advocacy.sandbox.api import problems
from advocacy.sandbox.models import Grant, Inhabitant, Picture, Upload, Utterance, seen
from advocacy.sandbox.snowflakes import snowflake
from advocacy.sandbox.wording import LINK, MENTION, escaped, short_link, wrapped

LONGEST = 280
PLAIN_MILLS, LINK_MILLS, SUMMONED_MILLS = 15, 200, 10  # 0.001 USD, by X's price list of April 2026
SAME_WITHIN = timedelta(days=2)
NOT_PERMITTED = "You are not permitted to perform this action."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
_BARE = re.compile(r"(?<![\w@./-])(?:[\w-]+\.)+(?:com|org|net|example|io|dev|eu|at|de)\b(?:/\S*)?", re.IGNORECASE)
_LIGHT = regex.compile(r"[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")


def weight(text: str) -> int:
    """Return how long X counts a text: a link is 23, a light character 1, any other and a whole emoji 2."""
    rest, links = LINK.subn("", unicodedata.normalize("NFC", text))
    clusters = regex.findall(r"\X", rest)
    return 23 * links + sum(
        2 if regex.search(r"\p{Extended_Pictographic}|\p{Regional_Indicator}", one) and not one.isascii()
        else sum(1 if _LIGHT.match(sign) else 2 for sign in one)
        for one in clusters
    )  # fmt: skip


def price(text: str, *, summoned: bool) -> int:
    """Return what X bills for a post, in 0.001 USD."""
    if LINK.search(text) or _BARE.search(text):
        return LINK_MILLS
    return SUMMONED_MILLS if summoned else PLAIN_MILLS


def post(grant: Grant, *, text: str, uploads: list[Upload], reply_to: int | None, late: float) -> Utterance:
    """Say something in somebody's name; return the row. Raises Problem for what X refuses. late: seconds until seen."""
    if weight(text) > LONGEST:
        raise problems.refused("Your Tweet text is too long. For more information, see the character limits.")
    with transaction.atomic():
        # one after the other for one person, so that of two equal posts at one moment the second is refused
        author = Inhabitant.objects.select_for_update().get(pk=grant.inhabitant_id)
        answered = _answered(author, reply_to) if reply_to else None
        row = _worded(author, text, answered)
        if _said_already(row):
            raise problems.refused(DUPLICATE)
        row.source = grant.app.name
        row.price_mills = price(text, summoned=answered is not None and answered.author_id != author.pk)
        row.visible_at = row.created_at + timedelta(seconds=late) if late else None
        _hang(row, uploads)
        row.save(force_insert=True)
        if answered:
            Utterance.objects.filter(pk=answered.pk).update(replies=F("replies") + 1)
    return row


def _answered(author: Inhabitant, number: int) -> Utterance:
    """Return the post to answer. An app may answer only its own person, or whoever called that person."""
    found = Utterance.objects.filter(seen(), id=number, deleted_at=None).select_related("author").first()
    if found is None:
        raise problems.refused("You attempted to reply to a Tweet that is deleted or not visible to you.")
    called = any(str(one.get("id")) == str(author.pk) for one in found.mentions)
    if found.author_id != author.pk and not called:
        raise problems.refused(NOT_PERMITTED)
    return found


def _worded(author: Inhabitant, text: str, answered: Utterance | None) -> Utterance:
    now = timezone.now()
    row = Utterance(id=snowflake(now), author=author, created_at=now, lang=author.lang)
    if answered:
        row.in_reply_to, row.in_reply_to_user = answered.id, answered.author_id
        row.conversation = answered.conversation or answered.id
        if answered.author_id != author.pk and f"@{answered.author.handle}".casefold() not in text.casefold():
            text = f"@{answered.author.handle} {text}"
    linked, row.urls = wrapped(text)
    row.text = escaped(linked)
    called = [found[1] for found in MENTION.finditer(row.text)]
    row.mentions = [{"id": str(who.id), "handle": who.handle} for who in Inhabitant.objects.called(*called)]
    return row


def _said_already(row: Utterance) -> bool:
    """Return whether the same words stand there already, lately; a picture's link is not part of the words."""
    since = row.created_at - SAME_WITHIN
    rows = Utterance.objects.filter(author_id=row.author_id, newest=True, deleted_at=None, created_at__gte=since)
    return any(_words(other) == _words(row) for other in rows.filter(in_reply_to=row.in_reply_to))


def _words(row: Utterance) -> str:
    text = row.text
    if row.media:
        text = text.removesuffix(short_link(_place(row)))
    return " ".join(html.unescape(text).split())


def _place(row: Utterance) -> str:
    return f"https://twitter.com/{row.author.handle}/status/{row.id}/photo/1"


def _hang(row: Utterance, uploads: list[Upload]) -> None:
    for upload in uploads:
        key = media_key(upload)
        body = b"".join(bytes(part.body) for part in upload.segments.order_by("place"))
        width, height = pictures.size_of(body) if upload.media_type.startswith("image/") else pictures.POST
        kind = "photo" if upload.media_type.startswith("image/") else "video"
        row.media = [*row.media, {"key": key, "type": kind, "alt": upload.alt, "width": width, "height": height}]
        if kind == "photo":
            Picture.objects.get_or_create(key=key, defaults={"body": body, "content_type": upload.media_type})
    if uploads:
        row.text = f"{row.text} {short_link(_place(row))}".strip()


def media_key(upload: Upload) -> str:
    """Return the media key of an upload: 3 for a picture, 7 for a film, as at X."""
    return f"{3 if upload.media_type.startswith('image/') else 7}_{upload.id}"
