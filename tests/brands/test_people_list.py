"""The full list of a brand's people."""

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from brands.feed import rebuild_feed
from brands.models import Brand, Enrolment, Team, Topic
from people.models import Account
from tests.brands.pages import enrol, names, read, say, words
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post

pytestmark = pytest.mark.django_db
LIST = "/brands/vesper/people/"


@pytest.fixture
def vesper() -> Brand:
    """Vesper with four people, and a stranger at another brand."""
    vesper = make_brand("Vesper", slug="vesper")
    board = Team.objects.create(brand=vesper, slug="on-board", name="On board")
    winter = Topic.objects.create(brand=vesper, slug="winter", name="Winter timetable")
    people = [
        enrol(vesper, "Ingrid Solbakk", team=board, title="Driver", place="Villach"),
        enrol(vesper, "Tomáš Řeháček", title="Timetable planner", place="Prague"),
        enrol(vesper, "Noor van Dalen", team=board, title="Carriage designer", place="Utrecht"),
        enrol(vesper, "Mateus Figueira", state="paused", title="Track inspector", place="Guarda"),
    ]
    for enrolment, languages, sort_name in zip(
        people, (["de", "nb"], ["cs"], ["nl", "de-AT"], []), ("solbakk", "rehacek", "dalen", "figueira"), strict=True
    ):
        enrolment.person.languages, enrolment.person.sort_name = languages, sort_name
        enrolment.person.save()
    people[1].topics.add(winter)
    enrol(make_brand("Nightjar", slug="nightjar"), "Outside Person", title="Driver", place="Villach")
    return vesper


def found(client: Client, query: str = "") -> list[str]:
    return names(read(client, LIST + query))


def test_everybody_who_said_yes_is_listed_by_family_name(client: Client, vesper: Brand) -> None:
    for state in ("invited", "declined", "left", "suspended"):
        enrol(vesper, f"Hidden {state}", state=state)
    page = read(client, LIST)
    assert names(page) == ["Noor van Dalen", "Mateus Figueira", "Tomáš Řeháček", "Ingrid Solbakk"]
    assert "4 people" in words(page)
    assert "Hidden" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=rehacek", ["Tomáš Řeháček"]),
        ("?q=TOMÁŠ", ["Tomáš Řeháček"]),
        ("?q=planner+prag", ["Tomáš Řeháček"]),
        ("?q=winter", ["Tomáš Řeháček"]),
        ("?q=on+board", ["Noor van Dalen", "Ingrid Solbakk"]),
        ("?q=villach", ["Ingrid Solbakk"]),
        ("?q=outside", []),
        ("?team=on-board", ["Noor van Dalen", "Ingrid Solbakk"]),
        ("?topic=winter", ["Tomáš Řeháček"]),
        ("?place=utrecht", ["Noor van Dalen"]),
        ("?place=ÚTRECHT", ["Noor van Dalen"]),
        ("?language=de", ["Noor van Dalen", "Ingrid Solbakk"]),
        ("?language=de&place=villach", ["Ingrid Solbakk"]),
        ("?network=x&team=on-board", ["Noor van Dalen", "Ingrid Solbakk"]),
        ("?team=on-board&q=prague", []),
        ("?unknown=1", ["Noor van Dalen", "Mateus Figueira", "Tomáš Řeháček", "Ingrid Solbakk"]),
        ("?q=%20", ["Noor van Dalen", "Mateus Figueira", "Tomáš Řeháček", "Ingrid Solbakk"]),
    ],
)
def test_search_and_filters_narrow_the_list(client: Client, vesper: Brand, query: str, expected: list[str]) -> None:
    assert found(client, query) == expected


def test_the_count_is_announced_and_can_be_cleared(client: Client, vesper: Brand) -> None:
    page = read(client, LIST + "?team=on-board")
    status = words(page.split('role="status">')[1].split("</p>")[0])
    assert status == "2 of 4 people Show all 4"
    assert f'<a href="{LIST}">Show all 4</a>' in page


@pytest.mark.parametrize("facet", ["team", "topic", "place", "language", "network"])
def test_a_filter_that_nobody_can_match_says_so(client: Client, vesper: Brand, facet: str) -> None:
    page = read(client, f"{LIST}?{facet}=<nope>")
    assert f"Nobody here has the {facet} “<nope>”. Show all 4" in words(page)
    assert "<nope>" not in page
    assert names(page) == []


def test_a_search_without_result_says_so_and_keeps_the_words(client: Client, vesper: Brand) -> None:
    page = read(client, LIST + "?q=zzz")
    assert "Nobody here matches that. Show all 4" in words(page)
    assert 'value="zzz"' in page
    assert "<title>“zzz” – Everyone at Vesper</title>" in page


