"""What a person's desk tells about what waits, went out, or needs them: each list page by page, by keyset."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from rapidfuzz import fuzz

from people.models import Delivery, Draft, Person, Post
from people.networks.types import NETWORKS
from people.publishing.epoch import RESTORED
from people.publishing.outbox import UNSENT
from people.publishing.wording import comparable
from people.queries.paging import Mark
from people.writing import walltimes, x_text
from people.writing.disclosing import disclosed

State = Delivery.State
SHOWN = 50  # lines of one page of a list
_ALMOST = 90  # of 100: how like the words of a draft a post is that was put right in the network's own form
_LONG_ENOUGH = 20  # characters: of shorter words that says nothing
BY_HAND = dt.timedelta(days=1)  # so long the sync may take to bring what was posted by the network's own form
BEFORE = dt.timedelta(minutes=5)  # clocks of networks differ from ours


class Held(NamedTuple):
    """What goes out in some seconds unless it is taken back."""

    delivery: Delivery
    seconds: int
    words: str


class Line(NamedTuple):
    """One delivery as a list shows it."""

    delivery: Delivery
    network: str
    said: str  # when, as the person said it
    opening: str  # the first words

    @property
    def can_move(self) -> bool:
        """Whether it can still be taken back or moved: no send of it may be out."""
        return self.delivery.state in UNSENT and not self.delivery.ambiguous

    @property
    def waits(self) -> bool:
        """Whether nobody has it in hand, so that the pages which will show it can still be chosen."""
        return self.delivery.state in {State.SCHEDULED, State.HELD} and not self.delivery.ambiguous

    @property
    def wanted(self) -> bool:
        """Whether its author must say that it is still wanted, as the database was restored."""
        held = self.delivery.state == State.HELD and self.delivery.reason == RESTORED
        return held and not self.delivery.threaded

    @property
    def leaving(self) -> bool:
        """Whether its author wants it deleted, and the network has not said yes yet."""
        return self.delivery.wish == "delete" and self.delivery.deleted_at is None

    @property
    def standing(self) -> str:
        """Its state in a word or two."""
        if self.delivery.deleted_at is not None:
            return "deleted"
        return "being deleted" if self.leaving else self.delivery.get_state_display()

    @property
    def out(self) -> bool:
        """Whether it is out, and nobody wants it gone."""
        return self.delivery.state == State.PUBLISHED and self.standing == self.delivery.get_state_display()

    @property
    def public(self) -> bool:
        """Whether it has a page here."""
        return self.delivery.post is not None and self.delivery.post.quiet_at is None

    @property
    def warns(self) -> bool:
        """Whether it needs its author's eye."""
        troubled = self.delivery.state in {State.NEEDS_HUMAN, State.HELD, State.MISSED, State.FAILED}
        return troubled or self.delivery.reason == Delivery.UNDELETED

    @property
    def asks(self) -> bool:
        """Whether the person must say what happened."""
        return self.delivery.state == State.NEEDS_HUMAN


def held(person: Person) -> Held | None:
    """Return what a person sent for now and can still take back: the next of it."""
    now = timezone.now()
    rows = Delivery.objects.filter(person=person, state=State.SCHEDULED, wall_time="", due_at__gt=now, threaded=False)
    first = rows.select_related("account").order_by("due_at", "pk").first()
    if first is None:
        return None
    left = max(1, round((first.due_at - now).total_seconds()))
    return Held(first, left, f"Your post goes out on {name_of(first)} in {left} second{'' if left == 1 else 's'}.")


class Some(NamedTuple):
    """One page of a list."""

    lines: list[Line]
    more: Mark | None  # after which the next page begins


def waiting(person: Person, mark: Mark | None = None) -> Some:
    """Return what is to go out, the next first; with what a worker has in hand."""
    states = (State.SCHEDULED, State.CLAIMED, State.SENDING, State.UNKNOWN)
    rows = Delivery.objects.filter(person=person, state__in=states).annotate(at=F("due_at"))
    return _some(rows, mark, later=True)


def troubled(person: Person, mark: Mark | None = None) -> Some:
    """Return what needs its author: held, missed, failed, not deleted, or without a certain outcome."""
    lately = Q(state_changed_at__gte=timezone.now() - dt.timedelta(days=30))
    over = lately & (Q(state__in=(State.MISSED, State.FAILED)) | Q(reason=Delivery.UNDELETED))
    rows = Delivery.objects.filter(over | Q(state__in=(State.NEEDS_HUMAN, State.HELD)), person=person)
    return _some(rows.annotate(at=F("state_changed_at")), mark)


