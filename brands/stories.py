"""Stories: a colleague asks, somebody leads in their own words, and whoever wants to takes it. Never finished text.

Who did not take one is nobody's business: nothing here says so to anybody.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from advocacy.audit import record
from brands.models import Brand, Enrolment, Lead, Story
from brands.presenting import may_sign
from brands.queries.stories import drafts_of, open_stories
from brands.telling import brand_told
from people.models import Draft, Person, User
from people.models.user import fold_address
from people.profiles import fold_name
from people.queries.faces import avatar_of

LONGEST_WORDS = 280
MOST_LINES = 12  # angles, or links


class NotAsked(ValueError):
    """It cannot be asked like this; the message says why."""


class NotOpen(Exception):
    """The story has ended, or is nothing that this person was asked."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a story says to those who may tell it."""

    title: str
    facts: str
    ends_on: dt.date
    angles: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """Return it as the row keeps it."""
        return {
            "title": " ".join(self.title.split()),
            "facts": self.facts.strip(),
            "ends_on": self.ends_on,
            "angles": list(self.angles)[:MOST_LINES],
            "links": list(self.links)[:MOST_LINES],
        }


def asker_for(brand: Brand, user: User) -> Person:
    """Return the person in whose name a login asks: its own, with a face, while the page lists it. Raises NotAsked."""
    person = may_sign(brand, user)
    if person is None:
        raise NotAsked(
            f"A story is asked by a colleague, and {brand.name}’s page does not show you. Enrol yourself first."
        )
    face = person.portrait or Person.objects.filter(pk=person.pk).values_list(avatar_of("pk"), flat=True).first()
    if not face:
        raise NotAsked("A colleague with a face asks. Put a portrait on your own page first.")
    return person


def lead_named(brand: Brand, words: str) -> Person | None:
    """Return whom of the brand's people these words name: a name, or the address that the brand knows. "": nobody.

    Raises NotAsked where nobody is called so, or more than one.
    """
    if not words.strip():
        return None
    here = Enrolment.objects.filter(brand=brand, state=Enrolment.State.ACTIVE).select_related("person")
    wanted = " ".join(words.split())
    found = list(here.filter(email=fold_address(words))[:2]) if "@" in words else []
    if not found:
        last = fold_name(wanted).split()[-1:]
        near = here.filter(person__sort_name__contains=last[0])[:500] if last else []
        found = [row for row in near if fold_name(row.person.name) == fold_name(wanted)]
    if len(found) > 1:
        raise NotAsked(f"{len(found)} people are called {wanted}. Write the e-mail address of the one you mean.")
    if not found:
        raise NotAsked(f"Nobody on your page is called {wanted}. Write the name as your page shows it.")
    return found[0].person


def make(*, brand: Brand, brief: Brief, lead: Person | None, actor: User) -> Story:
    """Ask for a story. Raises NotAsked where the actor has no face here."""
    asker = asker_for(brand, actor)
    with transaction.atomic():
        Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)  # two at once would choose one address
        story = Story.objects.create(brand=brand, asker=asker, slug=_slug(brand, brief.title), **brief.columns)
        _ask(story, lead)
        _note("story.made", story, actor)
    return story


def change(*, story: Story, brief: Brief, lead: Person | None, actor: User) -> None:
    """Write the brief anew; another lead is asked anew, the same one keeps their words."""
    with transaction.atomic():
        for name, value in brief.columns.items():
            setattr(story, name, value)
        story.save(update_fields=list(brief.columns))
        _ask(story, lead)
        _note("story.changed", story, actor)
        brand_told(story.brand_id)


def end(*, story: Story, actor: User) -> bool:
    """End a story now; return whether it was open. What was said stays."""
    with transaction.atomic():
        ended = Story.objects.filter(pk=story.pk, ended_at=None).update(ended_at=timezone.now())
        if ended:
            _note("story.ended", story, actor)
            brand_told(story.brand_id)
    return bool(ended)


def take(*, story: Story, person: Person, actor: User) -> Draft:
    """Open an empty draft for a story, or the one that is open already. Raises NotOpen, PermissionDenied."""
    _own(person, actor)
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)  # a second press finds the first one's draft
        if not open_stories(person).filter(pk=story.pk).exists():
            raise NotOpen
        draft = drafts_of(person).filter(story=story.pk).first()
        if draft is None:
            draft = Draft.objects.create(person=person, story=story.pk, revision=1)
            # not among the brand's events: who takes a story, and who does not, is the person's own business
            record("story.taken", actor=actor, subject=f"draft:{draft.pk}")
    return draft


def lead(*, story: Story, person: Person, words: str, actor: User) -> None:
    """Say yes to leading a story, in one's own words; the brand's page shows both. Raises NotOpen, NotAsked."""
    _own(person, actor)
    words = " ".join(words.split())
    if not words or len(words) > LONGEST_WORDS:
        raise NotAsked(f"Write up to {LONGEST_WORDS} characters of your own; the page shows them beside your face.")
    with transaction.atomic():
        if not open_stories(person).filter(pk=story.pk).exists():
            raise NotOpen
        if not Lead.objects.filter(story=story, person=person).update(words=words, yes_at=timezone.now()):
            raise NotOpen
        _note("story.led", story, actor)
        brand_told(story.brand_id)


def lead_no_longer(*, story: Story, person: Person, actor: User) -> None:
    """Take a yes to leading back; the words and the asking are gone with it. A second time changes nothing."""
    _own(person, actor)
    with transaction.atomic():
        mine = Lead.objects.filter(story=story, person=person, yes_at__isnull=False)
        if mine.delete()[0]:  # as "asked" it would say who declined
            _note("story.led_no_longer", story, actor)
            brand_told(story.brand_id)


def _ask(story: Story, lead: Person | None) -> None:
    Lead.objects.filter(story=story).exclude(person=lead).delete()
    if lead is not None:
        Lead.objects.get_or_create(story=story, defaults={"person": lead})


def _slug(brand: Brand, title: str) -> str:
    base = slugify(title)[:50].strip("-") or "story"
    taken = set(Story.objects.filter(brand=brand, slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug


def _own(person: Person, actor: User) -> None:
    if person.user_id != actor.pk:
        raise PermissionDenied("only the person themselves")


def _note(verb: str, story: Story, actor: User, details: Mapping[str, object] | None = None) -> None:
    facts: dict[str, object] = {"name": story.title, **(details or {})}
    record(verb, actor=actor, brand=story.brand.slug, subject=f"story:{story.pk}", details=facts)
