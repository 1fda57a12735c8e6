"""A brand's page put together from ready parts: drawn anew only where something changed."""

import datetime as dt
import time
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from advocacy import versions
from advocacy.pages import keeping, parts
from brands import choosing, drawing
from brands.models import Brand, Enrolment
from people import profiles
from people.models import Post
from people.telling import posts_told
from tests.brands.pages import enrol, say, words
from tests.factories import make_brand, make_user

pytestmark = pytest.mark.django_db
PLACE = "/brands/vesper/"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def drawn(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Keep parts and no pages; return the posts that were drawn, in order."""
    settings.PART_CACHE_MB = 4
    found: list[int] = []
    draw = drawing.drawn
    monkeypatch.setattr(drawing, "drawn", lambda entry: found.append(entry.post.pk) or draw(entry))
    yield found
    keeping.clear()
    versions.forget()


@pytest.fixture
def people() -> list[Enrolment]:
    brand = make_brand("Vesper", slug="vesper")
    return [enrol(brand, name, posts=1) for name in ("Ingrid Solheim", "Oskar Brandl", "Lea Brandt")]


def test_a_page_whose_parts_are_ready_asks_for_the_newest_rows_and_nothing_else(
    client: Client, people: list[Enrolment], drawn: list[int]
) -> None:
    first = client.get(PLACE).content
    with CaptureQueriesContext(connection) as queries:
        assert client.get(PLACE).content == first
    assert [query["sql"].split('"')[1] for query in queries.captured_queries] == ["brands_brandpost"]
    assert len(drawn) == 3


def test_only_what_changed_is_drawn_anew(
    client: Client,
    people: list[Enrolment],
    drawn: list[int],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client.get(PLACE)
    drawn.clear()
    new = say(people[0], "The soup is ready.", hours=0)
    with django_capture_on_commit_callbacks(execute=True):
        posts_told([new.pk])
    assert "The soup is ready." in client.get(PLACE).content.decode()
    assert set(drawn) <= set(people[0].person.posts.values_list("pk", flat=True))


def test_a_part_of_which_nobody_told_that_it_changed_is_drawn_anew_after_a_minute(
    client: Client, people: list[Enrolment], monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(PLACE)
    Post.objects.filter(person=people[0].person).update(html="<p>The soup is cold.</p>")  # told by a process that died
    assert "The soup is cold." not in client.get(PLACE).content.decode()
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + keeping.LIFE + 1)
    assert "The soup is cold." in client.get(PLACE).content.decode()


def test_an_answer_is_seen_under_what_it_answers(
    client: Client, people: list[Enrolment], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client.get(PLACE)
    asked = people[0].person.posts.get()
    reply = say(people[1], "So it is.", hours=0, kind="reply", reply_to_id=asked.remote_id)
    with django_capture_on_commit_callbacks(execute=True):
        posts_told([reply.pk])
    assert "So it is." in client.get(PLACE).content.decode()
    user = make_user()
    type(reply.person).objects.filter(pk=reply.person_id).update(user=user)
    enrolment = Enrolment.objects.get(pk=people[1].pk)
    with django_capture_on_commit_callbacks(execute=True):
        choosing.choose_post(enrolment=enrolment, post=reply, shown=False, actor=user)
    assert "So it is." not in client.get(PLACE).content.decode()


def test_a_corrected_name_is_in_the_frame_and_in_the_pieces_at_once(
    client: Client, people: list[Enrolment], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert "Ingrid Solheim" in client.get(PLACE).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        profiles.rename_person(people[0].person, name="Inga Solheim", given="Inga", family="Solheim", nickname="")
    page = words(client.get(PLACE).content.decode())
    assert ("Inga Solheim" in page, "Ingrid Solheim" in page) == (True, False)


def test_a_new_day_draws_everything_anew(client: Client, people: list[Enrolment], drawn: list[int]) -> None:
    noon = dt.datetime.combine(timezone.now().date(), dt.time(12), dt.UTC) + DAY
    with time_machine.travel(noon, tick=False):
        for enrolment in people:
            say(enrolment, "At noon.", hours=1)
        assert "today 11:00" in client.get(PLACE).content.decode()
    with time_machine.travel(noon + DAY, tick=False):
        page = client.get(PLACE).content.decode()
    assert ("yesterday 11:00" in page, "today 11:00" in page) == (True, False)


def test_parts_are_the_same_for_everybody_and_the_door_is_the_readers_own(
    client: Client, people: list[Enrolment]
) -> None:
    signed_in = Client()
    signed_in.force_login(make_user())
    for reader, door in ((signed_in, "Home</a>"), (client, "Sign in</a>"), (signed_in, "Home</a>")):
        assert door in reader.get(PLACE).content.decode()
    assert all("Sign in" not in str(part.made) for part, _ in parts._memory._kept.values())


def test_the_first_post_of_an_added_page_takes_the_focus_though_its_piece_is_ready(
    client: Client, people: list[Enrolment]
) -> None:
    whole = client.get(PLACE).content.decode()
    fragment = client.get(PLACE, headers={"HX-Request": "true"}).content.decode()
    assert (whole.count("autofocus"), fragment.count("autofocus")) == (0, 1)
    assert client.get(PLACE).content.decode() == whole


def test_the_total_moves_with_the_feed(
    client: Client, people: list[Enrolment], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    brand = Brand.objects.get()
    assert drawing.page_of(brand.pk, None).total == 3
    with django_capture_on_commit_callbacks(execute=True):
        say(people[0], "Once more.", hours=0)
    assert drawing.page_of(brand.pk, None).total == 4


def test_a_page_that_is_kept_holds_no_part_that_is_older_than_its_own_number(
    client: Client,
    people: list[Enrolment],
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.PAGE_CACHE_MB = 4
    assert "Ingrid Solheim" in client.get(PLACE).content.decode()
    believed = dict(versions._seen)
    with django_capture_on_commit_callbacks(execute=True):
        profiles.rename_person(people[0].person, name="Inga Solheim", given="Inga", family="Solheim", nickname="")
    # as another process, in which the page's own number was due a moment before those of its parts
    versions._seen.clear()
    versions._seen.update(believed)
    key = versions.brand(people[0].brand_id)
    versions._seen[key] = (believed[key][0], 0.0)
    page = words(client.get(PLACE).content.decode())
    assert ("Inga Solheim" in page, "Ingrid Solheim" in page) == (True, False)


def test_no_header_of_a_readers_moves_the_addresses_on_parts_that_all_see(
    client: Client, people: list[Enrolment], settings: Settings
) -> None:
    settings.PAGE_CACHE_MB = 4
    client.get(PLACE, SCRIPT_NAME="/elsewhere", headers={"X-Forwarded-Host": "other.example"})
    page = client.get(PLACE).content.decode()
    assert "/elsewhere" not in page
    assert "other.example" not in page
