"""No form letters: what a person is about to say is compared with what colleagues said, and with the story's brief.

Of what a colleague has not sent yet the writer learns only that somebody is about to say nearly the same; and that only
who says nearly all of it, some times a day, so that nobody finds another's words by guessing.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from advocacy import limits
from brands.fingerprints import fingerprints
from brands.models import Brand, Enrolment, Fingerprint, Story
from brands.queries.cards import LISTED
from brands.queries.stories import open_now
from people.models import Delivery, Person, Post
from people.networks.types import NETWORKS
from people.publishing import checks
from people.sections import Spoken
from people.writing import alike
from people.writing.alike import Unsent
from people.writing.disclosing import suggestions
from people.writing.likeness import NEAR, Normal, borrowed, nearness, normal, shared_places

DAYS = 60  # so long a colleague's words are compared with
STRICT = frozenset({"x"})  # networks that count nearly the same words on several accounts as abuse
COMPARED = 40  # candidates compared word by word, those with most in common first
ASKED = 60  # comparisons with what others have not sent yet, of one writer in a day
FOUND_IN = dt.timedelta(days=1)  # so long a post that may be out may not have been read yet
State = Delivery.State
_GOING_OUT = (State.CLAIMED, State.SENDING, State.UNKNOWN)
_WAITING = (State.SCHEDULED, State.HELD)
_COMPARED = (*_GOING_OUT, *_WAITING, State.NEEDS_HUMAN, State.PUBLISHED)
OWN_WORDS = "Add one sentence that only you can write."


@dataclass(frozen=True, slots=True)
class Match:
    """What a text is nearly the same as."""

    kind: str  # said: by a colleague; brief: the story's; going: being sent now; waiting: not sent yet
    near: float  # from 0.8 to 1
    places: tuple[tuple[int, int], ...] = ()  # of the writer's own text, in code points; () for what nobody may see
    said_on: dt.date | None = None  # in UTC

    @property
    def words(self) -> str:
        """What is so, for the writer; no word of anybody else."""
        if self.kind == "said":
            return f"This is nearly what a colleague said on {self.said_on:%-d %B}."
        if self.kind == "brief":
            return "These are nearly the words of the story’s brief. Say what it is to you."
        return "A colleague is about to say nearly the same."


def listen() -> None:
    """Register with people's writing and publishing."""
    checks.register(claimed)
    checks.register_scheduling(scheduled)
    alike.register(for_writer)


def near_published(
    person: Person, network: str, text: str, *, story: int | None = None, unsent: Unsent = Unsent.ALL
) -> Match | None:
    """Return what a text is nearly the same as; None where it is the person's own, or they stand for no brand.

    What stops comes first: words that went out or are in a brief, then those on their way, then those that wait.
    Two or three questions to the database.
    """
    brands = _brands_of(person)
    said_by_all = sentences(brands.values())
    mine = normal(text, said_by_all)
    numbers = fingerprints(mine)
    if not brands or not numbers:
        return None
    found = [*_in_briefs(brands, mine, story), *_among(brands, person, mine, numbers, said_by_all, unsent)]
    order = ("said", "brief", "going", "waiting")
    return min(found, key=lambda match: (order.index(match.kind), -match.near), default=None)


def for_writer(person: Person, network: str, text: str, story: int | None, unsent: Unsent) -> alike.Alike | None:
    """Tell the composer (see people.writing.alike)."""
    match = near_published(person, network, text, story=story, unsent=unsent)
    if match is None:
        return None
    stops = _stops(match, network)
    name = NETWORKS.get(network, network)
    end = f"{name} takes nearly the same words on several accounts for abuse, so it cannot go out there like this. "
    return alike.Alike(f"{match.words} {end if stops else ''}{OWN_WORDS}", stops, match.places)