def sent(person: Person, mark: Mark | None = None) -> Some:
    """Return what went out, the newest first."""
    rows = Delivery.objects.filter(person=person, state=State.PUBLISHED)
    return _some(rows.annotate(at=Coalesce("published_at", "state_changed_at")), mark)


LISTS = {"troubled": troubled, "waiting": waiting, "sent": sent}


def between(person: Person, begin: dt.datetime, end: dt.datetime) -> list[Line]:
    """Return what goes or went out in a stretch of time, but for what was called off."""
    out = Q(published_at__gte=begin, published_at__lt=end)
    meant = Q(published_at=None, due_at__gte=begin, due_at__lt=end)
    rows = Delivery.objects.filter(out | meant, person=person, threaded=False)
    rows = rows.exclude(state=State.CANCELLED).select_related("account", "post")
    return _lines(rows.order_by(Coalesce("published_at", "due_at"), "pk")[:500])


def by_hand(draft: Draft, account_id: int) -> list[Post]:
    """Return the posts that a draft became by the network's own form, as the sync brought them; [] until then.

    The parts of a thread are several. A slip put right in that form, or a picture added there, makes no other post.
    """
    if draft.by_hand_at is None:
        return []
    rows = Post.objects.filter(account=account_id, published_at__gte=draft.by_hand_at - BEFORE)
    wanted = parts_of(draft)
    found = rows.order_by("published_at", "pk")[:100]
    return [post for post in found if says(post.text, wanted) or nearly_says(post.text, wanted)]


def parts_of(draft: Draft) -> set[str]:
    """Return, bare, each text that a draft may become anywhere: shared, of one network, or one part of a thread."""
    wanted: set[str] = set()
    for one in (draft.text, *draft.versions.values()):
        for words in (one, disclosed(one, draft.disclosure)):
            wanted |= {bare(part) for part in ([words] if isinstance(words, str) else words)}
    return wanted


def says(text: str, wanted: set[str]) -> bool:
    """Return whether a post says exactly one of these; X writes the address of a picture behind the words."""
    said = bare(text)
    return said in wanted or _without_picture(said) in wanted


def nearly_says(text: str, wanted: set[str]) -> bool:
    """Return whether a post says nearly one of these: a slip was put right, or it is about the next train."""
    said = _without_picture(bare(text))
    return any(fuzz.ratio(said, one) >= _ALMOST for one in wanted if len(one) >= _LONG_ENOUGH)


def _without_picture(said: str) -> str:
    return said.removesuffix("\u2192").rstrip()


def bare(text: str) -> str:
    """Return a text as it is compared with what a network shows, each address a mere sign: networks shorten them."""
    for found in reversed(x_text.urls(text)):
        text = f"{text[: found.start]}\u2192{text[found.end :]}"
    return comparable(text)


def name_of(delivery: Delivery) -> str:
    """Return the name of the network that a delivery goes to."""
    return NETWORKS.get(delivery.account.network, delivery.account.network)


def line(delivery: Delivery) -> Line:
    """Return one delivery as a list shows it; its account and post must have been read with it."""
    return Line(delivery, name_of(delivery), _said(delivery), _opening(delivery))


def _some(rows: "QuerySet[Delivery]", mark: Mark | None, *, later: bool = False) -> Some:
    """Return a page of rows by their time `at`, the latest first, or the next to come first (later)."""
    if mark is not None:
        beyond = Q(at__gt=mark.published_at) if later else Q(at__lt=mark.published_at)
        within = Q(pk__gt=mark.post_id) if later else Q(pk__lt=mark.post_id)
        rows = rows.filter(beyond | Q(within, at=mark.published_at))
    order = ("at", "pk") if later else ("-at", "-pk")
    found = list(rows.select_related("account", "post").order_by(*order)[: SHOWN + 1])
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    more = Mark(getattr(last, "at"), last.pk) if last else None  # noqa: B009 - mypy knows no annotation
    return Some(_lines(found[:SHOWN]), more)


def _lines(rows: Iterable[Delivery]) -> list[Line]:
    return [line(row) for row in rows]


def _said(delivery: Delivery) -> str:
    if delivery.wall_time:
        naive = dt.datetime.fromisoformat(delivery.wall_time)
        return f"{naive:%A, %-d %B, %H:%M} in {walltimes.city_of(delivery.zone)}"
    at = delivery.published_at or delivery.due_at
    return f"{at.astimezone(dt.UTC):%A, %-d %B, %H:%M} UTC"


def _opening(delivery: Delivery) -> str:
    words = " ".join(str(delivery.payload.get("text", "")).split())
    return words if len(words) <= 90 else f"{words[:89]}…"
