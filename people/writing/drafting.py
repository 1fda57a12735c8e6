"""Drafts: what a person types is kept at once, and nobody else reads it. Nothing here goes out."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from people import link_cards, pictures, post_pictures
from people.models import Delivery, Draft, DraftPicture, Person, User
from people.writing import preview

MOST_PICTURES = 4
LONGEST = 20_000  # characters of a text: more than any thread
MOST_PARTS = 100  # of a thread
LONGEST_ALT = 1_000  # X's limit on a picture's description
KEPT_AFTER = timedelta(days=1)  # what was thrown away can be brought back as long
WINDOWS = 20  # newest drafts whose pages are told that their words arrived
MOST_DRAFTS = 200  # of one person
OVER = (Delivery.State.CANCELLED, Delivery.State.FAILED, Delivery.State.MISSED)  # a draft may be tried again then
Versions = Mapping[str, str | Sequence[str]]


class Newer(Exception):
    """Another tab or device saved this draft since this one read it; both texts are kept, the other one in a copy."""

    def __init__(self, kept: Draft) -> None:
        super().__init__("This draft was changed in another window since you opened it here.")
        self.kept = kept  # what was typed here, as a draft of its own


class NotKept(ValueError):
    """It cannot be kept as it is; the message says why, for the person."""


def save_draft(
    *,
    person: Person,
    actor: User,
    draft: Draft | None,
    revision: int,
    text: str,
    versions: Versions,
    typing: bool = False,
    **fields: Any,
) -> Draft:
    """Keep what was typed; return the draft with its new revision. draft None makes one.

    revision is the one that was read. fields: lang, wall_time, zone, when, to, disclosure, discloses, speaks_for,
    shows, window (the page that saves; it is no other window to itself), typed (a number that grows there with what
    is typed: what that page sent before and comes now changes nothing). typing: nobody pressed anything, the page keeps
    what is typed.
    Raises Newer, NotKept, PermissionDenied.
    """
    _own(person, actor)
    if long := too_long(text, versions):
        raise NotKept(long)
    content = {"text": _kept(text), "versions": {name: _version(one) for name, one in versions.items()}, **fields}
    if draft is None:
        if open_drafts(person).count() >= MOST_DRAFTS:
            raise NotKept(f"You have {MOST_DRAFTS} drafts. Throw one away first.")
        return _new(person, content, typing)
    read = Q(revision=revision)
    if window := fields.get("window"):
        # this page's own saving, whose answer it has not read yet
        read |= Q(window=window, typed__lte=fields.get("typed", 0))
    same = Draft.objects.filter(read, pk=draft.pk, person=person, thrown_at=None)
    # what is returned is what was typed here: the page's own saving of a moment ago may arrive after its button
    with transaction.atomic():
        # compare-and-swap: the later of two windows is told, and loses nothing
        swapped = same.update(revision=F("revision") + 1, updated_at=timezone.now(), **content)
        if swapped:
            draft.refresh_from_db()
    if not swapped:
        if window and (newer := Draft.objects.filter(pk=draft.pk, person=person, window=window).first()):
            return newer
        if not Draft.objects.filter(pk=draft.pk, person=person, thrown_at=None).exists():
            return _new(person, content, typing)
        raise Newer(_copy(draft, content, typing))
    link_cards.wish(draft, typing=typing)
    return draft


def open_drafts(person: Person) -> "QuerySet[Draft]":
    """Return the drafts that a person goes on with: those of which nothing waits and nothing went out."""
    busy = Delivery.objects.filter(draft=OuterRef("pk")).exclude(state__in=OVER)
    return Draft.objects.filter(~Exists(busy), person=person, thrown_at=None).order_by("-updated_at")


def windows(person: Person) -> list[str]:
    """Return which pages saved a person's newest drafts, and how far: as "window:typed"."""
    newest = Draft.objects.filter(person=person).exclude(window="").order_by("-updated_at")
    return [f"{window}:{typed}" for window, typed in newest.values_list("window", "typed")[:WINDOWS]]


def drop_draft(*, draft: Draft, actor: User) -> None:
    """Throw a draft away; for a day it can be brought back."""
    _own(draft.person, actor)
    Draft.objects.filter(pk=draft.pk, thrown_at=None).update(thrown_at=timezone.now())


def thrown_away(person: Person, number: int) -> Draft | None:
    """Return a person's draft that was thrown away and can be brought back, None where there is none."""
    since = timezone.now() - KEPT_AFTER
    return Draft.objects.filter(pk=number, person=person, thrown_at__gt=since).first()


