"""A colleague asks, somebody leads in their own words, and whoever wants to takes it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy.models import AuditEvent
from brands import speaking, stories
from brands.models import Enrolment, Lead, Role, Story
from brands.queries.stories import for_studio
from people import faces
from people.models import Draft, Person
from tests.brands.pages import read, say, words
from tests.brands.stories.conftest import Vesper, user_of, with_login
from tests.factories import make_role, make_story, make_told, make_user
from tests.people.pictured import png

pytestmark = pytest.mark.django_db
STUDIO = "/studio/vesper/stories/"
LED = "Snow never stopped a train."
FACTS = "Forty centimetres fell on the Brenner in the night to Friday."


def asked(**fields: str) -> dict[str, str]:
    day = timezone.now().date() + dt.timedelta(days=7)
    return {
        "title": "The first snow week",
        "facts": FACTS,
        "angles": "What does the first snow change for you?\n\nWho cleared the points?",
        "links": "https://vesper.example/snow",
        "ends_on": f"{day:%Y-%m-%d}",
        "lead": "Ingrid Solbakk",
        **fields,
    }


def test_a_story_is_asked_by_the_colleague_who_wrote_it_and_lies_on_everybodys_desk(vesper: Vesper) -> None:
    answer = vesper.at(vesper.kofi).post(f"{STUDIO}make/", asked())
    assert (answer.status_code, answer["Location"]) == (302, STUDIO)
    story = Story.objects.get()
    assert (story.slug, story.asker, story.lead.person) == (
        "the-first-snow-week",
        vesper.kofi.person,
        vesper.ingrid.person,
    )
    assert story.angles == ["What does the first snow change for you?", "Who cleared the points?"]
    for who in (vesper.ingrid, vesper.oskar, vesper.kofi):
        shown = words(read(vesper.at(who), "/desk/stories/"))
        assert ("Kofi asks" in shown, FACTS in shown) == (True, True)
        assert ("Yes, I lead it" in shown) == (who is vesper.ingrid)
    assert FACTS not in read(vesper.at(vesper.stranger), "/desk/stories/")
    assert AuditEvent.objects.filter(brand="vesper", verb="story.made").count() == 1


def test_whoever_the_page_does_not_show_cannot_ask(vesper: Vesper) -> None:
    outside = make_user()
    make_role(outside, vesper.brand, "owner")
    client = Client()
    client.force_login(outside)
    assert "does not show you" in read(client, f"{STUDIO}new/")
    assert "does not show you" in client.post(f"{STUDIO}make/", asked()).content.decode()
    Person.objects.filter(pk=vesper.kofi.person_id).update(portrait="")
    assert "A colleague with a face asks" in vesper.at(vesper.kofi).post(f"{STUDIO}make/", asked()).content.decode()
    assert Story.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "sent", "told"),
    [
        ("title", "", "Write a title."),
        ("ends_on", "2020-01-01", "Choose a day from today on, within a year."),
        ("links", "vesper.example", "The address must begin with https://."),
        ("lead", "Lea Brandt", "Nobody on your page is called Lea Brandt."),
        ("angles", "why?\n" * 13, "Up to 12 questions; these are 13."),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_typed_is_lost(
    vesper: Vesper, field: str, sent: str, told: str
) -> None:
    answer = vesper.at(vesper.kofi).post(f"{STUDIO}make/", asked(**{field: sent}))
    assert told in answer.content.decode()
    assert FACTS in answer.content.decode()
    assert Story.objects.count() == 0


def test_two_of_one_name_are_told_apart_by_their_address(vesper: Vesper) -> None:
    Person.objects.filter(pk=vesper.oskar.person_id).update(name="Ingrid Solbakk", sort_name="solbakk ingrid")
    Enrolment.objects.filter(pk=vesper.oskar.pk).update(email="oskar@vesper.example")
    with pytest.raises(stories.NotAsked, match="2 people are called Ingrid Solbakk"):
        stories.lead_named(vesper.brand, "Ingrid  Solbakk")
    assert stories.lead_named(vesper.brand, "Oskar@vesper.example") == vesper.oskar.person


def test_nobody_leads_on_the_page_before_their_own_yes_nor_after_they_took_it_back(
    vesper: Vesper, client: Client
) -> None:
    story = make_story(vesper.brand, vesper.kofi.person, lead=vesper.ingrid.person, slug="snow", title="First snow")
    page = "/brands/vesper/stories/snow/"
    assert "Leading" not in read(client, "/brands/vesper/")
    read(client, page, 404)
    at = f"/desk/stories/{story.pk}/lead/"
    for outsider in (vesper.oskar, vesper.stranger):
        assert vesper.at(outsider).post(at, {"words": "I lead it."}).status_code in {404, 409}
    assert vesper.at(vesper.ingrid).post(at, {"words": " "}).status_code == 422
    read(client, page, 404)
    vesper.at(vesper.ingrid).post(at, {"words": "Snow never stopped a train."})
    for address in ("/brands/vesper/", page):
        assert "“Snow never stopped a train.”" in words(read(client, address))
        assert story.facts not in read(client, address)
    assert "First snow" in words(read(client, "/brands/vesper/"))
    vesper.at(vesper.ingrid).post(at, {"do": "no-longer"})
    assert "Snow never stopped" not in read(client, "/brands/vesper/")
    read(client, page, 404)
    assert not Lead.objects.filter(story=story).exists()


@pytest.mark.parametrize("state", ["left", "suspended", "paused"])
def test_a_lead_who_does_not_stand_for_the_brand_any_longer_is_on_neither_page(
    vesper: Vesper, client: Client, state: str
) -> None:
    make_story(
        vesper.brand, vesper.kofi.person, lead=vesper.ingrid.person, words="Snow never stopped a train.", slug="snow"
    )
    Enrolment.objects.filter(pk=vesper.ingrid.pk).update(state=state)
    assert "Snow never stopped" not in read(client, "/brands/vesper/")
    read(client, "/brands/vesper/stories/snow/", 404)


def test_nobody_leads_while_the_brand_pauses_its_stories(vesper: Vesper, client: Client) -> None:
    make_story(vesper.brand, vesper.kofi.person, lead=vesper.ingrid.person, words=LED, slug="snow")
    assert LED in words(read(client, "/brands/vesper/stories/snow/"))
    speaking.pause_publishing(brand=vesper.brand, actor=None, label="test")
    read(client, "/brands/vesper/stories/snow/", 404)


def test_whoever_stands_for_the_brand_reads_the_agreed_line_at_a_resting_storys_address_and_nobody_else(
    vesper: Vesper, client: Client, settings: Any
) -> None:
    settings.PAGE_CACHE_MB = 8
    address = "/brands/vesper/stories/snow/"
    make_story(vesper.brand, vesper.kofi.person, lead=vesper.ingrid.person, words=LED, slug="snow")
    make_story(vesper.brand, vesper.kofi.person, slug="unled")
    make_role(at_work := make_user(), vesper.brand, "marketer")
    office = Client()
    office.force_login(at_work)
    speaking.pause_publishing(brand=vesper.brand, actor=None, label="test", line="The line is closed today.")
    for one in (vesper.at(vesper.oskar), office):
        answer = one.get(address)
        shown = words(answer.content.decode())
        assert "Vesper has paused its stories and posts that speak for it: The line is closed today." in shown
        assert LED not in shown
        assert "no-store" in answer["Cache-Control"]
        read(one, "/brands/vesper/stories/unled/", 404)
        read(one, "/brands/vesper/stories/never/", 404)
    Enrolment.objects.filter(pk=vesper.kofi.pk).update(state="left")
    Role.objects.filter(user=user_of(vesper.kofi)).delete()
    for one in (client, vesper.at(vesper.stranger), vesper.at(vesper.kofi)):
        assert "closed today" not in read(one, address, 404)
    speaking.resume_publishing(brand=vesper.brand, actor=None, label="test")
    assert LED in words(read(vesper.at(vesper.oskar), address))


def test_a_hidden_colleagues_face_stands_beside_what_they_ask_on_the_desks_of_those_whom_they_ask(
    vesper: Vesper, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    stem = faces.keep(png())
    url = faces.picture(stem).face_url
    Person.objects.filter(pk=vesper.kofi.person_id).update(portrait=stem, page_open=False)
    story = make_story(vesper.brand, vesper.kofi.person)
    away = with_login(vesper.brand, "Anna Away")
    Enrolment.objects.filter(pk=away.pk).update(state="left")
    assert url in read(vesper.at(vesper.oskar), "/desk/stories/")
    assert answers(url, vesper.at(vesper.oskar)) == 200
    for one in (Client(), vesper.at(vesper.stranger), vesper.at(away)):
        assert answers(url, one) == 404
    stories.take(story=story, person=vesper.oskar.person, actor=user_of(vesper.oskar))
    Story.objects.filter(pk=story.pk).update(ended_at=timezone.now())
    assert answers(url, vesper.at(vesper.oskar)) == 200  # the brief stands beside their draft still
    assert answers(url, vesper.at(vesper.ingrid)) == 404  # nobody asks her anything any longer


def answers(url: str, client: Client) -> int:
    """Return how an address answers, its file read to the end."""
    answer = client.get(url)
    answer.getvalue()
    return answer.status_code


def test_the_band_goes_with_the_last_day_and_with_an_end_and_another_brand_never_has_it(
    vesper: Vesper, client: Client
) -> None:
    yesterday = timezone.now().date() - dt.timedelta(days=1)
    make_story(vesper.brand, vesper.kofi.person, ends_on=yesterday, lead=vesper.ingrid.person, words=LED)
    assert "Leading" not in read(client, "/brands/vesper/")
    story = make_story(vesper.brand, vesper.kofi.person, slug="snow", lead=vesper.ingrid.person, words=LED)
    stories.change(
        story=story,
        brief=stories.Brief("Snow", FACTS, story.ends_on),
        lead=vesper.ingrid.person,
        actor=user_of(vesper.kofi),
    )
    assert "Leading" in read(client, "/brands/vesper/")
    assert "Leading" not in read(client, "/brands/nightjar/")
    read(client, "/brands/nightjar/stories/snow/", 404)
    assert vesper.at(vesper.stranger).post(f"{STUDIO}{story.pk}/end/").status_code == 404
    vesper.at(vesper.kofi).post(f"{STUDIO}{story.pk}/end/")
    assert "Leading" not in read(client, "/brands/vesper/")
    assert "Snow never stopped" in read(client, "/brands/vesper/stories/snow/")


def test_taking_one_opens_an_empty_draft_with_the_brief_beside_it_once(vesper: Vesper) -> None:
    story = make_story(vesper.brand, vesper.kofi.person, facts=FACTS, angles=["What changes for you?"])
    oskar = vesper.at(vesper.oskar)
    for _ in range(2):
        answer = oskar.post(f"/desk/stories/{story.pk}/take/")
    draft = Draft.objects.get()
    assert answer["Location"] == f"/desk/write/{draft.pk}/"
    assert (draft.text, draft.story, draft.person) == ("", story.pk, vesper.oskar.person)
    page = words(read(oskar, answer["Location"]))
    assert ("Kofi asks" in page, FACTS in page, "What changes for you?" in page) == (True, True, True)
    assert "Go on writing" in read(oskar, "/desk/stories/")
    assert FACTS not in read(oskar, "/desk/write/")
    assert vesper.at(vesper.stranger).post(f"/desk/stories/{story.pk}/take/").status_code == 404
    with pytest.raises(PermissionDenied):
        stories.take(story=story, person=vesper.oskar.person, actor=user_of(vesper.ingrid))
    Enrolment.objects.filter(pk=vesper.oskar.pk).update(state="left")
    assert FACTS not in read(oskar, answer["Location"])


def test_the_studio_sees_how_many_told_it_and_nobody_who_did_not(vesper: Vesper) -> None:
    story = make_story(vesper.brand, vesper.kofi.person)
    for who in (vesper.ingrid, vesper.oskar):
        stories.take(story=story, person=who.person, actor=user_of(who))
    make_told(story, say(vesper.ingrid, "Snow to the roof of coach seven."))
    kofi = vesper.at(vesper.kofi)
    assert [getattr(row, "told", None) for row in for_studio(vesper.brand)] == [1]
    for address in (STUDIO, f"{STUDIO}{story.pk}/", "/studio/vesper/audit/"):
        page = read(kofi, address)
        assert "Oskar" not in page
        assert "Ingrid" not in page
    assert not AuditEvent.objects.filter(brand="vesper", verb="story.taken").exists()


def test_the_storys_page_shows_what_its_people_said_of_it_as_far_as_the_brands_page_does(
    vesper: Vesper, client: Client
) -> None:
    story = make_story(vesper.brand, vesper.kofi.person, slug="snow", lead=vesper.ingrid.person, words=LED)
    make_told(story, say(vesper.oskar, "I was the one with the broom."))
    say(vesper.oskar, "Quite another thing.")
    make_told(story, say(vesper.stranger, "From another house."))
    page = words(read(client, "/brands/vesper/stories/snow/"))
    assert "I was the one with the broom." in page
    assert "Quite another thing." not in page
    assert "From another house." not in page


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_the_lists_ask_the_same_number_of_questions_however_many_stories_there_are(
    vesper: Vesper, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        story = make_story(vesper.brand, vesper.kofi.person, lead=vesper.ingrid.person, words="I lead it.")
        stories.take(story=story, person=vesper.oskar.person, actor=user_of(vesper.oskar))
    studio, desk = vesper.at(vesper.kofi), vesper.at(vesper.oskar)
    for client, address, asked_for in ((studio, STUDIO, 6), (desk, "/desk/stories/", 10)):
        with django_assert_num_queries(asked_for):
            assert client.get(address).status_code == 200
