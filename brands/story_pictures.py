"""Pictures of a story's brief: re-encoded, each with words for who cannot see it, seen by those alone who are asked."""

from django.db import transaction

from advocacy.audit import record
from brands.models import Story, StoryPicture
from brands.stories import NotAsked
from people import pictures, post_pictures
from people.models import User
from people.writing.drafting import LONGEST_ALT

MOST = 4


def listen() -> None:
    """Let the files stay as long as a brief names them, and no longer."""
    post_pictures.register_holder(StoryPicture)


def add(*, story: Story, body: bytes, alt: str, actor: User) -> StoryPicture:
    """Add a picture to a brief, without what the camera wrote into it. Raises NotAsked."""
    words = _described(alt)
    try:
        stem = post_pictures.keep(body)
    except pictures.NotAPicture as problem:
        said = str(problem)
        raise NotAsked(f"{said[:1].upper()}{said[1:]}. Choose another one.") from problem
    with transaction.atomic():
        Story.objects.select_for_update(no_key=True).get(pk=story.pk)  # two at once would take one place
        taken = set(story.pictures.values_list("position", flat=True))
        free = [place for place in range(MOST) if place not in taken]
        if not free:
            raise NotAsked(f"A brief holds at most {MOST} pictures. Take one out first.")
        picture = StoryPicture.objects.create(story=story, position=free[0], stem=stem, alt=words)
        _note("story.picture_added", story, actor)
    return picture


def describe(*, picture: StoryPicture, alt: str, actor: User) -> None:
    """Say anew what a picture shows. Raises NotAsked."""
    words = _described(alt)
    with transaction.atomic():
        if StoryPicture.objects.filter(pk=picture.pk).exclude(alt=words).update(alt=words):
            _note("story.picture_described", picture.story, actor)


def remove(*, picture: StoryPicture, actor: User) -> None:
    """Take a picture out of its brief; its files go with it."""
    with transaction.atomic():
        picture.delete()
        _note("story.picture_removed", picture.story, actor)


def _described(alt: str) -> str:
    words = " ".join(alt.split())
    if not words:
        raise NotAsked("Say in words what the picture shows: some of your people cannot see it.")
    if len(words) > LONGEST_ALT:
        raise NotAsked(f"A description may have {LONGEST_ALT:,} characters; this one has {len(words):,}.")
    return words


def _note(verb: str, story: Story, actor: User) -> None:
    record(verb, actor=actor, brand=story.brand.slug, subject=f"story:{story.pk}", details={"name": story.title})