def bring_back(*, draft: Draft, actor: User) -> None:
    """Let a draft be there again that was thrown away; a second time changes nothing."""
    _own(draft.person, actor)
    Draft.objects.filter(pk=draft.pk).update(thrown_at=None)


def forget_thrown() -> int:
    """Delete what was thrown away a day ago, with its pictures that nothing else names; return how many."""
    old = Draft.objects.filter(thrown_at__lte=timezone.now() - KEPT_AFTER)
    return sum(1 for draft in old if draft.delete())


def fit(*, draft: Draft, actor: User, network: str, how: str) -> Draft:
    """Give a network a version of its own: a shorter one to write, the text split in parts, or again the shared one."""
    _own(draft.person, actor)
    versions = {**draft.versions}
    before = versions.pop(network, draft.text)
    text = before if isinstance(before, str) else "\n\n".join(before)
    if how == "shorter":
        versions[network] = text
    elif how == "split":
        versions[network] = preview.split_for(network, text, draft.disclosure)
    Draft.objects.filter(pk=draft.pk).update(versions=versions, revision=F("revision") + 1, updated_at=timezone.now())
    draft.refresh_from_db()
    return draft


def note_by_hand(*, draft: Draft, actor: User) -> None:
    """Note that the network's own form is opened with these words: what the sync then brings may be this."""
    _own(draft.person, actor)
    Draft.objects.filter(pk=draft.pk).update(by_hand_at=timezone.now())


def add_picture(*, draft: Draft, actor: User, body: bytes, alt: str = "") -> DraftPicture:
    """Add a picture, re-encoded, without what the camera wrote into it. Raises NotKept."""
    _own(draft.person, actor)
    try:
        stem = post_pictures.keep(body)
    except pictures.NotAPicture as problem:
        raise NotKept(str(problem)) from problem
    with transaction.atomic():
        # the draft's row is locked, so that two uploads at once do not take one place
        Draft.objects.select_for_update().get(pk=draft.pk)
        taken = set(draft.pictures.values_list("position", flat=True))
        free = [place for place in range(MOST_PICTURES) if place not in taken]
        if not free:
            raise NotKept(f"A post holds at most {MOST_PICTURES} pictures. Take one out first.")
        picture = DraftPicture.objects.create(draft=draft, position=free[0], stem=stem, alt=alt[:LONGEST_ALT])
    post_pictures.keep(body)  # somebody who dropped the same picture at this moment took the files along
    return picture


def describe_picture(*, picture: DraftPicture, actor: User, alt: str) -> None:
    """Say in words what a picture shows. Raises NotKept where that is too long."""
    _own(picture.draft.person, actor)
    alt = alt.strip().replace("\r\n", "\n")  # a form sends two signs for what its reader counts as one
    if len(alt) > LONGEST_ALT:
        raise NotKept(f"A description may have {LONGEST_ALT} characters; this one has {len(alt)}.")
    picture.alt = alt
    picture.save(update_fields=["alt"])


def remove_picture(*, picture: DraftPicture, actor: User) -> None:
    """Take a picture out of a draft."""
    _own(picture.draft.person, actor)
    picture.delete()


def _own(person: Person, actor: User) -> None:
    if person.user_id != actor.pk:
        raise PermissionDenied("only the person whose draft it is")


def too_long(text: str, versions: Versions) -> str:
    """Return in words why these texts are more than a draft holds; "" where they are not."""
    for one in (text, *versions.values()):
        size = len(one) if isinstance(one, str) else sum(map(len, one))
        if size > LONGEST:
            return f"A draft holds {LONGEST:,} characters; this one has {size:,}."
        if not isinstance(one, str) and len(one) > MOST_PARTS:
            return f"A thread holds {MOST_PARTS} parts; this one has {len(one)}."
    return ""


def _kept(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _version(version: str | Sequence[str]) -> str | list[str]:
    return _kept(version) if isinstance(version, str) else [_kept(part) for part in version]


def _new(person: Person, content: Mapping[str, Any], typing: bool) -> Draft:
    draft = Draft.objects.create(person=person, revision=1, **content)
    link_cards.wish(draft, typing=typing)
    return draft


def _copy(draft: Draft, content: Mapping[str, Any], typing: bool) -> Draft:
    copy = _new(draft.person, {"story": draft.story, **content}, typing)
    for picture in draft.pictures.all():
        DraftPicture.objects.create(draft=copy, position=picture.position, stem=picture.stem, alt=picture.alt)
    return copy
