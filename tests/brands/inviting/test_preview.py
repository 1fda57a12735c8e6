"""The last step of an invitation: the brand's page as it would look with the person, as a still picture."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brands import answering
from brands.models import Brand, BrandPost, NamedAccount
from brands.stills import still
from people.models import User
from people.rendering import words_html
from tests.brands.inviting.asking import address, asked, vesper
from tests.brands.pages import enrol, names, read, say, words
from tests.factories import make_brand

pytestmark = pytest.mark.django_db


def ticked(client: Client, path: str, **said: float) -> None:
    """Name an account and tick posts of it, each said some hours ago; their words are the names."""
    client.post(f"{path}accounts/", {"handles": "ingrid"})
    account = NamedAccount.objects.get()
    account.posts = [
        {
            "remote_id": str(number),
            "published_at": (timezone.now() - dt.timedelta(hours=hours)).isoformat(),
            "kind": "post",
            "text": f"{word} & I",
            "html": words_html(f"{word} & I", []),
            "lang": "en",
            "media": [{"kind": "photo", "url": None, "alt": "Snow"}],
        }
        for number, (word, hours) in enumerate(said.items(), 70)
    ]
    account.picks = [post["remote_id"] for post in account.posts]
    account.shows = "picked"
    account.save()


def picture(client: Client, path: str) -> str:
    """Return the still picture of the page, without the page around it."""
    page = read(client, f"{path}preview/")
    found = re.search(r'<div role="group".*(?=<p class="kicker">Here the picture ends)', page, re.DOTALL)
    assert found
    return found[0]


def order(html: str, *said: str) -> list[str]:
    return sorted((one for one in said if one in html), key=html.index)


@pytest.fixture
def page() -> tuple[Brand, str]:
    """Vesper with two people who speak, and somebody asked; return the brand and the invitation's path."""
    brand, marta = vesper()
    anna, oskar = enrol(brand, "Anna Brandl", line="drives the night"), enrol(brand, "Oskar Brandl")
    say(anna, "Morning at Villach.", hours=1)
    say(anna, "Evening <script>at</script> Villach.", hours=5)
    say(oskar, "Snow on the pass.", hours=9)
    enrol(make_brand("Other", slug="other"), "Zoe Abelshauser", posts=1)
    return brand, address(asked(brand, marta))


def test_it_shows_colleagues_and_the_ticked_posts_where_they_would_stand(
    client: Client, page: tuple[Brand, str]
) -> None:
    _, path = page
    ticked(client, path, Lamps=3, Bread=7, Rails=8)
    client.post(f"{path}line/", {"line": "walks the train", "address": ""})
    seen = picture(client, path)
    said = ("Morning at Villach.", "Lamps &amp; I", "Evening", "Bread &amp; I", "Rails &amp; I", "Snow on the pass.")
    assert order(seen, *said) == list(said)
    assert "Ingrid walks the train ." in words(seen)
    assert "Anna drives the night ." in words(seen)
    assert "Three of us speak here." in words(seen)
    assert "Abelshauser" not in seen
    assert "<script" not in seen


def test_what_it_shows_of_the_people_is_what_the_page_shows_after_the_yes(
    client: Client, page: tuple[Brand, str]
) -> None:
    brand, path = page
    client.post(f"{path}line/", {"line": "walks the train", "address": ""})
    seen = picture(client, path)
    assert "Ingrid" not in read(Client(), "/brands/vesper/")
    client.post(f"{path}yes/")
    shown = read(Client(), "/brands/vesper/")
    chorus = [re.findall(r'<p class="chorus">.*?</p>', html, re.DOTALL) for html in (seen, shown)]
    assert words(chorus[0][0]) == words(chorus[1][0])
    assert (names(seen), len(names(seen))) == (names(shown), 5)
    assert BrandPost.objects.filter(brand=brand).count() == 3


def test_nothing_in_it_can_be_pressed_or_reached_and_no_name_stands_twice(
    client: Client, page: tuple[Brand, str]
) -> None:
    brand, path = page
    anna = brand.enrolments.get(person__first_name="Anna")
    for number in range(3):  # so that a fold is drawn
        say(anna, f"See https://vesper.example/{number}", hours=0.1)
    ticked(client, path, Lamps=3, Bread=3.5)
    seen = picture(client, path)
    assert not re.search(r'\shref="(?!/static)|<(form|button|input|details|summary|iframe)|tabindex|\sid="', seen)
    assert "3 more from Anna" in words(seen)
    assert "1 more from Ingrid" in words(seen)
    assert "Bread &amp; I" in seen  # theirs is unfolded


def test_a_ticked_post_that_is_further_down_is_shown_too(client: Client, page: tuple[Brand, str]) -> None:
    brand, path = page
    people = [brand.enrolments.get(person__first_name=name) for name in ("Anna", "Oskar")]
    for number in range(12):
        say(people[number % 2], "Word.", hours=10 + number)
    ticked(client, path, Lamps=3, Bread=100)
    seen = picture(client, path)
    assert order(seen, "Lamps", "Yours further down", "Bread") == ["Lamps", "Yours further down", "Bread"]


def test_their_turn_has_come_among_many_but_not_before_those_whom_the_brand_chose(
    client: Client, page: tuple[Brand, str]
) -> None:
    brand, path = page
    for number in range(12):
        enrol(brand, f"Person{chr(97 + number)} Moser", line="sings", in_chorus=number < 5)
    client.post(f"{path}line/", {"line": "walks the train", "address": ""})
    seen = picture(client, path)
    assert "Ingrid Solheim" in names(seen)
    assert "Fifteen of us speak here." in words(seen)
    assert "Ingrid" not in words(seen[: seen.index("Everyone, by name")])


def test_it_asks_the_database_as_often_however_many_there_are(client: Client, page: tuple[Brand, str]) -> None:
    brand, path = page
    ticked(client, path, Lamps=3)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            picture(client, path)
        counts.append(len(asked_for))
        for number in range(6):
            enrol(brand, f"Person{chr(97 + number)} Moser", posts=2)
    assert counts[0] == counts[1]


def test_nobody_reads_it_with_another_link(client: Client, page: tuple[Brand, str]) -> None:
    brand, path = page
    ticked(client, path, Lamps=3)
    read(client, f"/invitations/{'x' * 43}/preview/", 404)
    other = address(asked(brand, User.objects.get(email="marta@vesper.example"), name="Bela Novak"))
    assert "Lamps" not in picture(client, other)
    invitation = answering.open_invitation(path.split("/")[2])
    assert invitation
    answering.say_no(invitation=invitation)
    read(client, f"{path}preview/", 404)


def test_a_still_picture_passes_words_on_as_they_were_escaped() -> None:
    drawn = (
        '<p dir="auto">&lt;b&gt; &amp; &#x27;a&#39; <a href="/x?b=2" title="&quot;">link</a><br><use href="#x"/></p>'
    )
    assert still(drawn) == '<p dir="auto">&lt;b&gt; &amp; &#x27;a&#39; <a>link</a><br><use href="#x"/></p>'
    assert still('<h1 class="&quot;&gt;" id="a">A</h1>') == '<h2 class="&quot;&gt;">A</h2>'
