"""Every public page is valid HTML: a strict parser finds nothing wrong in the whole document."""

import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from brands.models import Brand, Enrolment, Team
from brands.share_cards import draw_due
from people.models import Post
from people.profiles import new_listing_link
from people.share_cards import due
from tests.brands.pages import enrol, say
from tests.factories import make_brand, make_story, make_told

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(settings: object, tmp_path: object) -> list[str]:
    """The public pages, in their states: with everything that they can show, empty, narrowed, further on, not there."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined] # pytest-django's
    vesper = make_brand("Vesper & <Sons>", slug="vesper", tagline='The "night" trains')
    board = Team.objects.create(brand=vesper, slug="on-board", name="On board & off")
    ingrid = enrol(vesper, "Ingrid Solbakk", team=board, title="<Driver>", place="Villach")
    oskar = enrol(vesper, "Oskar Brandl", state="paused")
    person = ingrid.person
    person.line, person.slug, person.links = (
        'says "<hello>" & more',
        "ingrid",
        [{"label": "B", "url": "https://b.example/?a=1&b=2"}],
    )
    person.save()
    for hours in range(60):
        say(ingrid, f"Snow <b> & ice {hours}.", hours=hours)
    said = Post.objects.filter(person=person).order_by("-published_at")[0]
    say(oskar, "I was awake.", hours=70, kind="reply", reply_to_id=said.remote_id)
    Brand.objects.create(name="Empty", slug="empty")
    story = make_story(vesper, person, lead=person, words='I was "there" & <awake>.', slug="snow")
    make_told(story, said)
    assert Enrolment.objects.count() == 2
    due.draw_due()
    draw_due()
    before = f"?before={said.published_at:%Y-%m-%dT%H:%M:%S}~1&seen=20"
    return [
        *("/", "/brands/vesper/", f"/brands/vesper/{before}", "/brands/empty/", "/brands/empty/people/"),
        *("/brands/vesper/people/", "/brands/vesper/people/?q=ingrid&team=on-board", "/brands/vesper/people/?q=snow"),
        *("/brands/vesper/people/?q=%22%3C&team=%22%3C", "/people/ingrid/", "/people/ingrid/?show=answers"),
        *(f"/people/ingrid/{before}", f"/people/{oskar.person.slug}/", f"/posts/{said.pk}/"),
        *(f"/listing/{new_listing_link(person)}/", reverse("account_login"), "/nowhere/", "/?x=%00"),
        *("/brands/vesper/stories/snow/", "/people/ingrid/follow/", "/brands/vesper/follow/", "/following/asked/"),
        *("/following/done/", "/join/asked/", f"/posts/{said.pk}/report/", "/reports/sent/"),
    ]


def test_a_strict_parser_finds_nothing_wrong(client: Client, pages: list[str]) -> None:
    wrong = []
    for url in pages:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(client.get(url).content.decode())
        wrong += [(url, place, name, words) for place, name, words in parser.errors]
    assert wrong == []
