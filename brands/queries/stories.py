"""Stories as the studio, the desk and the public page show them."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from brands.models import Brand, BrandPost, Enrolment, Story, StoryPicture
from brands.queries.cards import Card, cards, listed
from people.models import Delivery, Draft, Person, User
from people.queries.faces import Face, faces_of
from people.writing import briefs, drafting

MOST_POSTS = 100  # that a story's page shows, the newest


def today() -> dt.date:
    """Return the day by which stories end: in UTC."""
    return timezone.now().astimezone(dt.UTC).date()


def open_now() -> "QuerySet[Story]":
    """Return the stories that have not ended."""
    return Story.objects.filter(ended_at=None, ends_on__gte=today())


def open_stories(person: Person) -> "QuerySet[Story]":
    """Return the open stories of the brands that this person stands for; those of a brand that pauses rest."""
    here = Enrolment.objects.filter(person=person, state=Enrolment.State.ACTIVE).values("brand")
    return open_now().filter(brand__in=here, brand__publishing_paused_at=None).order_by("ends_on", "pk")


def drafts_of(person: Person) -> "QuerySet[Draft]":
    """Return the drafts of a person that are about a story and still open."""
    return drafting.open_drafts(person).filter(story__isnull=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """An open story at the desk of one who may take it."""

    story: Story
    face: Face  # of the colleague who asks
    asked_to_lead: bool
    lead_words: str  # the reader's own; "" while they have not said yes
    draft_id: int | None  # of the reader's open draft
    pictures: tuple[briefs.BriefPicture, ...] = ()
    typed: str = ""  # words to lead with that were refused
    problem: str = ""  # why


def offers(person: Person) -> list[Offer]:
    """Return what a person may take, in a fixed number of queries."""
    stories = list(open_stories(person).select_related("brand", "asker", "lead").prefetch_related("pictures"))
    faces = faces_of({story.asker for story in stories})
    drafts = dict(drafts_of(person).filter(story__in=[s.pk for s in stories]).values_list("story", "pk"))
    return [_offer(story, faces, drafts, person) for story in stories]


def _offer(story: Story, faces: dict[int, Face], drafts: dict[int | None, int], person: Person) -> Offer:
    lead = getattr(story, "lead", None)
    mine = lead is not None and lead.person_id == person.pk
    words = lead.words if lead is not None and mine and lead.yes_at else ""
    return Offer(story, faces[story.asker_id], mine, words, drafts.get(story.pk), pictures_of(story))


def brief_of(draft: Draft) -> briefs.Brief | None:
    """Tell the composer the brief of a draft (see people.writing.briefs): while its author stands for the brand."""
    here = Enrolment.objects.filter(person=draft.person_id, state=Enrolment.State.ACTIVE).values("brand")
    stories = Story.objects.filter(pk=draft.story or 0, brand__in=here).select_related("brand", "asker", "lead")
    story = stories.first()
    if story is None:
        return None
    lead = getattr(story, "lead", None)
    led = bool(lead and lead.yes_at)
    return briefs.Brief(
        asker=story.asker.first_name,
        face=faces_of([story.asker])[story.asker_id],
        title=story.title,
        leads=led and lead is not None and lead.person_id == draft.person_id,
        facts=story.facts,
        angles=tuple(story.angles),
        links=tuple(story.links),
        url=reverse("brand-story", args=[story.brand.slug, story.slug])
        if public().filter(pk=story.pk).exists()
        else "",
        pictures=pictures_of(story),
        over=_over(story),
    )


def _over(story: Story) -> str:
    if story.ended_at or story.ends_on < today():
        return "This story is over: nobody waits for it any longer. What you write is yours, and may still go out."
    if story.brand.publishing_paused_at:
        return f"This story rests while {story.brand.name} pauses."
    return ""


def pictures_of(story: Story) -> tuple[briefs.BriefPicture, ...]:
    """Return the pictures of a brief, for those who are asked."""
    rows = sorted(story.pictures.all(), key=lambda row: row.position)
    return tuple(briefs.BriefPicture(reverse("desk-story-picture", args=[row.pk]), row.alt) for row in rows)


def picture_for(person: Person, number: int) -> StoryPicture | None:
    """Return one picture of a story that this person is asked, or has an open draft about; None for any other."""
    here = Enrolment.objects.filter(person=person, state=Enrolment.State.ACTIVE).values("brand")
    begun = Q(story__brand__in=here, story__in=drafts_of(person).values("story"))
    return StoryPicture.objects.filter(Q(story__in=open_stories(person).values("pk")) | begun, pk=number).first()


def for_studio(brand: Brand) -> "QuerySet[Story]":
    """Return a brand's stories, the open ones first, each with `told`: how many told it; nobody's name."""
    told = (
        Delivery.objects.filter(draft__story=OuterRef("pk"), state=Delivery.State.PUBLISHED)
        .order_by()
        .values("draft__story")
        .annotate(size=Count("draft", distinct=True))
        .values("size")
    )
    counted = Coalesce(Subquery(told, output_field=IntegerField()), 0)
    rows = Story.objects.filter(brand=brand).select_related("asker", "lead__person").annotate(told=counted)
    return rows.order_by("-ends_on", "-pk")


class Band(NamedTuple):
    """The person who leads a story, as the brand's page shows them."""

    card: Card
    words: str
    title: str
    slug: str


