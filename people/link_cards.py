"""Cards of links: which pages the drafts of people name, what a worker found there, and that it goes again.

The saving of a draft records what is to be looked at (`wish`); a worker looks, through the guarded door (`fetch_due`).
Pages read the rows alone (`shown`). Nothing here keeps a draft from being saved or a post from going out.
"""

import logging
import time
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.signals import post_delete
from django.utils import timezone

from advocacy import http, limits
from people import kept, post_pictures
from people.models import Delivery, Draft, DraftLink, LinkCard, Person
from people.pictures import NotAPicture
from people.writing import page_card, preview
from people.writing.disclosing import disclosed

log = logging.getLogger(__name__)

State = LinkCard.State
PAGES = ("text/html", "application/xhtml+xml")
LARGEST_PAGE, LARGEST_PICTURE = 3_000_000, 5_000_000  # bytes; X takes pictures of 5 MB
PAGE_SECONDS, PICTURE_SECONDS = 10.0, 8.0
MOST_LINKS = 4  # of one draft, all versions together
LONGEST_HOST = 253  # signs of a name
PER_HOUR = 30  # looks that are made for one person's drafts
PAUSE = timedelta(seconds=10)  # while somebody types: what they have not gone on with by then is an address
FRESH = timedelta(days=3)  # a card this old is looked at anew when its draft is saved
AFTER_FAILURE = timedelta(hours=1)
MOST_TRIES = 3  # looks that were begun and never ended: their workers were killed
LEASE = timedelta(minutes=2)  # longer than a look may take
BETWEEN = timedelta(seconds=5)  # two looks at one host
KEPT = timedelta(days=60)  # a draft that nobody has saved for so long needs no card
BUSY_SECONDS = 15.0


def addresses_of(draft: Draft) -> list[str]:
    """Return the addresses whose card a network might show with this draft, in their plain spelling."""
    found: dict[str, None] = {}
    for network in preview.READERS:
        words = disclosed(draft.versions.get(network, draft.text), draft.disclosure)
        for part in [words] if isinstance(words, str) else words:
            found |= {url: None for link in preview.links(network, part) if (url := address(link))}
    return list(found)[:MOST_LINKS]


def address(link: str) -> str:
    """Return an address as it is looked up, "" for one that nobody can: what has no scheme has http, as X says."""
    try:
        url = http.plain(link if "://" in link else f"http://{link}")
    except http.DoorError:
        return ""
    return url if len(url) <= http.LONGEST_URL else ""


# what drafts wish for


def wish(draft: Draft, *, typing: bool = False) -> None:
    """Note whose cards a draft that was just saved needs, and no longer needs. Its being saved never hangs on this.

    typing: its writer may be amid an address, so that the look waits; what the next saving does not name goes unseen.
    """
    try:
        for _ in range(3):
            with transaction.atomic():
                done = _wish(draft, timezone.now(), typing)
            if done:
                break
    except DatabaseError as error:
        log.warning("no cards noted for draft %s: %s", draft.pk, type(error).__name__)


def _wish(draft: Draft, now: datetime, typing: bool) -> bool:
    """Note it; return whether no card went, as nobody's, at this moment: then it is noted once more."""
    wanted = addresses_of(draft)
    there = {link.card.url: link for link in DraftLink.objects.filter(draft=draft).select_related("card")}
    if not wanted and not there:
        return True
    # rows are made in the order of their addresses and locked once, in the order of their keys, before any link is
    # touched: whoever needs several of them at this moment does the same, so nobody waits for each other
    new = sorted(set(wanted) - set(there))
    LinkCard.objects.bulk_create([LinkCard(url=url, host=_host(url)) for url in new], ignore_conflicts=True)
    ours = Q(url__in=wanted) | Q(pk__in=[link.card_id for link in there.values()])
    cards = {card.url: card for card in LinkCard.objects.select_for_update().filter(ours).order_by("pk")}
    if gone := [link.pk for url, link in there.items() if url not in wanted]:
        DraftLink.objects.filter(pk__in=gone).delete()
    due_at = now + PAUSE if typing else now
    asked = [cards[url] for url in new if url in cards]
    rows = [DraftLink(draft=draft, card=card, due_at=due_at) for card in asked]
    DraftLink.objects.bulk_create(rows, ignore_conflicts=True)
    anew = [link for url, link in there.items() if url in wanted and _wants(link, due_at, now)]
    DraftLink.objects.filter(pk__in=[link.pk for link in anew]).update(due_at=due_at)
    ids = [card.pk for card in asked] + [link.card_id for link in anew]
    later = Q(due_at=None) | Q(due_at__gt=due_at)
    # one that was begun is another's until it ends: _end makes what waits by then due
    LinkCard.objects.filter(later, pk__in=ids, tries=0).update(due_at=due_at)
    return all(url in cards for url in wanted)


