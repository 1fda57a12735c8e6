"""Who declines is nobody's business; and what somebody writes for a story outlives its end."""

import datetime as dt

import pytest
from django.utils import timezone

from brands import stories
from brands.models import Brand, Lead, Story
from brands.queries.stories import picture_for
from people.models import Draft
from tests.brands.pages import read, words
from tests.brands.stories.conftest import Vesper, user_of
from tests.factories import make_story

pytestmark = pytest.mark.django_db


def asked(vesper: Vesper) -> Story:
    story = make_story(vesper.brand, vesper.kofi.person)
    Lead.objects.create(story=story, person=vesper.ingrid.person)
    return story


def test_who_is_asked_to_lead_reads_what_the_studio_sees(vesper: Vesper) -> None:
    asked(vesper)
    shown = words(read(vesper.at(vesper.ingrid), "/desk/stories/"))
    assert "nobody is told" not in shown
    assert "The studio sees that you were asked, never that you would rather not" in shown


def test_who_leads_no_longer_is_shown_as_neither_leading_nor_asked(vesper: Vesper) -> None:
    story = asked(vesper)
    at = f"/desk/stories/{story.pk}/lead/"
    vesper.at(vesper.ingrid).post(at, {"words": "Snow never stopped a train."})
    vesper.at(vesper.ingrid).post(at, {"do": "no-longer"})
    shown = words(read(vesper.at(vesper.kofi), "/studio/vesper/stories/"))
    assert "Kofi Mensah" in shown
    assert "Ingrid Solbakk" not in shown
    assert ", asked" not in shown


def test_words_that_are_too_long_to_lead_with_stand_on_the_page_still(vesper: Vesper) -> None:
    story = asked(vesper)
    answer = vesper.at(vesper.ingrid).post(f"/desk/stories/{story.pk}/lead/", {"words": "snow " * 80})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "snow snow snow" in page
    assert "Write up to 280 characters" in page


def draft_of(vesper: Vesper, story: Story) -> Draft:
    person = vesper.oskar.person
    return stories.take(story=story, person=person, actor=user_of(vesper.oskar))


def test_a_brief_says_that_its_story_is_over_and_still_shows_its_pictures(vesper: Vesper) -> None:
    story = asked(vesper)
    draft = draft_of(vesper, story)
    assert "This story is over" not in words(read(vesper.at(vesper.oskar), f"/desk/write/{draft.pk}/"))
    picture = story.pictures.create(stem="b" * 32, alt="Snow", position=0)
    Story.objects.update(ended_at=timezone.now())
    assert "This story is over" in words(read(vesper.at(vesper.oskar), f"/desk/write/{draft.pk}/"))
    assert picture_for(vesper.oskar.person, picture.pk) == picture
    assert picture_for(vesper.ingrid.person, picture.pk) is None


def test_a_brief_says_that_its_story_rests_while_the_brand_pauses(vesper: Vesper) -> None:
    story = asked(vesper)
    draft = draft_of(vesper, story)
    Brand.objects.filter(pk=vesper.brand.pk).update(publishing_paused_at=timezone.now())
    assert "This story rests while Vesper pauses" in words(read(vesper.at(vesper.oskar), f"/desk/write/{draft.pk}/"))


def test_a_story_whose_day_is_over_is_over(vesper: Vesper) -> None:
    story = asked(vesper)
    draft = draft_of(vesper, story)
    Story.objects.update(ends_on=timezone.now().date() - dt.timedelta(days=2))
    assert "This story is over" in words(read(vesper.at(vesper.oskar), f"/desk/write/{draft.pk}/"))


def test_a_brief_leads_to_no_page_that_is_gone(vesper: Vesper) -> None:
    story = asked(vesper)
    draft = draft_of(vesper, story)
    stories.lead(story=story, person=vesper.ingrid.person, words="Snow.", actor=user_of(vesper.ingrid))
    at = f"/desk/write/{draft.pk}/"
    assert "See what others wrote" in read(vesper.at(vesper.oskar), at)
    vesper.ingrid.state = "left"
    vesper.ingrid.save()
    assert "See what others wrote" not in read(vesper.at(vesper.oskar), at)
