"""A person's page."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from people.models import Account, Person
from people.models.person import OldSlug
from people.rendering import words_html
from tests.brands.pages import read, words
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post

pytestmark = pytest.mark.django_db


def test_a_person_without_a_brand_has_a_whole_page(client: Client) -> None:
    person = make_person("Ingrid Solbakk", slug="ingrid", about="I have yet to see it twice.", backdrop="moss")
    make_post(make_account(person, handle="ingrid_drives"), "Snow.", html=words_html("Snow.", []))
    make_post(make_account(make_person("Outside Person")), "Elsewhere.")
    page = read(client, "/people/ingrid/")
    text = words(page)
    assert "<title>Ingrid Solbakk</title>" in page
    assert 'class="lead-band moss"' in page
    assert "“I have yet to see it twice.”" in text
    assert "Snow." in text
    assert "Elsewhere." not in text
    assert "works for" not in text
    assert "Nobody approves these posts before you read them." in text


def test_a_line_goes_on_from_the_name_unless_it_is_a_sentence_of_its_own(client: Client) -> None:
    person = make_person("Ingrid Solbakk", slug="ingrid", line="drives the night train")
    for line, said in (
        ("drives the night train", "“Ingrid drives the night train”"),
        ("I have never seen it twice.", "“I have never seen it twice.”"),
    ):
        Person.objects.filter(pk=person.pk).update(line=line)
        assert said in words(read(client, "/people/ingrid/"))
        assert said in words(read(client, "/people/ingrid/follow/"))


def test_the_head_names_each_brand_with_title_place_and_year(client: Client) -> None:
    person = make_person("Ingrid Solbakk", slug="ingrid")
    vesper, nightjar = make_brand("Vesper", slug="vesper"), make_brand("Nightjar", slug="nightjar")
    since = dt.date(2004, 4, 1)
    make_enrolment(vesper, person, title="Driver", place="Villach", with_brand_since=since)
    make_enrolment(nightjar, person, state="paused")
    make_enrolment(make_brand("Formerly"), person, state="left", title="Gone")
    text = words(read(client, "/people/ingrid/"))
    assert "Driver, Villach. With Vesper since 2004 With Nightjar Ingrid Solbakk" in text
    assert "Ingrid works for Vesper and Nightjar and speaks for Ingrid alone." in text
    assert "Formerly" not in text
    assert "Gone" not in text


def test_a_closed_page_and_an_unknown_one_are_not_found_alike(client: Client) -> None:
    person = make_person("Ingrid Solbakk", slug="ingrid", page_open=False)
    OldSlug.objects.create(slug="ingrid-old", person=person)
    OldSlug.objects.create(slug="nobody-old", person=None)
    for slug in ("ingrid", "nobody", "ingrid-old", "nobody-old"):
        assert "There is no such page" in read(client, f"/people/{slug}/", 404)


def test_an_old_address_leads_to_the_new_one_for_ever(client: Client) -> None:
    OldSlug.objects.create(slug="ingrid-s", person=make_person("Ingrid Solbakk", slug="ingrid"))
    answer = client.get("/people/ingrid-s/")
    assert (answer.status_code, answer["Location"]) == (301, "/people/ingrid/")


def test_choices_are_links_with_counts_and_only_where_there_is_something(client: Client) -> None:
    person = make_person("Ingrid Solbakk", slug="ingrid")
    account = make_account(person)
    make_post(account, "Plain.")
    make_post(account, "Shown.", kind="quote", quote_of_id="5", media=[{"kind": "photo", "url": None, "alt": "Snow"}])
    make_post(account, "Same as when they are awake.", kind="reply", reply_to_id="9", reply_to_handle="marta")
    page = read(client, "/people/ingrid/")
    nav = words(page.split('aria-label="Show">')[1].split("</nav>")[0])
    assert nav == "Posts 2 Answers 1 Pictures 1"
    assert "Same as" not in page
    answers = read(client, "/people/ingrid/?show=answers")
    assert "An answer to @marta" in words(answers)
    assert "Plain." not in answers
    pictures = read(client, "/people/ingrid/?show=pictures")
    assert ("Plain." in pictures, "Shown." in pictures) == (False, True)
    assert "Plain." in read(client, "/people/ingrid/?show=nonsense")


def test_an_answer_shows_what_it_answers_where_that_is_ours(client: Client) -> None:
    asked = make_post(make_account(make_person("Oskar Brandl")), "Who has the broom?", html="<p>Who has the broom?</p>")
    ingrid = make_account(make_person("Ingrid Solbakk", slug="ingrid"))
    make_post(ingrid, "You.", kind="reply", reply_to_id=asked.remote_id, reply_to_handle="oskar")
    text = words(read(client, "/people/ingrid/?show=answers"))
    assert "Oskar Brandl said" in text
    assert "Who has the broom?" in text


def test_nothing_is_shown_from_before_the_yes_or_of_an_account_that_shows_nothing(client: Client) -> None:
    person = make_person("Ingrid Solbakk", slug="ingrid")
    now = timezone.now()
    account = make_account(person, page_from=now - dt.timedelta(days=1))
    make_post(account, "After.", published_at=now - dt.timedelta(hours=1))
    make_post(account, "Before.", published_at=now - dt.timedelta(days=2))
    make_post(make_account(person, page_from=None), "Picked only.")
    make_post(make_account(person, state=Account.State.PROTECTED), "Locked.")
    page = read(client, "/people/ingrid/")
    assert [word in page for word in ("After.", "Before.", "Picked only.", "Locked.")] == [True, False, False, False]


def test_elsewhere_lists_the_readable_accounts_of_a_yes_with_rel_me(client: Client, settings: object) -> None:
    settings.X_WEB_BASE = "https://x.com"  # type: ignore[attr-defined] # pytest-django's fixture has no type
    person = make_person("Ingrid Solbakk", slug="ingrid")
    make_account(person, handle="ingrid_drives")
    make_account(person, handle="not_asked", read_from=None, page_from=None)
    make_account(person, handle="locked", state=Account.State.PROTECTED)
    page = read(client, "/people/ingrid/")
    assert 'rel="me" href="https://x.com/ingrid_drives">@ingrid_drives</a>' in page
    assert "not_asked" not in page
    assert "locked" not in page


def test_only_web_addresses_of_a_person_are_linked(client: Client) -> None:
    links = [{"label": "Blog", "url": "https://rail.example/"}, {"label": "Odd", "url": "javascript:alert(1)"}]
    make_person("Ingrid Solbakk", slug="ingrid", links=links)
    page = read(client, "/people/ingrid/")
    assert 'href="https://rail.example/">Blog</a>' in page
    assert "javascript:" not in page


@pytest.mark.parametrize("mark", ["0001-01-01T00:00:00%2B14:00~5", "9999-12-31T23:59:59-14:00~5"])
def test_a_mark_outside_of_time_shows_the_newest_page(client: Client, mark: str) -> None:
    make_post(make_account(make_person("Ingrid Solbakk", slug="ingrid")), "The only one.")
    assert "The only one." in read(client, f"/people/ingrid/?before={mark}")


def test_older_posts_go_on_where_the_page_ended_and_keep_the_choice(client: Client) -> None:
    account = make_account(make_person("Ingrid Solbakk", slug="ingrid"))
    for number in range(45):
        make_post(account, f"Answer {number:02}.", kind="reply", reply_to_id="9", reply_to_handle="marta")
    pages = [read(client, "/people/ingrid/?show=answers")]
    while 'rel="next"' in pages[-1]:
        query = pages[-1].split('rel="next"')[0].rsplit('href="', 1)[1].split("#")[0].replace("&amp;", "&")
        pages.append(read(client, "/people/ingrid/" + query))
    found = [[number for number in range(45) if f"Answer {number:02}." in page] for page in pages]
    assert found == [list(range(20)), list(range(20, 40)), list(range(40, 45))]
    assert "Showing 20 of 45" in pages[0]
    assert "21 to 40 of 45" in pages[1]
    assert "That was the oldest of 45 posts." in pages[2]