def _host(url: str) -> str:
    """Return the host of an address, without its port, as long as the columns for it are."""
    return (urlsplit(url).hostname or "")[:LONGEST_HOST]


def _wants(link: DraftLink, due_at: datetime, now: datetime) -> bool:
    """Return whether a link that its draft goes on naming needs a look, or an earlier one than it waits for."""
    if link.due_at is not None:
        return link.due_at > due_at
    fetched_at = link.card.fetched_at
    failed = link.looked_at is None or link.card.state == State.FAILED
    return fetched_at is not None and fetched_at <= now - (AFTER_FAILURE if failed else FRESH)


def due(draft: Draft) -> bool:
    """Return whether a worker is to look at something for this draft now."""
    return DraftLink.objects.filter(draft=draft, due_at__lte=timezone.now()).exists()


def shown(person: Person, urls: Collection[str]) -> dict[str, LinkCard]:
    """Return the cards of these addresses that drafts of this person name.

    Nothing of a card is in it before a look for this person: whether others link to a page, and what was there, is
    theirs.
    """
    links = DraftLink.objects.filter(draft__person=person, card__url__in=urls).select_related("card")
    told = sorted(links, key=lambda link: (link.looked_at is not None, link.due_at is not None))
    return {link.card.url: link.card if link.looked_at else _bare(link) for link in told}


def _bare(link: DraftLink) -> LinkCard:
    return LinkCard(url=link.card.url, state=State.WANTED if link.due_at else State.FAILED)


# what a worker does


def fetch_due() -> int:
    """Look at pages that are due, for some seconds; once an hour clear away. Return how many were looked at."""
    began, looked = time.monotonic(), 0
    for lost in LinkCard.objects.filter(due_at__lte=timezone.now(), tries__gte=MOST_TRIES):
        _store(lost, lost.due_at, [pk for pk, _ in _waiting(lost)], {"state": State.FAILED}, b"")
    while time.monotonic() - began < BUSY_SECONDS and (card := _next()) is not None:
        try:
            looked += fetch(card)
        except Exception as error:  # noqa: BLE001 - it is tried again and given up; the others do not wait for it
            log.warning("the look for link card %s broke off: %s", card.pk, type(error).__name__)
    if limits.hold("link-cards:tidy", seconds=kept.UNUSED_FOR.total_seconds()):
        tidy()
    return looked


def _next() -> LinkCard | None:
    """Return what waits longest, of a host that nobody has asked just now."""
    now = timezone.now()
    asked = LinkCard.objects.filter(tried_at__gt=now - BETWEEN).values("host")
    waiting = LinkCard.objects.filter(due_at__lte=now, tries__lt=MOST_TRIES).exclude(host__in=asked)
    return waiting.order_by("due_at", "pk").first()


def fetch(card: LinkCard) -> bool:
    """Look at one page and keep what it offers. Return whether it was looked at.

    Whoever moves due_at first has the card. A card that was here stays where its page cannot be read now.
    """
    now = timezone.now()
    ends = now + LEASE
    mine = LinkCard.objects.filter(pk=card.pk, due_at=card.due_at)
    if not mine.update(due_at=ends, tries=F("tries") + 1, tried_at=now):
        return False
    links = _counted(card)
    if not links:
        _end(card, ends, [], {"tried_at": card.tried_at})
        return False
    # no address and no host is logged: they are somebody's unsaid words
    found: dict[str, object] = {"state": State.FAILED}
    body = b""
    try:
        page = http.fetch(card.url, accept=PAGES, max_bytes=LARGEST_PAGE, timeout_total=PAGE_SECONDS)
        if 200 <= page.status < 300:
            found, body = _read(page)
    except http.WrongType:
        found = {"state": State.NONE}
    except http.DoorError as error:
        log.info("no page for link card %s: %s", card.pk, type(error).__name__)
    _store(card, ends, links, found, body)
    return True


def _waiting(card: LinkCard) -> list[tuple[int, int]]:
    """Return for which links a look is due now, each with whose it is."""
    links = DraftLink.objects.filter(card=card, due_at__lte=timezone.now())
    return list(links.order_by("pk").values_list("pk", "draft__person"))


def _counted(card: LinkCard) -> list[int]:
    """Count the look for each person who waits for it; return for which links it is made.

    Whoever asked for too many within an hour has no card there: nobody lets this site knock at doors.
    """
    waiting = _waiting(card)
    rooms = {
        person: limits.count(f"link-cards:person:{person}", cap=PER_HOUR, seconds=3600)
        for person in sorted({person for _, person in waiting})
    }
    if over := [pk for pk, person in waiting if not rooms[person]]:
        DraftLink.objects.filter(pk__in=over).delete()
    return [pk for pk, person in waiting if rooms[person]]