def test_choices_show_their_counts_and_what_is_chosen(client: Client, vesper: Brand) -> None:
    page = read(client, LIST + "?language=de")
    assert '<option value="de" selected>German (2)</option>' in page
    assert '<option value="villach">Villach (1)</option>' in page
    assert '<label for="f-network">' not in page  # everybody is on X: nothing to choose between


def test_a_list_of_fifty_has_two_pages_that_keep_the_filters(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    for number in range(50):
        make_enrolment(vesper, make_person(f"Anna Name{number:02}", languages=["de"] if number < 49 else []))
    first, second = read(client, LIST + "?language=de"), read(client, LIST + "?language=de&page=2")
    assert names(first) == [f"Anna Name{number:02}" for number in range(48)]
    assert names(second) == ["Anna Name48"]
    assert 'href="?language=de&amp;page=2" rel="next">Next</a>' in first
    assert "<title>Page 2 of 2 – Everyone at Vesper</title>" in second
    assert names(read(client, LIST + "?page=99")) == ["Anna Name48", "Anna Name49"]
    assert names(read(client, LIST + "?page=x")) == names(read(client, LIST))


def test_htmx_gets_only_what_was_found(client: Client, vesper: Brand) -> None:
    fragment = read(client, LIST + "?q=ingrid", **{"HX-Request": "true"})
    assert fragment.startswith('<div class="stack roomy" id="found">')
    assert names(fragment) == ["Ingrid Solbakk"]
    whole = read(client, LIST + "?q=ingrid", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert whole.startswith("<!DOCTYPE html>")


def test_a_brand_without_people_has_no_form(client: Client) -> None:
    make_brand("Vesper", slug="vesper")
    page = read(client, LIST)
    assert "No one on the page yet" in page
    assert "<form" not in page


def test_a_person_of_two_brands_is_listed_at_each_by_its_own_yes(client: Client, vesper: Brand) -> None:
    person = Enrolment.objects.get(person__name="Ingrid Solbakk").person
    make_enrolment(Brand.objects.get(slug="nightjar"), person, title="Guest")
    assert "Ingrid Solbakk" in names(read(client, "/brands/nightjar/people/"))
    Enrolment.objects.filter(brand=vesper, person=person).update(state="left")
    assert "Ingrid Solbakk" not in found(client)
    assert "Ingrid Solbakk" in names(read(client, "/brands/nightjar/people/"))


@pytest.fixture
def talking(vesper: Brand) -> Brand:
    """The same four people, two of whom talk about snow."""
    rows = {row.person.first_name: row for row in Enrolment.objects.filter(brand=vesper).select_related("person")}
    say(rows["Noor"], 'Snow on the <b>brakes</b> & none in the "cabin".', hours=1, lang="en")
    say(rows["Ingrid"], "لا snow هنا", hours=2, lang="ar")
    say(rows["Ingrid"], "More snow.", hours=3)
    outsider = Enrolment.objects.get(person__name="Outside Person")
    say(outsider, "Snow at another brand.")
    return vesper


@pytest.fixture
def elsewhere(talking: Brand) -> Brand:
    """The same, but what Noor and Ingrid said they said elsewhere, where nobody's rules forbid an excerpt."""
    Account.objects.filter(person__first_name__in=["Noor", "Ingrid"]).update(network="elsewhere")
    return talking


def part(page: str, title: str) -> str:
    """Return the section below a heading."""
    return page.split(f'aria-labelledby="{title}"')[1].split("</section>")[0]


def test_who_spoke_about_it_stands_below_those_who_are_it_with_the_place_in_their_words(
    client: Client, elsewhere: Brand
) -> None:
    page = read(client, LIST + "?q=snow")
    assert "Nobody is called that or does that; two people spoke about it. Show all 4" in words(page)
    speakers = part(page, "speakers-title")
    assert names(speakers) == ["Ingrid Solbakk", "Noor van Dalen"]  # she said it twice
    assert "<mark>Snow</mark> on the &lt;b&gt;brakes&lt;/b&gt; &amp; none in the &quot;cabin&quot;." in speakers
    assert 'class="words" lang="ar" dir="auto">لا <mark>snow</mark> هنا</p>' in speakers
    assert "Noor’s whole post" in words(speakers)
    said = part(page, "words-title")
    assert names(said) == ["Noor van Dalen", "Ingrid Solbakk", "Ingrid Solbakk"]
    assert "another brand" not in page


def test_a_post_on_x_is_shown_whole_or_not_at_all(client: Client, talking: Brand) -> None:
    page = read(client, LIST + "?q=snow")
    speakers = part(page, "speakers-title")
    assert names(speakers) == ["Ingrid Solbakk", "Noor van Dalen"]
    assert "Noor’s post on X" in words(speakers)
    assert "<mark>" not in page
    assert "Snow on the" not in words(speakers)
    assert "Snow on the" in words(part(page, "words-title"))


def test_somebody_who_is_it_is_not_named_again_for_saying_it(client: Client, talking: Brand) -> None:
    page = read(client, LIST + "?q=brakes")
    assert names(part(page, "speakers-title")) == ["Noor van Dalen"]
    Enrolment.objects.filter(person__name="Noor van Dalen").update(title="Brakes")
    page = read(client, LIST + "?q=brakes")
    assert "1 of 4 people Show all 4" in words(page)
    assert "speakers-title" not in page
    assert names(page) == ["Noor van Dalen", "Noor van Dalen"]  # the card, and the post


def test_a_title_and_a_post_are_counted_in_one_sentence(client: Client, talking: Brand) -> None:
    Enrolment.objects.filter(person__name="Tomáš Řeháček").update(title="Snow planner")
    page = read(client, LIST + "?q=snow")
    assert "1 of 4 people, and two more who spoke about it Show all 4" in words(page)
    assert names(page)[:3] == ["Tomáš Řeháček", "Ingrid Solbakk", "Noor van Dalen"]


def test_a_search_without_any_answer_says_what_to_try(client: Client, talking: Brand) -> None:
    page = words(read(client, LIST + "?q=zzz"))
    assert "Nobody here matches that. Show all 4 No post says it either. Try fewer words, or only the beginning" in page
    signs = words(read(client, LIST + "?q=%25%5C_"))
    assert "There is no letter or digit in that to look for. Show all 4" in signs


def test_what_they_said_goes_on_by_real_links_to_the_last_post(client: Client, talking: Brand) -> None:
    ingrid = Enrolment.objects.get(brand=talking, person__name="Ingrid Solbakk")
    for number in range(20):
        say(ingrid, f"Snow {number} & more.", hours=10 + number)
    page = read(client, LIST + "?q=snow+%26")
    assert "More of what they said about “snow &amp;”" in page
    seen = page.count("voice-post")
    link = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    more = read(client, LIST + link)
    assert "<title>More – “snow &amp;” – Everyone at Vesper</title>" in more
    assert 'href="?q=snow+%26">Back to everybody found for “snow &amp;”</a>' in more
    seen += more.count("voice-post")
    fragment = read(client, LIST + link, **{"HX-Request": "true"})
    assert fragment.startswith("<article")
    assert fragment.count("autofocus") == 1
    link = more.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    last = read(client, LIST + link)
    assert seen + last.count("voice-post") == 23
    assert "That was the oldest post that says it." in words(last)
    assert 'rel="next"' not in last
    assert "No older post says it." in words(read(client, LIST + "?q=snow&before=2001-01-01T00:00:00~1"))


@pytest.mark.parametrize("query", ["?q=snow&before=nonsense", "?before=2026-01-01T00:00:00~1", "?q=snow&page=9"])
def test_a_made_up_address_gives_the_list(client: Client, talking: Brand, query: str) -> None:
    assert 'id="found"' in read(client, LIST + query)


def test_a_common_word_is_answered_honestly(client: Client, talking: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Many did" not in read(client, LIST + "?q=snow")
    monkeypatch.setattr("brands.queries.search.LOOKED", 2)
    page = read(client, LIST + "?q=snow")
    assert "Many did: these are from the newest posts that match." in words(page)
    assert names(part(page, "speakers-title")) == ["Noor van Dalen", "Ingrid Solbakk"]


def test_the_second_page_of_people_repeats_nobody_by_their_words(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    for number in range(50):
        enrol(vesper, f"Anna Name{number:02}", title="Snow driver")
    say(Enrolment.objects.get(person__name="Anna Name00"), "Snow.")
    assert "In their own words" in read(client, LIST + "?q=snow")
    assert "In their own words" not in read(client, LIST + "?q=snow&page=2")


@pytest.mark.parametrize("rows", [1, 3, 300])
@pytest.mark.parametrize(
    "query", ["?q=snow", "?q=driver", "?q=snow&language=de", "?q=snow&before=2100-01-01T00:00:00~1"]
)
def test_a_search_asks_the_same_number_of_questions_for_any_number_of_answers(
    client: Client, rows: int, query: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    for number in range(rows):
        account = make_account(make_person(f"Anna Name{number}", languages=["de"]))
        make_enrolment(vesper, account=account, title="Driver")
        for _ in range(1 if rows == 300 else 15):
            make_post(account, "Snow.")
    rebuild_feed(vesper)
    # PostgreSQL is first asked how far the walk through the newest goes (queries/search.py)
    on_postgresql = connection.vendor == "postgresql"
    expected = {"?q=driver": 7}.get(query, 10 if "before" in query else 13)
    with django_assert_num_queries(expected + on_postgresql):
        assert client.get(LIST + query).status_code == 200