def public() -> "QuerySet[Any]":
    """Return the stories that have a page, each with `enrolment`: of who leads it, and whom the brand's page shows.

    Those of a brand that pauses have none meanwhile.
    """
    here = listed(OuterRef("brand")).filter(state=Enrolment.State.ACTIVE, person=OuterRef("lead__person"))
    told = Story.objects.filter(lead__yes_at__isnull=False, brand__publishing_paused_at=None)
    return told.annotate(enrolment=Subquery(here.values("pk")[:1])).filter(enrolment__isnull=False)


def leading(brand: Brand, day: dt.date) -> tuple[int, str, str, str] | None:
    """Return who leads the story that the brand's page opens with: (enrolment id, words, title, slug)."""
    told = public().filter(brand=brand, ended_at=None, ends_on__gte=day).order_by("-lead__yes_at", "-pk")
    return told.values_list("enrolment", "lead__words", "title", "slug").first()


def band_of(story: Story) -> Band | None:
    """Return who leads a story, as long as the brand's page shows them; None where nobody does, or stories rest."""
    lead = getattr(story, "lead", None)
    if lead is None:
        return None
    card = cards(public().filter(pk=story.pk).values_list("enrolment", flat=True))
    return next((Band(one, lead.words, story.title, story.slug) for one in card.values()), None)


def resting_for(user: User, slug: str, story: str) -> Brand | None:
    """Return the brand of a story that rests with its brand, where this login works or stands for it; else None."""
    stands = Q(brand__enrolments__person__user=user, brand__enrolments__state=Enrolment.State.ACTIVE)
    led = Story.objects.filter(brand__slug=slug, slug=story, lead__yes_at__isnull=False)
    resting = led.filter(stands | Q(brand__roles__user=user), brand__publishing_paused_at__isnull=False)
    found = resting.select_related("brand").first()
    return found.brand if found else None


def asks(user: User, persons: Collection[int]) -> bool:
    """Return whether one of these people asks this login for a story: its desk shows them then, public or not."""
    here = Enrolment.objects.filter(person__user=user, state=Enrolment.State.ACTIVE).values("brand")
    drafts = Draft.objects.filter(person__user=user, story__isnull=False).values("story")
    offered = Q(pk__in=open_now().filter(brand__publishing_paused_at=None).values("pk"))
    return Story.objects.filter(offered | Q(pk__in=drafts), asker__in=persons, brand__in=here).exists()


def posts_about(story: Story) -> list[tuple[int, int]]:
    """Return what the brand's people said about a story and its page shows: (post id, person id), newest first."""
    about = Delivery.objects.filter(draft__story=story.pk, state=Delivery.State.PUBLISHED, post__isnull=False)
    rows = BrandPost.objects.filter(brand=story.brand_id, post__in=about.values("post"))
    return list(rows.order_by("-published_at", "-post_id").values_list("post_id", "person_id")[:MOST_POSTS])


def lead_names(stories: Iterable[Story]) -> dict[int, str]:
    """Return whom each story asks to lead, by the story's id; "" where nobody was."""
    return {story.pk: lead.person.name if (lead := getattr(story, "lead", None)) else "" for story in stories}