def scheduled(delivery: Delivery) -> str:
    """Say why words cannot wait to go out, "" where they can; note them, so that colleagues' are compared with them.

    Runs in the transaction that writes the row.
    """
    text = delivery.payload["text"]
    match = near_published(delivery.person, delivery.account.network, text, story=_story(delivery))
    if match is not None and _stops(match, delivery.account.network):
        return f"{match.words} {OWN_WORDS}"
    Fingerprint.objects.filter(delivery=delivery).delete()
    if _brands_of(delivery.person):
        _note(fingerprints(normal(text)), person=delivery.person_id, delivery=delivery.pk, at=timezone.now())
    return ""


def claimed(delivery: Delivery) -> checks.Verdict | None:
    """Hold, at the moment of sending, what a colleague said meanwhile: of two at once the second."""
    if delivery.account.network not in STRICT:
        return None
    brands = _brands_of(delivery.person)
    if not brands:
        return None
    # two claims of one brand come one after the other here, so that the second one sees the first
    list(Brand.objects.select_for_update(no_key=True).filter(pk__in=brands).order_by("pk").values_list("pk"))
    text = delivery.payload["text"]
    match = near_published(delivery.person, delivery.account.network, text, story=_story(delivery))
    if match is None or not _stops(match, delivery.account.network):
        return None
    return checks.Verdict(State.HELD, "alike", f"{match.words} {OWN_WORDS}")


def _stops(match: Match, network: str) -> bool:
    return network in STRICT and match.kind != "waiting"


def _story(delivery: Delivery) -> int | None:
    return delivery.draft.story if delivery.draft else None


def _brands_of(person: Person) -> dict[int, str]:
    """Return the brands that a person stands for, by id with their names."""
    here = Enrolment.objects.filter(person=person, state__in=LISTED)
    return dict(here.order_by("brand").values_list("brand", "brand__name"))


def sentences(names: Iterable[str]) -> list[str]:
    """Return what the product itself writes into the posts of these brands' people: nobody copied it from anybody."""
    return [words for name in names for words in suggestions(Spoken(0, name, ()))] + suggestions(None)


def _in_briefs(brands: Collection[int], mine: Normal, story: int | None) -> list[Match]:
    """Compare with the brief that was taken, and with every one that is open: words are pasted without taking too."""
    asked = Story.objects.filter(Q(pk__in=open_now().values("pk")) | Q(pk=story), brand__in=brands)
    found = []
    for facts, angles in asked.values_list("facts", "angles"):
        for piece in (facts, *angles):
            theirs = normal(piece)
            near = borrowed(mine, theirs)
            if near >= NEAR:
                found.append(Match("brief", near, tuple(shared_places(mine, theirs))))
    return found


def _among(
    brands: Collection[int],
    person: Person,
    mine: Normal,
    numbers: frozenset[int],
    said_by_all: Sequence[str],
    unsent: Unsent,
) -> list[Match]:
    """Compare with colleagues' words that have a run of words in common."""
    candidates = list(_candidates(brands, person, numbers)[:COMPARED])
    posts = _posts([pk for pk, _ in candidates if pk])
    deliveries = list(_deliveries([pk for _, pk in candidates if pk]))
    said = [(text, at) for _, text, at in posts]
    said += [(row["text"], at) for _, row, state, at, _ in deliveries if state == State.PUBLISHED and at]
    to_come = [(row["text"], _kind(state, there)) for _, row, state, _, there in deliveries if state != State.PUBLISHED]
    found = []
    for text, at in said:
        theirs = normal(text, said_by_all)
        near = borrowed(mine, theirs)
        if near >= NEAR:
            found.append(Match("said", near, tuple(shared_places(mine, theirs)), at.astimezone(dt.UTC).date()))
    if to_come and _asks(person, unsent):
        # a piece of it is not enough here: pieces would spell it
        near_to = [(kind, nearness(mine, normal(text, said_by_all))) for text, kind in to_come]
        found += [Match(kind, near) for kind, near in near_to if near >= NEAR]
    return found