def _read(page: http.Fetched) -> tuple[dict[str, object], bytes]:
    """Return the columns of what a page offers, and the picture as it came, b"" for none."""
    offered = page_card.read(page.body, charset=page.charset, url=page.url)
    if offered is None:
        return {"state": State.NONE, "title": "", "description": "", "stem": "", "large": False}, b""
    stem, body = _picture(offered.picture)
    words = {"title": offered.title, "description": offered.description, "stem": stem, "large": offered.large}
    return {"state": State.CARD, "site": _host(page.url).removeprefix("www."), **words}, body


def _picture(url: str) -> tuple[str, bytes]:
    """Fetch a card's picture and make it anew; return its stem and what came. A card does without."""
    try:
        if url:
            accept = post_pictures.ACCEPTED
            came = http.fetch(url, accept=accept, max_bytes=LARGEST_PICTURE, timeout_total=PICTURE_SECONDS)
            return (post_pictures.keep(came.body), came.body) if came.status == 200 else ("", b"")
    except (http.DoorError, NotAPicture, OSError) as problem:
        log.info("no picture for a link card: %s", type(problem).__name__)
    return "", b""


def _store(card: LinkCard, ends: datetime | None, links: list[int], found: dict[str, object], body: bytes) -> None:
    stored = _end(card, ends, links, {"fetched_at": timezone.now(), **found})
    stem = str(found.get("stem", ""))
    if stored and stem:
        post_pictures.keep(body)  # somebody who dropped the same picture at this moment took the files along
    let_go = {card.stem} if stored and "stem" in found else {stem} if not stored else set()
    post_pictures.drop_unused(let_go - {""})


def _end(card: LinkCard, ends: datetime | None, links: list[int], found: dict[str, object]) -> bool:
    """End a look that was made for these links; return whether it was still ours.

    A page that cannot be read now takes nothing from whom its card was shown, and shows it to nobody else.
    """
    with transaction.atomic():
        row = LinkCard.objects.select_for_update().filter(pk=card.pk, due_at=ends).first()
        if row is None:
            return False
        stays = found.get("state") == State.FAILED and row.state == State.CARD
        told = {} if stays else {"looked_at": timezone.now()}
        DraftLink.objects.filter(pk__in=links).update(due_at=None, **told)
        columns = {name: value for name, value in found.items() if name != "state"} if stays else found
        still = DraftLink.objects.filter(card=row, due_at__isnull=False).order_by("due_at")
        due_at = still.values_list("due_at", flat=True).first()
        LinkCard.objects.filter(pk=row.pk).update(due_at=due_at, tries=0, **columns)
    return True


# clearing away


def listen() -> None:
    """Let a card go with the last draft that names it, however that goes, and its picture with the card."""
    post_pictures.register_holder(LinkCard)
    post_delete.connect(_on_unnamed, sender=DraftLink, dispatch_uid="people.link_cards")


def _on_unnamed(sender: object, *, instance: DraftLink, **kwargs: object) -> None:
    transaction.on_commit(partial(_forget, [instance.card_id]))


def _forget(ids: Iterable[int]) -> None:
    """Delete cards that no draft names. Each is locked first, as whoever names it does."""
    for pk in ids:
        with transaction.atomic():
            card = LinkCard.objects.select_for_update().filter(pk=pk).first()
            if card is not None and not card.drafts.exists():
                card.delete()


def forget_of(person_id: int) -> None:
    """Let go whatever this person's drafts link to, at one go: nothing of it is left if the worker is killed here."""
    with transaction.atomic():
        mine = DraftLink.objects.filter(draft__person=person_id)
        ids = sorted(set(mine.values_list("card", flat=True)))
        list(LinkCard.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
        mine.delete()
        LinkCard.objects.filter(pk__in=ids).exclude(Exists(DraftLink.objects.filter(card=OuterRef("pk")))).delete()


def tidy() -> None:
    """Take away what nobody needs: cards of drafts that are out or long left, and those that no draft names."""
    out = Delivery.objects.filter(draft=OuterRef("draft"), state=Delivery.State.PUBLISHED)
    left = Q(draft__updated_at__lt=timezone.now() - KEPT)
    done = DraftLink.objects.filter(left | Q(Exists(out)))
    DraftLink.objects.filter(pk__in=list(done.values_list("pk", flat=True))).delete()
    _forget(list(LinkCard.objects.filter(drafts=None).values_list("pk", flat=True)))
