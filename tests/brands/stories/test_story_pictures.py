"""Pictures of a brief: re-encoded, described, seen by those who are asked; and what a lead takes along."""

import io

import pytest
from django.test import Client
from PIL import Image

from brands import story_pictures, taken_along
from brands.models import StoryPicture
from brands.stories import NotAsked
from people import post_pictures
from tests.brands.pages import read, words
from tests.brands.stories.conftest import Vesper, user_of
from tests.brands.studio.rooms import enter
from tests.factories import make_story
from tests.people.desk.test_my_page import picture

pytestmark = pytest.mark.django_db
ALT = "Oskar with a broom on white points"


def test_a_picture_needs_words_lies_beside_the_brief_and_goes_without_what_the_camera_wrote(
    vesper: Vesper, django_capture_on_commit_callbacks: object
) -> None:
    story = make_story(vesper.brand, vesper.kofi.person)
    office, address = vesper.at(vesper.kofi), f"/studio/vesper/stories/{story.pk}/"
    office.post(f"{address}pictures/", {"do": "add", "picture": picture(), "alt": " "})
    assert (StoryPicture.objects.count(), "Say in words what the picture shows" in read(office, address)) == (0, True)
    office.post(f"{address}pictures/", {"do": "add", "picture": picture(), "alt": ALT})
    row = StoryPicture.objects.get()
    shown = office.get(f"{address}pictures/{row.pk}/")
    assert (shown["Content-Type"], Image.open(io.BytesIO(shown.content)).format) == ("image/avif", "AVIF")
    office.post(f"{address}pictures/", {"do": f"describe-{row.pk}", f"alt-{row.pk}": f"{ALT}, at night"})

    oskar = vesper.at(vesper.oskar)
    own = f"/desk/stories/pictures/{row.pk}/"
    assert f'<img src="{own}" width="600" height="400" alt="{ALT}, at night"' in read(oskar, "/desk/stories/")
    draft = oskar.post(f"/desk/stories/{story.pk}/take/")["Location"]
    assert f'src="{own}"' in read(oskar, draft)
    assert oskar.get(own).content == shown.content
    file = post_pictures.file_of(row.stem, "600")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        office.post(f"{address}pictures/", {"do": f"remove-{row.pk}"})
    assert (oskar.get(own).status_code, file.exists()) == (404, False)


def test_nobody_who_is_not_asked_sees_or_changes_them(vesper: Vesper) -> None:
    story = make_story(vesper.brand, vesper.kofi.person)
    row = story_pictures.add(story=story, body=picture().read(), alt=ALT, actor=user_of(vesper.kofi))
    studio, own = f"/studio/vesper/stories/{story.pk}/pictures/", f"/desk/stories/pictures/{row.pk}/"
    foreign = enter(vesper.stranger.brand)
    for client in (foreign, enter(vesper.brand, "analyst"), vesper.at(vesper.stranger)):
        assert client.post(studio, {"do": f"remove-{row.pk}"}).status_code == 404
        assert [client.get(f"{studio}{row.pk}/").status_code, client.get(own).status_code] in ([404, 404], [404, 403])
    elsewhere = make_story(vesper.stranger.brand, vesper.stranger.person)
    address = f"/studio/nightjar/stories/{elsewhere.pk}/pictures/"
    assert foreign.post(address, {"do": f"remove-{row.pk}"}).status_code == 404
    public = f"/{post_pictures.url_of(row.stem, '600').lstrip('/')}"
    assert [Client().get(own).status_code, Client().get(public).status_code] == [302, 404]
    assert StoryPicture.objects.get().alt == ALT


def test_a_brief_holds_four_and_what_is_no_picture_is_told(vesper: Vesper) -> None:
    story, actor = make_story(vesper.brand, vesper.kofi.person), user_of(vesper.kofi)
    for number in range(4):
        story_pictures.add(story=story, body=picture(40 + number).read(), alt=ALT, actor=actor)
    with pytest.raises(NotAsked, match="at most 4"):
        story_pictures.add(story=story, body=picture().read(), alt=ALT, actor=actor)
    with pytest.raises(NotAsked, match="Choose another one"):
        story_pictures.add(story=story, body=b"no picture", alt=ALT, actor=actor)
    post_pictures.tidy()
    assert all(post_pictures.file_of(row.stem, "600").exists() for row in StoryPicture.objects.all())


def test_a_lead_takes_their_words_along_and_not_the_brief(vesper: Vesper) -> None:
    story = make_story(vesper.brand, vesper.kofi.person, lead=vesper.ingrid.person, words="Snow, and how it smells.")
    make_story(vesper.brand, vesper.kofi.person, lead=vesper.ingrid.person)  # asked, and no yes
    (led,) = taken_along.of(vesper.ingrid.person)["stories_led"]  # type: ignore[misc]
    assert (led["brand"], led["story"], led["words"]) == ("Vesper", story.title, "Snow, and how it smells.")
    assert taken_along.of(vesper.kofi.person)["stories_led"] == []
    assert words(story.facts) not in str(taken_along.of(vesper.ingrid.person))