def _asks(person: Person, unsent: Unsent) -> bool:
    """Return whether a text is compared with what waits, too. Counted only where something waits that is like it."""
    if unsent == Unsent.COUNTED:
        return limits.count(f"once:unsent:{person.pk}", cap=ASKED, seconds=86_400)
    return unsent == Unsent.ALL


def _kind(state: str, there: dt.datetime) -> str:
    """Return how words to come are called. there: when the row came into its state.

    What may be out, and was not read within a day, stops nobody any longer while its author does not answer.
    """
    if state == State.NEEDS_HUMAN:
        return "going" if there >= timezone.now() - FOUND_IN else "waiting"
    return "waiting" if state in _WAITING else "going"


def _candidates(
    brands: Collection[int], person: Person, numbers: Iterable[int]
) -> "QuerySet[Fingerprint, tuple[int | None, int | None]]":
    colleagues = Enrolment.objects.filter(person=OuterRef("person"), brand__in=brands, state__in=LISTED)
    shared = Fingerprint.objects.filter(counts(), value__in=list(numbers)).exclude(person=person)
    rows = shared.filter(Exists(colleagues)).order_by().values("post", "delivery").annotate(common=Count("pk"))
    return rows.order_by("-common", "-post", "-delivery").values_list("post", "delivery")


def said_before(brand: int, post: Post, numbers: Iterable[int]) -> list[str]:
    """Return what colleagues had said before a post that has a run of words in common with it."""
    rows = _candidates([brand], post.person, numbers).filter(post__isnull=False, said_at__lt=post.published_at)
    return list(_posts([pk for pk, _ in rows[:COMPARED] if pk]).values_list("text", flat=True))


def _posts(ids: Sequence[int]) -> "QuerySet[Post, tuple[int, str, dt.datetime]]":
    return Post.objects.filter(pk__in=ids).values_list("pk", "text", "published_at")


def _deliveries(
    ids: Sequence[int],
) -> "QuerySet[Delivery, tuple[int, dict[str, str], str, dt.datetime | None, dt.datetime]]":
    rows = Delivery.objects.filter(pk__in=ids, state__in=_COMPARED, deleted_at=None)
    return rows.values_list("pk", "payload", "state", "published_at", "state_changed_at")


def since() -> dt.datetime:
    """Return from when on colleagues' words are compared with."""
    return timezone.now() - dt.timedelta(days=DAYS)


def counts() -> Q:
    """Return which fingerprints are compared with: of words said lately, and of all that are still to be said.

    Those of a delivery are as old as its writing, and it may wait for months: the days count from its publishing, or
    from when its author was asked whether it is out.
    """
    to_come = Q(delivery__state__in=(*_GOING_OUT, *_WAITING)) | Q(delivery__published_at__gte=since())
    asked = Q(delivery__state=State.NEEDS_HUMAN, delivery__state_changed_at__gte=since())
    return Q(said_at__gte=since()) | to_come | asked


def note_posts(post_ids: Sequence[int]) -> None:
    """Note the words of these posts, as far as their authors stand for a brand. Harmless n times."""
    here = Enrolment.objects.filter(person=OuterRef("person"), state__in=LISTED)
    own = ~Q(kind=Post.Kind.REPOST)
    posts = Post.objects.filter(own, Exists(here), pk__in=post_ids, published_at__gte=since())
    with transaction.atomic():
        Fingerprint.objects.filter(post__in=post_ids).delete()
        made = [
            Fingerprint(value=value, person_id=person, post_id=pk, said_at=at)
            for pk, person, at, text in posts.values_list("pk", "person_id", "published_at", "text")
            for value in fingerprints(normal(text))
        ]
        Fingerprint.objects.bulk_create(made, batch_size=1_000)
        # what went out from here is a post now: its own row tells it
        Fingerprint.objects.filter(delivery__post__in=post_ids).delete()


def _note(numbers: Iterable[int], *, person: int, delivery: int, at: dt.datetime) -> None:
    Fingerprint.objects.bulk_create(
        Fingerprint(value=value, person_id=person, delivery_id=delivery, said_at=at) for value in numbers
    )
