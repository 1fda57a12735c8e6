"""The demo's story: Kofi asks what the first snow changes, and Ingrid leads it in her own words."""

import datetime as dt

from django.conf import settings

from brands import stories, story_pictures
from brands.demo import cast
from brands.models import Brand, Story
from brands.queries.stories import today
from people.logins import login_for
from people.models import Person

LASTS = dt.timedelta(days=21)
TITLE = "The first snow week"
FACTS = (
    "Forty centimetres fell on the Brenner in the night to Friday. Oskar was at the points with the broom at 03:40. "
    "Every train of that night arrived; the latest was eleven minutes late."
)
ANGLES = (
    "What does the first snow change for you?",
    "What do passengers see of it, and what do they not see?",
    "Who was awake so that it went well?",
)
LINKS = ("https://vesper.example/winter",)
WORDS = (
    "Snow never stopped a train. Not knowing where the snow is, that stops a train. So first we send Oskar, and then "
    "the rest of us."
)
PICTURE = settings.BASE_DIR / "static" / "img" / "brenner-1200.avif"
ALT = "The line over the Brenner at night, seen from the cab: snow, a light far ahead, and a mug that steams"


def ask(brand: Brand) -> None:
    """Let Kofi ask for it, and Ingrid say yes to leading it; a second time changes nothing."""
    asker, leader = (_person(brand, address) for address in (cast.ASKER, cast.NINJA))
    if asker.user is None:
        asker.user = login_for(cast.ASKER)  # without a password: a code by mail lets him in
        asker.save(update_fields=["user", "changed_at"])
    story = Story.objects.filter(brand=brand).first()
    if story is None:
        brief = stories.Brief(TITLE, FACTS, today() + LASTS, ANGLES, LINKS)
        story = stories.make(brand=brand, brief=brief, lead=leader, actor=asker.user)
    if not story.pictures.exists():
        story_pictures.add(story=story, body=PICTURE.read_bytes(), alt=ALT, actor=asker.user)
    if leader.user is not None and not story.lead.yes_at:
        stories.lead(story=story, person=leader, words=WORDS, actor=leader.user)


def _person(brand: Brand, address: str) -> Person:
    return Person.objects.select_related("user").get(enrolments__brand=brand, enrolments__email=address)
